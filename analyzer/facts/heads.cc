#include "analyzer/facts/heads.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyzer/facts/graph_query.h"
#include "analyzer/ir/path.h"

namespace onnxcheck::facts {
namespace {

using ir::Activation;

// Nodes looked at for one output. Real heads take a few dozen at most; the
// bound keeps hostile graphs (cycles, diamonds) linear.
constexpr int kNodesPerOutput = 512;

// Since Softmax-13 the axis alone is normalised; before, all dimensions from
// the axis on (onnx Changelog, Softmax-11 and Softmax-13).
constexpr std::int64_t kSingleAxisSoftmax = 13;

template <std::size_t N>
bool IsOneOf(const ir::Node& node, const std::array<std::string_view, N>& types) {
  return std::any_of(types.begin(), types.end(),
                     [&](std::string_view type) { return IsOnnx(node, type); });
}

// Neither the values nor what they mean change, only their place or type.
constexpr std::array<std::string_view, 9> kMoves = {
    "Identity", "Reshape",   "Flatten",        "Squeeze",         "Unsqueeze",
    "CastLike", "Transpose", "QuantizeLinear", "DequantizeLinear"};

// Weights times values plus bias: any real number can come out.
constexpr std::array<std::string_view, 9> kWeighted = {
    "Gemm",        "MatMul",        "Conv",          "ConvTranspose", "Einsum",
    "QLinearConv", "QLinearMatMul", "MatMulInteger", "ConvInteger"};
constexpr std::array<std::string_view, 7> kUnbounded = {"BatchNormalization",
                                                        "LayerNormalization",
                                                        "InstanceNormalization",
                                                        "GroupNormalization",
                                                        "RMSNormalization",
                                                        "LeakyRelu",
                                                        "PRelu"};
// As unbounded as what they are given.
constexpr std::array<std::string_view, 12> kPicksOrMeans = {"GlobalAveragePool",
                                                            "AveragePool",
                                                            "ReduceMean",
                                                            "MaxPool",
                                                            "GlobalMaxPool",
                                                            "Slice",
                                                            "Gather",
                                                            "Split",
                                                            "Resize",
                                                            "Neg",
                                                            "DepthToSpace",
                                                            "Upsample"};

bool IsFloat(std::int64_t element) {
  const auto type = static_cast<ir::ElementType>(element);
  return type == ir::ElementType::kFloat || type == ir::ElementType::kDouble ||
         type == ir::ElementType::kFloat16 || type == ir::ElementType::kBfloat16;
}

struct Found {
  Activation activation = Activation::kUnknown;
  std::optional<std::int64_t> axis_size;
};

class Tracer {
 public:
  explicit Tracer(const Training& training)
      : graph_(training.model->graph), training_(training), opset_(OnnxOpset(*training.model)) {
    if (training.role != GraphRole::kInference) {
      given_.resize(graph_.values.size());
      for (const auto* list : {&training.trained, &training.frozen}) {
        for (const Parameter& parameter : *list) {
          if (parameter.value != ir::kNone) {
            given_[static_cast<std::size_t>(parameter.value)] = true;
          }
        }
      }
    }
  }

  // `place` is the logical place of the value, for one that no node computes.
  Head Trace(ir::ValueId output, std::string place) {
    Head head;
    head.model = training_.model;
    head.output = output;
    const ir::Value& value = graph_.values[static_cast<std::size_t>(output)];
    head.name = value.name;
    head.location.path = training_.model->input.path;
    head.location.logical = std::move(place);
    const auto* shape = ShapeOf(graph_, output);
    if (shape != nullptr && !shape->empty()) head.width = shape->back().size;

    budget_ = kNodesPerOutput;
    const ir::ValueId end = Resolve(output);
    if (Producer(end) == nullptr) return head;
    head.node = graph_.values[static_cast<std::size_t>(end)].producer;
    head.location = NodeLocation(*training_.model, graph_, head.node);
    const Found found = Classify(end);
    head.activation = found.activation;
    head.axis_size = found.axis_size;
    return head;
  }

 private:
  const ir::Node* Producer(ir::ValueId value) const { return ProducerOf(graph_, value); }
  ir::ValueId Operand(ir::ValueId value, std::size_t index) {
    return Resolve(InputOf(*Producer(value), index));
  }
  bool IsOp(ir::ValueId place, std::string_view type) const {
    const ir::Node* node = Producer(place);
    return node != nullptr && IsOnnx(*node, type);
  }
  std::optional<double> Scalar(ir::ValueId place) const { return ConstantScalar(graph_, place); }
  // Stored, or a parameter that the caller fills in.
  bool Constant(ir::ValueId value) const {
    if (!given_.empty() && value != ir::kNone && given_[static_cast<std::size_t>(value)])
      return true;
    return IsConstant(graph_, value);
  }

  // Goes up through moves.
  ir::ValueId Resolve(ir::ValueId value) {
    while (--budget_ > 0) {
      const ir::Node* node = Producer(value);
      if (node == nullptr || !Moves(*node, value)) return value;
      value = InputOf(*node, 0);
    }
    return value;
  }

  bool Moves(const ir::Node& node, ir::ValueId value) const {
    if (IsOneOf(node, kMoves)) return true;
    if (IsOnnx(node, "Cast")) return IsFloat(IntAttribute(node, "to").value_or(0));
    if (!IsOnnx(node, "Dropout") || OutputOf(node, 0) != value) return false;
    if (training_.role == GraphRole::kTraining) return true;
    // Dropout-12 takes training_mode as its third input, false when left out.
    const ir::ValueId training = InputOf(node, 2);
    return training == ir::kNone || ConstantBool(training) == false;
  }

  std::optional<bool> ConstantBool(ir::ValueId id) const {
    if (!IsConstant(graph_, id)) return std::nullopt;
    const ir::Value& value = graph_.values[static_cast<std::size_t>(id)];
    if (value.initializer >= 0) {
      const auto& bytes = graph_.initializers[static_cast<std::size_t>(value.initializer)].elements;
      if (bytes && bytes->size() == 1) return (*bytes)[0] != 0;
    }
    if (value.constant && value.constant->size() == 1) return (*value.constant)[0] != 0;
    const ir::Node* node = ProducerOf(graph_, id);
    const ir::Attribute* held = node == nullptr ? nullptr : FindAttribute(*node, "value");
    const auto* tensor = held == nullptr ? nullptr : std::get_if<ir::Tensor>(&held->value);
    if (tensor == nullptr || !tensor->elements || tensor->elements->size() != 1) return {};
    return (*tensor->elements)[0] != 0;
  }

  Found Classify(ir::ValueId end) {
    const ir::Node* node = Producer(end);
    if (node == nullptr || budget_ <= 0) return {};
    if (IsOnnx(*node, "Softmax")) return {Activation::kSoftmax, SoftmaxAxisSize(end)};
    if (IsOnnx(*node, "LogSoftmax")) return {Activation::kLogSoftmax, SoftmaxAxisSize(end)};
    if (IsOnnx(*node, "Sigmoid")) return {Activation::kSigmoid, {}};
    if (IsOnnx(*node, "Tanh")) return {Activation::kTanh, {}};
    if (IsOnnx(*node, "Relu")) return {Activation::kRelu, {}};
    if (IsOnnx(*node, "Log")) {
      Found inner = Classify(Operand(end, 0));
      if (inner.activation != Activation::kSoftmax) return {};
      inner.activation = Activation::kLogSoftmax;
      return inner;
    }
    if (const auto sum = SoftmaxInPieces(end)) return {Activation::kSoftmax, ReducedSize(*sum)};
    if (const auto sum = LogSoftmaxInPieces(end))
      return {Activation::kLogSoftmax, ReducedSize(*sum)};
    if (SigmoidInPieces(end)) return {Activation::kSigmoid, {}};
    return {Raw(end) ? Activation::kNone : Activation::kUnknown, {}};
  }

  // ReduceSum(Exp(x)): gives the place of Exp(x).
  std::optional<ir::ValueId> SummedExp(ir::ValueId sum) {
    if (!IsOp(sum, "ReduceSum")) return std::nullopt;
    const ir::ValueId exp = Operand(sum, 0);
    return IsOp(exp, "Exp") ? std::optional(exp) : std::nullopt;
  }

  // e / ReduceSum(e) or e * (1 / ReduceSum(e)) with e = Exp(x) or
  // Exp(x - ReduceMax(x)); gives the place of the sum.
  std::optional<ir::ValueId> SoftmaxInPieces(ir::ValueId end) {
    if (IsOp(end, "Div")) {
      const ir::ValueId sum = Operand(end, 1);
      if (SummedExp(sum) == Operand(end, 0)) return sum;
    }
    if (IsOp(end, "Mul")) {
      for (const std::size_t i : {0U, 1U}) {
        const ir::ValueId inverse = Operand(end, i);
        if (!IsOp(inverse, "Reciprocal")) continue;
        const ir::ValueId sum = Operand(inverse, 0);
        if (SummedExp(sum) == Operand(end, 1 - i)) return sum;
      }
    }
    return std::nullopt;
  }

  // The sum in Log(ReduceSum(Exp(x))) if x is the given place.
  std::optional<ir::ValueId> LogSumExpOf(ir::ValueId log, ir::ValueId x) {
    if (!IsOp(log, "Log")) return std::nullopt;
    const ir::ValueId sum = Operand(log, 0);
    const auto exp = SummedExp(sum);
    return exp && Operand(*exp, 0) == x ? std::optional(sum) : std::nullopt;
  }

  // x - log(sum(exp(x))), also with the maximum taken out of x first.
  std::optional<ir::ValueId> LogSoftmaxInPieces(ir::ValueId end) {
    if (!IsOp(end, "Sub")) return std::nullopt;
    const ir::ValueId x = Operand(end, 0);
    const ir::ValueId normaliser = Operand(end, 1);
    if (IsOp(normaliser, "ReduceLogSumExp") && Operand(normaliser, 0) == x) return normaliser;
    if (const auto sum = LogSumExpOf(normaliser, x)) return sum;
    if (!IsOp(normaliser, "Add")) return std::nullopt;
    for (const std::size_t i : {0U, 1U}) {
      const ir::ValueId log = Operand(normaliser, i);
      if (!IsOp(log, "Log") || !IsOp(Operand(normaliser, 1 - i), "ReduceMax")) continue;
      const auto exp = SummedExp(Operand(log, 0));
      if (!exp) continue;
      const ir::ValueId shifted = Operand(*exp, 0);
      if (IsOp(shifted, "Sub") && Operand(shifted, 0) == x) return Operand(log, 0);
    }
    return std::nullopt;
  }

  // 1 + Exp(x)
  bool OnePlusExp(ir::ValueId sum) {
    if (!IsOp(sum, "Add")) return false;
    const ir::ValueId left = Operand(sum, 0);
    const ir::ValueId right = Operand(sum, 1);
    return (Scalar(left) == 1 && IsOp(right, "Exp")) || (Scalar(right) == 1 && IsOp(left, "Exp"));
  }

  // 1 / (1 + Exp(x)) is the sigmoid of -x.
  bool SigmoidInPieces(ir::ValueId end) {
    if (IsOp(end, "Reciprocal")) return OnePlusExp(Operand(end, 0));
    return IsOp(end, "Div") && Scalar(Operand(end, 0)) == 1 && OnePlusExp(Operand(end, 1));
  }

  // True only when any real number can come out.
  bool Raw(ir::ValueId place) {
    const ir::Node* node = Producer(place);
    if (node == nullptr || budget_ <= 0) return false;
    if (IsOneOf(*node, kUnbounded)) return true;
    if (IsOneOf(*node, kWeighted)) return Weighted(place);
    if (IsOneOf(*node, kPicksOrMeans)) return Raw(Operand(place, 0));
    if (IsOnnx(*node, "Add")) {
      const ir::ValueId left = Operand(place, 0);
      const ir::ValueId right = Operand(place, 1);
      if (Constant(right)) return Raw(left);
      if (Constant(left)) return Raw(right);
      return Raw(left) && Raw(right);
    }
    if (IsOnnx(*node, "Sub") || IsOnnx(*node, "Mul") || IsOnnx(*node, "Div")) {
      const ir::ValueId left = Operand(place, 0);
      const ir::ValueId right = Operand(place, 1);
      // Dynamic quantisation scales the integer product by what it measured.
      for (const ir::ValueId product : {left, right}) {
        if (IsOnnx(*node, "Mul") &&
            (IsOp(product, "MatMulInteger") || IsOp(product, "ConvInteger"))) {
          return Weighted(product);
        }
      }
      if (Constant(right)) return Raw(left);
      return Constant(left) && !IsOnnx(*node, "Div") && Raw(right);
    }
    return false;
  }

  // One operand must be weights; probabilities times a matrix (say, of class
  // groups) may be probabilities again.
  bool Weighted(ir::ValueId place) {
    const ir::Node& node = *Producer(place);
    bool weights = false;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const ir::ValueId operand = Operand(place, i);
      if (Constant(operand)) weights = true;
      if (IsOp(operand, "Softmax")) return false;
    }
    return weights;
  }

  std::optional<std::int64_t> SizeOf(ir::ValueId value, std::int64_t from,
                                     std::int64_t count) const {
    const auto* shape = ShapeOf(graph_, value);
    if (shape == nullptr) return std::nullopt;
    const auto rank = static_cast<std::int64_t>(shape->size());
    if (from < 0) from += rank;
    if (from < 0 || from >= rank) return std::nullopt;
    const std::int64_t last = count < 0 ? rank : std::min(from + count, rank);
    std::int64_t size = 1;
    for (std::int64_t i = from; i < last; ++i) {
      const auto dimension = (*shape)[static_cast<std::size_t>(i)].size;
      if (!dimension || __builtin_mul_overflow(size, *dimension, &size)) return std::nullopt;
    }
    return size;
  }

  std::optional<std::int64_t> SoftmaxAxisSize(ir::ValueId end) const {
    const ir::Node& node = *Producer(end);
    const bool single = opset_ && *opset_ >= kSingleAxisSoftmax;
    auto axis = IntAttribute(node, "axis");
    if (!axis && !opset_) return std::nullopt;
    if (!axis) axis = single ? -1 : 1;
    const std::int64_t count = single ? 1 : -1;
    if (const auto size = SizeOf(end, *axis, count)) return size;
    return SizeOf(InputOf(node, 0), *axis, count);
  }

  // Size of the one axis that a reduction goes over.
  std::optional<std::int64_t> ReducedSize(ir::ValueId reduction) const {
    const ir::Node& node = *Producer(reduction);
    const auto axes = AxesOf(graph_, node, 1);
    if (!axes || axes->size() != 1) return std::nullopt;
    return SizeOf(InputOf(node, 0), axes->front(), 1);
  }

  const ir::Graph& graph_;
  const Training& training_;
  const std::optional<std::int64_t> opset_;
  std::vector<bool> given_;  // by value of the main graph; empty when it only infers
  int budget_ = 0;
};

// Losses, gradients, accumulators.
bool IsForTraining(const Training& training, ir::ValueId output) {
  const ir::Value& value = training.model->graph.values[static_cast<std::size_t>(output)];
  const std::string_view name = value.name;
  constexpr std::string_view kGradient = "_grad";
  const ir::Node* node = ProducerOf(training.model->graph, output);
  return name == training.loss_output ||
         (name.size() > kGradient.size() &&
          name.substr(name.size() - kGradient.size()) == kGradient) ||
         (node != nullptr && node->domain == "com.microsoft" &&
          node->op_type.rfind("InPlaceAccumulator", 0) == 0);
}

// "graph/output[0]:probs"; a value inside is known by its name alone.
std::string OutputPlace(const ir::Graph& graph, ir::ValueId value) {
  const auto found = std::find(graph.outputs.begin(), graph.outputs.end(), value);
  if (found != graph.outputs.end()) {
    return ir::GraphOutputPath(graph, static_cast<std::size_t>(found - graph.outputs.begin()));
  }
  return graph.path + "/" + graph.values[static_cast<std::size_t>(value)].name;
}

}  // namespace

std::vector<Head> OutputHeads(const Training& training) {
  std::vector<Head> heads;
  if (training.role == GraphRole::kOptimizer) return heads;
  const ir::Graph& graph = training.model->graph;
  Tracer tracer(training);
  const std::vector<ir::ValueId>& outputs = graph.outputs;
  std::vector<ir::ValueId> taken;
  for (const TrainedLoss& loss : training.losses) {
    if (loss.scores == ir::kNone ||
        std::find(taken.begin(), taken.end(), loss.scores) != taken.end()) {
      continue;
    }
    taken.push_back(loss.scores);
    heads.push_back(tracer.Trace(loss.scores, OutputPlace(graph, loss.scores)));
  }
  if (!taken.empty()) return heads;
  const bool trains = training.role != GraphRole::kInference;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i] < 0 || static_cast<std::size_t>(outputs[i]) >= graph.values.size()) continue;
    if (trains && IsForTraining(training, outputs[i])) continue;
    heads.push_back(tracer.Trace(outputs[i], ir::GraphOutputPath(graph, i)));
  }
  return heads;
}

}  // namespace onnxcheck::facts
