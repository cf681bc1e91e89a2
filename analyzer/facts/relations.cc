#include "analyzer/facts/relations.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "analyzer/facts/graph_query.h"

namespace onnxcheck::facts {
namespace {

constexpr int kSteps = 16;      // nodes passed to find what a value stands for
constexpr int kSameDepth = 3;   // nodes compared on each side
constexpr int kAncestors = 32;  // nodes looked at to see whether two values are entangled

template <std::size_t N>
bool IsOneOf(const ir::Node& node, const std::array<std::string_view, N>& types) {
  return std::any_of(types.begin(), types.end(),
                     [&](std::string_view type) { return IsOnnx(node, type); });
}

constexpr std::array<std::string_view, 6> kMoves = {"Reshape", "Unsqueeze", "Squeeze",
                                                    "Expand",  "Flatten",   "Tile"};

// Weights of its own make a layer's result a new, independent quantity.
constexpr std::array<std::string_view, 12> kLayers = {"MatMul",
                                                      "Gemm",
                                                      "Conv",
                                                      "ConvTranspose",
                                                      "BatchNormalization",
                                                      "LayerNormalization",
                                                      "InstanceNormalization",
                                                      "GroupNormalization",
                                                      "LSTM",
                                                      "GRU",
                                                      "RNN",
                                                      "Einsum"};

bool KeepsNumbers(const ir::Graph& graph, const ir::Node& node, ir::ValueId value) {
  if (IsOnnx(node, "Identity")) return true;
  if (IsOnnx(node, "Dropout")) {
    return OutputOf(node, 0) == value && InputOf(node, 2) == ir::kNone;
  }
  if (!IsOnnx(node, "Cast")) return false;
  const ir::ValueId from = InputOf(node, 0);
  if (from == ir::kNone) return false;
  const auto to = static_cast<ir::ElementType>(IntAttribute(node, "to").value_or(0));
  return IsFloatingType(to) &&
         IsFloatingType(graph.values[static_cast<std::size_t>(from)].type.element);
}

const Range& RangeOf(const RangeScope& scope, ir::ValueId value) {
  static const Range kUnknown = [] {
    Range range;
    range.unknown = true;
    return range;
  }();
  if (value < 0 || static_cast<std::size_t>(value) >= scope.ranges.size()) return kUnknown;
  return scope.ranges[static_cast<std::size_t>(value)];
}

bool Same(const ir::Graph& graph, ir::ValueId a, ir::ValueId b, int depth) {
  a = Unwrap(graph, a);
  b = Unwrap(graph, b);
  if (a == b) return a != ir::kNone;
  const ir::Node* left = ProducerOf(graph, a);
  const ir::Node* right = ProducerOf(graph, b);
  if (depth <= 0 || left == nullptr || right == nullptr || left == right) return false;
  if (left->op_type != right->op_type || left->domain != right->domain) return false;
  if (left->inputs.size() != right->inputs.size() || left->outputs.size() != 1 ||
      right->outputs.size() != 1 || left->inputs.empty() ||
      left->attributes.size() != right->attributes.size()) {
    return false;
  }
  if (left->op_type.starts_with("Random") || left->op_type == "Dropout") return false;
  for (const ir::Attribute& attribute : left->attributes) {
    const ir::Attribute* other = FindAttribute(*right, attribute.name);
    if (other == nullptr || other->value.index() != attribute.value.index()) return false;
    const auto* ints = std::get_if<std::vector<std::int64_t>>(&attribute.value);
    const auto* whole = std::get_if<std::int64_t>(&attribute.value);
    if (ints != nullptr && *ints == std::get<std::vector<std::int64_t>>(other->value)) continue;
    if (whole != nullptr && *whole == std::get<std::int64_t>(other->value)) continue;
    return false;
  }
  // At most two operands are followed, so that the walk stays short.
  if (left->inputs.size() > 2) return false;
  for (std::size_t i = 0; i < left->inputs.size(); ++i) {
    const ir::ValueId x = left->inputs[i];
    const ir::ValueId y = right->inputs[i];
    if (x == y || Same(graph, x, y, depth - 1)) continue;
    const auto one = ConstantScalar(graph, x);
    const auto other = ConstantScalar(graph, y);
    if (one && other && *one == *other) continue;
    return false;
  }
  return true;
}

// a is nowhere below b: a = max(b), b + something not negative, |b|, ...
bool AtLeast(const RangeScope& scope, ir::ValueId a, ir::ValueId b, int depth) {
  const ir::Graph& graph = scope.graph;
  a = UnwrapMoves(graph, a);
  if (Same(graph, a, b, kSameDepth)) return true;
  if (depth <= 0) return false;
  const auto not_negative = [&](ir::ValueId value) {
    return RangeOf(scope, value).proved.low >= 0;
  };
  if (const ir::Node* node = ProducerOf(graph, a)) {
    static constexpr std::array<std::string_view, 7> kAbove = {
        "ReduceMax", "Relu", "Abs", "Ceil", "Softplus", "ReduceLogSumExp", "Max"};
    if (IsOneOf(*node, kAbove)) {
      const std::size_t count =
          IsOnnx(*node, "Max") ? std::min<std::size_t>(node->inputs.size(), 4) : 1;
      for (std::size_t i = 0; i < count; ++i) {
        if (AtLeast(scope, InputOf(*node, i), b, depth - 1)) return true;
      }
    }
    if (IsOnnx(*node, "ReduceSum") && not_negative(InputOf(*node, 0)) &&
        AtLeast(scope, InputOf(*node, 0), b, depth - 1)) {
      return true;
    }
    if (IsOnnx(*node, "Add")) {
      for (const std::size_t i : {0U, 1U}) {
        if (not_negative(InputOf(*node, 1 - i)) &&
            AtLeast(scope, InputOf(*node, i), b, depth - 1)) {
          return true;
        }
      }
    }
  }
  const ir::Node* node = ProducerOf(graph, UnwrapMoves(graph, b));
  if (node == nullptr) return false;
  static constexpr std::array<std::string_view, 3> kBelow = {"ReduceMin", "Floor", "Min"};
  if (IsOneOf(*node, kBelow)) {
    const std::size_t count =
        IsOnnx(*node, "Min") ? std::min<std::size_t>(node->inputs.size(), 4) : 1;
    for (std::size_t i = 0; i < count; ++i) {
      if (Same(graph, a, InputOf(*node, i), kSameDepth)) return true;
    }
  }
  return IsOnnx(*node, "Sub") && not_negative(InputOf(*node, 1)) &&
         Same(graph, a, InputOf(*node, 0), kSameDepth);
}

// The one axis that a reduction goes over, not negative.
std::optional<std::int64_t> ReducedAxis(const RangeScope& scope, const ir::Node& node) {
  const auto axes = AxesOf(scope.graph, node, 1);
  const auto* shape = ShapeOf(scope.graph, InputOf(node, 0));
  if (!axes || axes->size() != 1 || shape == nullptr) return std::nullopt;
  const std::int64_t axis = axes->front();
  return axis < 0 ? axis + static_cast<std::int64_t>(shape->size()) : axis;
}

void NarrowTo(Range* range, const Interval& to) {
  const bool nan = range->proved.nan;
  const bool assumed_nan = range->assumed.nan;
  range->proved = Intersect(range->proved, to);
  range->assumed = Intersect(range->assumed, to);
  range->proved.nan = nan;
  range->assumed.nan = assumed_nan;
}

void NarrowDifference(const RangeScope& scope, const ir::Node& node, Range* output) {
  constexpr int kDepth = 3;
  const ir::ValueId a = InputOf(node, 0);
  const ir::ValueId b = InputOf(node, 1);
  if (Same(scope.graph, a, b, kSameDepth)) {
    NarrowTo(output, Between(0, 0));
    return;
  }
  if (AtLeast(scope, b, a, kDepth)) {
    NarrowTo(output, Between(-kInfinity, 0));
    const ir::Node* top = ProducerOf(scope.graph, UnwrapMoves(scope.graph, b));
    if (top != nullptr && IsOnnx(*top, "ReduceMax") &&
        Same(scope.graph, InputOf(*top, 0), a, kSameDepth)) {
      if (const auto axis = ReducedAxis(scope, *top)) {
        scope.profiles[OutputOf(node, 0)] = {.axis = *axis, .peak = 0, .sum = std::nullopt};
      }
    }
  } else if (AtLeast(scope, a, b, kDepth)) {
    NarrowTo(output, Between(0, kInfinity));
  }
}

void NarrowQuotient(const RangeScope& scope, const ir::Node& node, Range* output) {
  constexpr int kDepth = 3;
  const ir::ValueId a = InputOf(node, 0);
  const ir::ValueId b = InputOf(node, 1);
  if (!IsFloatingType(
          scope.graph.values[static_cast<std::size_t>(OutputOf(node, 0))].type.element) ||
      RangeOf(scope, a).proved.low < 0 || !AtLeast(scope, b, a, kDepth)) {
    return;
  }
  NarrowTo(output, Between(0, 1));
  const ir::Node* sum = ProducerOf(scope.graph, UnwrapMoves(scope.graph, b));
  if (sum == nullptr || !IsOnnx(*sum, "ReduceSum")) return;
  if (const auto axis = ReducedAxis(scope, *sum)) {
    scope.profiles[OutputOf(node, 0)] = {.axis = *axis, .peak = 0, .sum = 1};
  }
}

void ProfileOfSoftmax(const RangeScope& scope, const ir::Node& node) {
  const auto* shape = ShapeOf(scope.graph, InputOf(node, 0));
  constexpr std::int64_t kSingleAxis = 13;
  if (shape == nullptr || shape->empty()) return;
  const auto rank = static_cast<std::int64_t>(shape->size());
  std::int64_t axis = IntAttribute(node, "axis").value_or(scope.opset >= kSingleAxis ? -1 : 1);
  if (axis < 0) axis += rank;
  if (axis < 0 || axis >= rank || (scope.opset < kSingleAxis && axis != rank - 1)) return;
  const auto size = (*shape)[static_cast<std::size_t>(axis)].size;
  const double peak = size && *size > 0 ? 0.99 / static_cast<double>(*size) : 0;
  scope.profiles[OutputOf(node, 0)] = {.axis = axis, .peak = peak, .sum = 1};
}

void NarrowReduction(const RangeScope& scope, const ir::Node& node, Range* output) {
  const auto profile = scope.profiles.find(Unwrap(scope.graph, InputOf(node, 0)));
  if (profile == scope.profiles.end()) return;
  const auto axis = ReducedAxis(scope, node);
  if (!axis || *axis != profile->second.axis) return;
  const bool sum = IsOnnx(node, "ReduceSum");
  constexpr double kRounding = 1e-2;  // generous: half precision, thousands of terms
  if (sum && profile->second.sum) {
    const double value = *profile->second.sum;
    NarrowTo(output, Between(value * (1 - kRounding), value * (1 + kRounding)));
  } else if (sum && RangeOf(scope, InputOf(node, 0)).proved.low < 0) {
    return;
  } else {
    NarrowTo(output, Between(profile->second.peak, kInfinity));
  }
}

// What a comparison with a number says of one of its operands, where it is
// true (`holds`) or false. Nothing for a condition that says nothing.
std::optional<Interval> Condition(const RangeScope& scope, const ir::Node* test, ir::ValueId of,
                                  bool holds) {
  if (test == nullptr) return std::nullopt;
  if (IsOnnx(*test, "Not")) {
    return Condition(scope, ProducerOf(scope.graph, InputOf(*test, 0)), of, !holds);
  }
  static constexpr std::array<std::string_view, 5> kTests = {"Greater", "GreaterOrEqual", "Less",
                                                             "LessOrEqual", "Equal"};
  if (!IsOneOf(*test, kTests)) return std::nullopt;
  const bool first = Same(scope.graph, InputOf(*test, 0), of, kSameDepth);
  if (!first && !Same(scope.graph, InputOf(*test, 1), of, kSameDepth)) return std::nullopt;
  const Interval other = RangeOf(scope, InputOf(*test, first ? 1 : 0)).proved;
  if (IsEmpty(other)) return std::nullopt;
  Interval said;
  if (IsOnnx(*test, "Equal")) {
    if (holds) return Between(other.low, other.high);
    said.nonzero = IsPoint(other) && other.low == 0;
    return said;
  }
  const bool strict = IsOnnx(*test, "Greater") || IsOnnx(*test, "Less");
  // "of is above other", once the order of the operands and `holds` are undone.
  const bool above = test->op_type.starts_with("Greater") == (first == holds);
  const bool excluded = strict == holds;
  if (above) {
    said.low = other.low;
    said.nonzero = excluded && said.low == 0;
  } else {
    said.high = other.high;
    said.nonzero = excluded && said.high == 0;
  }
  return said;
}

void NarrowChoice(const RangeScope& scope, const ir::Node& node, Range* output) {
  const ir::Node* test = ProducerOf(scope.graph, Unwrap(scope.graph, InputOf(node, 0)));
  Interval proved = NoElement();
  Interval assumed = NoElement();
  for (const std::size_t i : {1U, 2U}) {
    const Range& branch = RangeOf(scope, InputOf(node, i));
    const auto said = Condition(scope, test, InputOf(node, i), i == 1);
    proved = Join(proved, said ? Intersect(branch.proved, *said) : branch.proved);
    assumed = Join(assumed, said ? Intersect(branch.assumed, *said) : branch.assumed);
  }
  output->proved = Intersect(output->proved, proved);
  output->assumed = Intersect(output->assumed, assumed);
}

// Collects what a value is computed from, up to layers with weights and what
// they were given: x and Wx may be two parts of one square, |x - c|^2.
std::vector<ir::ValueId> Ancestors(const ir::Graph& graph, ir::ValueId value) {
  std::vector<ir::ValueId> found = {Unwrap(graph, value)};
  std::vector<bool> ends = {false};
  for (std::size_t i = 0; i < found.size() && found.size() < kAncestors; ++i) {
    const ir::Node* node = ends[i] ? nullptr : ProducerOf(graph, found[i]);
    if (node == nullptr) continue;
    const bool layer = IsOneOf(*node, kLayers) && IsConstant(graph, InputOf(*node, 1));
    for (const ir::ValueId input : node->inputs) {
      if (input == ir::kNone || IsConstant(graph, input) || found.size() >= kAncestors) continue;
      const ir::ValueId inner = Unwrap(graph, input);
      if (std::find(found.begin(), found.end(), inner) != found.end()) continue;
      found.push_back(inner);
      ends.push_back(layer);
    }
  }
  return found;
}

ir::ValueId Follow(const ir::Graph& graph, ir::ValueId value, bool moves) {
  for (int step = 0; step < kSteps; ++step) {
    const ir::Node* node = ProducerOf(graph, value);
    if (node == nullptr || InputOf(*node, 0) == ir::kNone) return value;
    if (!KeepsNumbers(graph, *node, value) && !(moves && IsOneOf(*node, kMoves))) return value;
    value = InputOf(*node, 0);
  }
  return value;
}

}  // namespace

ir::ValueId Unwrap(const ir::Graph& graph, ir::ValueId value) {
  return Follow(graph, value, false);
}

ir::ValueId UnwrapMoves(const ir::Graph& graph, ir::ValueId value) {
  return Follow(graph, value, true);
}

bool SameNumbers(const ir::Graph& graph, ir::ValueId a, ir::ValueId b) {
  return Same(graph, a, b, kSameDepth);
}

bool Entangled(const ir::Graph& graph, ir::ValueId a, ir::ValueId b) {
  const std::vector<ir::ValueId> left = Ancestors(graph, a);
  const std::vector<ir::ValueId> right = Ancestors(graph, b);
  return std::any_of(left.begin(), left.end(), [&](ir::ValueId value) {
    return std::find(right.begin(), right.end(), value) != right.end();
  });
}

void NarrowByRelations(const RangeScope& scope, ir::NodeId id) {
  const ir::Node& node = scope.graph.nodes[static_cast<std::size_t>(id)];
  const ir::ValueId out = OutputOf(node, 0);
  if (!node.domain.empty() || out == ir::kNone ||
      scope.graph.values[static_cast<std::size_t>(out)].producer != id) {
    return;
  }
  Range* output = &scope.ranges[static_cast<std::size_t>(out)];
  if (node.op_type == "Sub") {
    NarrowDifference(scope, node, output);
  } else if (node.op_type == "Div") {
    NarrowQuotient(scope, node, output);
  } else if (node.op_type == "Mul") {
    if (SameNumbers(scope.graph, InputOf(node, 0), InputOf(node, 1))) {
      NarrowTo(output, Between(0, kInfinity));
    }
  } else if (node.op_type == "Where") {
    NarrowChoice(scope, node, output);
  } else if (node.op_type == "Softmax") {
    ProfileOfSoftmax(scope, node);
  } else if (node.op_type == "ReduceSum" || node.op_type == "ReduceMax") {
    NarrowReduction(scope, node, output);
  } else if (node.op_type == "Exp") {
    const auto profile = scope.profiles.find(Unwrap(scope.graph, InputOf(node, 0)));
    if (profile == scope.profiles.end()) return;
    const Profile grown = {profile->second.axis, std::exp(profile->second.peak), std::nullopt};
    scope.profiles[out] = grown;
  }
}

}  // namespace onnxcheck::facts
