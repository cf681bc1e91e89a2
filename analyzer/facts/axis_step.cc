#include "analyzer/facts/axis_step.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/facts/graph_query.h"

namespace onnxcheck::facts {
namespace {

using Axes = std::optional<std::vector<std::int64_t>>;

// Operands of one node that are compared with each other; sums have two or three.
constexpr std::size_t kMostCompared = 16;

// An operand seen from a node that reads it.
struct At {
  const ir::Graph& graph;
  const ir::Node& node;
  std::size_t input;
  std::int32_t axis;
  std::size_t output;

  ir::ValueId operand() const { return InputOf(node, input); }
  ir::ValueId result() const { return OutputOf(node, output); }
};

AxisStep Lost() { return {}; }
AxisStep Mixed() { return {.kind = AxisStep::Kind::kMixed}; }
AxisStep Kept(std::int64_t axis) {
  if (axis < 0) return Lost();
  return {.kind = AxisStep::Kind::kKept, .axis = static_cast<std::int32_t>(axis)};
}

std::optional<std::int64_t> RankOf(const ir::Graph& graph, ir::ValueId value) {
  const auto* shape = ShapeOf(graph, value);
  if (shape == nullptr) return std::nullopt;
  return static_cast<std::int64_t>(shape->size());
}

std::optional<std::int64_t> FromFront(std::optional<std::int64_t> axis,
                                      std::optional<std::int64_t> rank) {
  if (!axis || *axis >= 0) return axis;
  return rank ? std::optional(*axis + *rank) : std::nullopt;
}

// In order, counted from the front.
Axes AxesOf(const At& at, std::size_t input, std::optional<std::int64_t> rank) {
  auto axes = facts::AxesOf(at.graph, at.node, input);
  if (!axes) return std::nullopt;
  for (std::int64_t& axis : *axes) {
    const auto front = FromFront(axis, rank);
    if (!front) return std::nullopt;
    axis = *front;
  }
  std::sort(axes->begin(), axes->end());
  return axes;
}

bool Holds(const std::vector<std::int64_t>& axes, std::int64_t axis) {
  return std::binary_search(axes.begin(), axes.end(), axis);
}

// Numbers that differ from index to index tell the rows apart.
bool ToldApart(const At& at, std::int64_t from_back) {
  for (std::size_t i = 0; i < at.node.inputs.size(); ++i) {
    const ir::ValueId other = at.node.inputs[i];
    if (i == at.input || other == ir::kNone || !IsConstant(at.graph, other)) continue;
    const auto* shape = ShapeOf(at.graph, other);
    if (shape == nullptr || static_cast<std::int64_t>(shape->size()) < from_back) continue;
    const auto size = (*shape)[shape->size() - static_cast<std::size_t>(from_back)].size;
    if (size && *size > 1) return true;
  }
  return false;
}

AxisStep Elementwise(const At& at) {
  if (at.node.inputs.size() == 1) return Kept(at.axis);
  const auto rank = RankOf(at.graph, at.operand());
  const auto result = RankOf(at.graph, at.result());
  if (!rank || !result || *result < *rank) return Lost();
  if (at.node.inputs.size() > kMostCompared) return Lost();
  return ToldApart(at, *rank - at.axis) ? Mixed() : Kept(at.axis + *result - *rank);
}

AxisStep SameAxis(const At& at) { return at.input == 0 ? Kept(at.axis) : Lost(); }

AxisStep BatchFirst(const At& at) {
  if (at.input != 0 || at.axis != 0 || at.output != 0) return Lost();
  AxisStep step = Kept(0);
  step.is_batch = RankOf(at.graph, at.operand()).value_or(0) >= 2;
  return step;
}

// Spatial sizes change, axis 0 does not.
AxisStep KeepsFirst(const At& at) { return at.input == 0 && at.axis == 0 ? Kept(0) : Lost(); }

AxisStep Recurrent(const At& at) {
  if (at.input != 0) return Lost();
  const bool batch_first = IntAttribute(at.node, "layout").value_or(0) != 0;
  if (at.axis != (batch_first ? 0 : 1)) return at.axis < 2 ? Mixed() : Lost();
  AxisStep step = Kept(batch_first ? 0 : at.output == 0 ? 2 : 1);
  step.is_batch = true;
  return step;
}

AxisStep Gemm(const At& at) {
  if (at.input == 2) return Elementwise(at);
  if (at.input == 1) return Mixed();
  const bool transposed = IntAttribute(at.node, "transA").value_or(0) != 0;
  if (at.axis != (transposed ? 1 : 0)) return Mixed();
  AxisStep step = Kept(0);
  step.is_rows = IsConstant(at.graph, InputOf(at.node, 1));
  return step;
}

AxisStep MatMul(const At& at) {
  const auto rank = RankOf(at.graph, at.operand());
  const auto result = RankOf(at.graph, at.result());
  if (at.input > 1 || !rank || !result || *rank < 2) return Lost();
  if (at.axis == *rank - (at.input == 0 ? 1 : 2)) return Mixed();  // summed over
  if (at.input == 1 && at.axis == *rank - 1) return Mixed();       // rows become columns
  if (*result < *rank) return Lost();
  AxisStep step = Kept(at.axis + *result - *rank);
  step.is_rows = at.input == 0 && IsConstant(at.graph, InputOf(at.node, 1));
  return step;
}

AxisStep Transpose(const At& at) {
  const ir::Attribute* attribute = FindAttribute(at.node, "perm");
  if (attribute == nullptr) {
    const auto rank = RankOf(at.graph, at.operand());
    return rank ? Kept(*rank - 1 - at.axis) : Lost();
  }
  const auto* perm = std::get_if<std::vector<std::int64_t>>(&attribute->value);
  if (perm == nullptr) return Lost();
  const auto found = std::find(perm->begin(), perm->end(), at.axis);
  return found == perm->end() ? Lost() : Kept(found - perm->begin());
}

AxisStep Flatten(const At& at) {
  return at.axis == 0 && IntAttribute(at.node, "axis").value_or(1) == 1 ? Kept(0) : Lost();
}

// Product of all sizes but the first; nothing where one is not known.
std::optional<std::int64_t> SizeBehindFirst(const std::vector<ir::Dimension>& shape) {
  std::int64_t product = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) {
    if (!shape[i].size || __builtin_mul_overflow(product, *shape[i].size, &product)) return {};
  }
  return product;
}

AxisStep Reshape(const At& at) {
  const auto* from = ShapeOf(at.graph, at.operand());
  const auto* to = ShapeOf(at.graph, at.result());
  if (at.input != 0 || at.axis != 0 || from == nullptr || to == nullptr || to->empty()) {
    return Lost();
  }
  const bool same_size = from->front().size && from->front().size == to->front().size;
  const bool same_name =
      !from->front().symbol.empty() && from->front().symbol == to->front().symbol;
  const auto behind = SizeBehindFirst(*from);
  if (!same_size && !same_name && (!behind || behind != SizeBehindFirst(*to))) return Lost();
  AxisStep step = Kept(0);
  const auto target = ConstantElements(at.graph, InputOf(at.node, 1));
  step.writes_size = target && !target->empty() && target->front() > 0;
  return step;
}

AxisStep Unsqueeze(const At& at) {
  const auto axes = AxesOf(at, 1, RankOf(at.graph, at.result()));
  if (at.input != 0 || !axes) return Lost();
  std::int64_t axis = at.axis;
  for (const std::int64_t inserted : *axes) axis += inserted <= axis ? 1 : 0;
  return Kept(axis);
}

AxisStep Without(const std::vector<std::int64_t>& axes, std::int64_t axis) {
  return Kept(axis - std::count_if(axes.begin(), axes.end(),
                                   [&](std::int64_t removed) { return removed < axis; }));
}

AxisStep Squeeze(const At& at) {
  const auto axes = AxesOf(at, 1, RankOf(at.graph, at.operand()));
  // Without axes all of size 1 go, the batch among them where it is one.
  if (at.input != 0 || !axes || axes->empty() || Holds(*axes, at.axis)) return Lost();
  return Without(*axes, at.axis);
}

AxisStep Reduce(const At& at) {
  const auto axes = AxesOf(at, 1, RankOf(at.graph, at.operand()));
  if (at.input != 0 || !axes) return Lost();
  if (axes->empty() || Holds(*axes, at.axis)) return Mixed();
  return IntAttribute(at.node, "keepdims").value_or(1) != 0 ? Kept(at.axis)
                                                            : Without(*axes, at.axis);
}

// Operators that work along one axis and keep the others.
AxisStep Along(const At& at, std::int64_t by_default) {
  const auto axis =
      FromFront(IntAttribute(at.node, "axis").value_or(by_default), RankOf(at.graph, at.operand()));
  if (!axis) return Lost();
  return *axis == at.axis ? Mixed() : Kept(at.axis);
}
AxisStep AlongFirst(const At& at) { return at.input == 0 ? Along(at, 0) : Lost(); }
AxisStep AlongLast(const At& at) { return at.input == 0 ? Along(at, -1) : Lost(); }
AxisStep Concat(const At& at) { return Along(at, 1); }

AxisStep ArgMax(const At& at) {
  const auto axis =
      FromFront(IntAttribute(at.node, "axis").value_or(0), RankOf(at.graph, at.operand()));
  if (!axis) return Lost();
  if (*axis == at.axis) return Mixed();
  const bool keep = IntAttribute(at.node, "keepdims").value_or(1) != 0;
  return Kept(keep || *axis > at.axis ? at.axis : at.axis - 1);
}

// Normalises over all axes from its own on.
AxisStep NormalizeFrom(const At& at) {
  if (at.input != 0 || at.output != 0) return Lost();
  const auto axis =
      FromFront(IntAttribute(at.node, "axis").value_or(-1), RankOf(at.graph, at.operand()));
  if (!axis) return Lost();
  return at.axis >= *axis ? Mixed() : Kept(at.axis);
}

AxisStep Slice(const At& at) {
  const auto axes = AxesOf(at, 3, RankOf(at.graph, at.operand()));
  if (at.input != 0 || !axes || axes->empty()) return Lost();
  return Holds(*axes, at.axis) ? Mixed() : Kept(at.axis);
}

AxisStep Gather(const At& at) {
  const auto axis =
      FromFront(IntAttribute(at.node, "axis").value_or(0), RankOf(at.graph, InputOf(at.node, 0)));
  if (!axis) return Lost();
  if (at.input == 1) {
    AxisStep step = Kept(*axis + at.axis);
    step.is_rows = IsConstant(at.graph, InputOf(at.node, 0));
    return step;
  }
  if (*axis == at.axis) return Mixed();
  const auto indices = RankOf(at.graph, InputOf(at.node, 1));
  if (at.axis < *axis) return Kept(at.axis);
  return indices ? Kept(at.axis + *indices - 1) : Lost();
}

using Follow = AxisStep (*)(const At&);

const absl::flat_hash_map<std::string_view, Follow>& Table() {
  static const auto* table = [] {
    auto* rows = new absl::flat_hash_map<std::string_view, Follow>();
    const auto add = [&](std::initializer_list<std::string_view> types, Follow follow) {
      for (const std::string_view type : types) rows->emplace(type, follow);
    };
    add({"Abs",
         "Ceil",
         "Floor",
         "Round",
         "Exp",
         "Log",
         "Neg",
         "Not",
         "Reciprocal",
         "Sign",
         "Sqrt",
         "Erf",
         "Sin",
         "Cos",
         "Relu",
         "LeakyRelu",
         "PRelu",
         "Elu",
         "Selu",
         "Celu",
         "Gelu",
         "Mish",
         "Swish",
         "Tanh",
         "Sigmoid",
         "HardSigmoid",
         "HardSwish",
         "Softplus",
         "Softsign",
         "ThresholdedRelu",
         "IsNaN",
         "IsInf",
         "Identity",
         "Cast",
         "Add",
         "Sub",
         "Mul",
         "Div",
         "Pow",
         "Min",
         "Max",
         "Sum",
         "Mean",
         "And",
         "Or",
         "Xor",
         "Equal",
         "Greater",
         "GreaterOrEqual",
         "Less",
         "LessOrEqual",
         "Where",
         "Mod"},
        Elementwise);
    add({"Clip", "Dropout", "CastLike", "QuantizeLinear", "DequantizeLinear", "Softmax",
         "LogSoftmax", "Hardmax"},
        SameAxis);
    add({"Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "MaxPool", "AveragePool", "LpPool",
         "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization", "InstanceNormalization",
         "GroupNormalization", "LRN"},
        BatchFirst);
    add({"Resize", "Upsample", "DepthToSpace", "SpaceToDepth", "Pad"}, KeepsFirst);
    add({"RNN", "GRU", "LSTM"}, Recurrent);
    add({"ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
         "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare"},
        Reduce);
    add({"TopK", "LpNormalization", "MeanVarianceNormalization"}, AlongLast);
    add({"Split", "GatherElements"}, AlongFirst);
    add({"LayerNormalization", "RMSNormalization"}, NormalizeFrom);
    add({"ArgMax", "ArgMin"}, ArgMax);
    rows->emplace("Gemm", Gemm);
    rows->emplace("MatMul", MatMul);
    rows->emplace("Transpose", Transpose);
    rows->emplace("Flatten", Flatten);
    rows->emplace("Reshape", Reshape);
    rows->emplace("Unsqueeze", Unsqueeze);
    rows->emplace("Squeeze", Squeeze);
    rows->emplace("Concat", Concat);
    rows->emplace("Slice", Slice);
    rows->emplace("Gather", Gather);
    return rows;
  }();
  return *table;
}

}  // namespace

AxisStep FollowAxis(const ir::Graph& graph, const ir::Node& node, std::size_t input,
                    std::int32_t axis, std::size_t output) {
  if (!IsOnnx(node, node.op_type)) return Lost();
  const auto found = Table().find(node.op_type);
  if (found == Table().end()) return Lost();
  return found->second({graph, node, input, axis, output});
}

}  // namespace onnxcheck::facts
