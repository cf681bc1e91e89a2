#include "analyzer/facts/hazard.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/relations.h"
#include "analyzer/facts/text.h"
#include "analyzer/ir/path.h"

namespace onnxcheck::facts {
namespace {

constexpr int kCauseSteps = 24;  // nodes followed back to what makes a range what it is
// Points of a training loss after which a hazard has had its chance.
constexpr std::size_t kLongLog = 100;
// Larger constants are no epsilons: 1e-3 is the largest that frameworks use
// by default (Keras' BatchNormalization).
constexpr double kLargestEpsilon = 1e-2;

bool IsConstantAt(const ir::Graph& graph, const ir::Node& node, std::size_t index) {
  return IsConstant(graph, InputOf(node, index));
}

// The operand from which the value takes what makes it a hazard: both signs,
// else a bound that is met. kNone: the node itself is the cause.
ir::ValueId Upstream(const Ranges& ranges, const ir::Graph& graph, ir::ValueId value) {
  const ir::Node* node = ProducerOf(graph, value);
  if (node == nullptr) return ir::kNone;
  const Range& range = ranges.Of(graph, value);
  for (std::size_t i = 0; i < std::min<std::size_t>(node->inputs.size(), 3); ++i) {
    const ir::ValueId input = node->inputs[i];
    if (input == ir::kNone || IsConstantAt(graph, *node, i)) continue;
    const Range& from = ranges.Of(graph, input);
    if (range.generic ? from.generic : from.low != Bound::kOpen || from.high != Bound::kOpen) {
      return input;
    }
  }
  return ir::kNone;
}

// From the value back to its cause, the cause last.
std::vector<ir::ValueId> WayBack(const Ranges& ranges, const ir::Graph& graph, ir::ValueId value) {
  std::vector<ir::ValueId> way = {value};
  static constexpr std::array<std::string_view, 8> kCauses = {
      "MatMul", "Gemm", "Conv", "ConvTranspose", "LSTM", "GRU", "RNN", "Relu"};
  while (way.size() < kCauseSteps) {
    const ir::Node* node = ProducerOf(graph, way.back());
    if (node == nullptr || std::any_of(kCauses.begin(), kCauses.end(), [&](std::string_view type) {
          return IsOnnx(*node, type);
        })) {
      break;
    }
    const ir::ValueId next = Upstream(ranges, graph, way.back());
    if (next == ir::kNone) break;
    way.push_back(next);
  }
  return way;
}

Reason OriginReason(const Ranges& ranges, const Range& range) {
  const ir::Graph& graph = *range.origin.graph;
  const ir::Value& value = graph.values[static_cast<std::size_t>(range.origin.value)];
  Reason reason;
  reason.location.path = ranges.model().input.path;
  const Range& source = ranges.Of(graph, range.origin.value);
  if (value.initializer >= 0) {
    reason.location.logical =
        ir::InitializerPath(graph, static_cast<std::size_t>(value.initializer));
    reason.text = Cat("its weights were not read and are taken to lie in ", Show(source.assumed));
    return reason;
  }
  const auto at = std::find(graph.inputs.begin(), graph.inputs.end(), range.origin.value);
  reason.location.logical =
      at == graph.inputs.end()
          ? graph.path
          : ir::GraphInputPath(graph, static_cast<std::size_t>(at - graph.inputs.begin()));
  reason.text = Cat("this input is taken to lie in ", Show(source.assumed));
  return reason;
}

}  // namespace

const Range& OperandRange(const Ranges& ranges, const ir::Graph& graph, const ir::Node& node,
                          std::size_t operand) {
  return ranges.Of(graph, InputOf(node, operand));
}

Reach ReachesNegative(const Range& range) {
  if (range.unknown || IsEmpty(range.proved)) return Reach::kNone;
  if (range.proved.high < 0) return Reach::kCertain;
  if (range.proved.low >= 0) return Reach::kNone;
  if (range.low == Bound::kReached) return Reach::kCertain;
  if (range.low == Bound::kApproached) return Reach::kLikely;
  if (range.assumed.low >= 0) return Reach::kNone;
  return range.generic ? Reach::kLikely : Reach::kAssumed;
}

Reach ReachesZero(const Range& range, bool saturating) {
  if (range.unknown || IsEmpty(range.proved) || !MayBeZero(range.proved)) return Reach::kNone;
  if (IsPoint(range.proved)) return Reach::kCertain;
  const Bound bound = range.proved.low == 0 && range.proved.high == 0
                          ? std::max(range.low, range.high)
                      : range.proved.low == 0  ? range.low
                      : range.proved.high == 0 ? range.high
                                               : Bound::kOpen;
  if (bound == Bound::kReached) return Reach::kCertain;
  if (bound == Bound::kApproached) return saturating ? Reach::kLikely : Reach::kNone;
  if (range.generic && range.assumed.low < 0 && range.assumed.high > 0) return Reach::kLikely;
  return MayBeZero(range.assumed) ? Reach::kAssumed : Reach::kNone;
}

void ForEachNode(const Facts& facts, const VisitNode& visit) {
  for (const Ranges& ranges : facts.ranges()) {
    for (const ir::Graph* graph : ranges.graphs()) {
      for (std::size_t i = 0; i < graph->nodes.size(); ++i) {
        visit(ranges, *graph, static_cast<ir::NodeId>(i));
      }
    }
  }
}

bool IsSelectedAway(const ir::Graph& graph, const ir::Node& node) {
  constexpr std::size_t kFollowed = 16;  // values between the node and the choice
  static constexpr std::array<std::string_view, 3> kChoices = {"Where", "IsNaN", "IsInf"};
  static constexpr std::array<std::string_view, 15> kElementwise = {
      "Add",   "Sub",  "Mul",   "Div",      "Min",       "Max",     "Cast",   "Neg",
      "Floor", "Ceil", "Round", "Identity", "Unsqueeze", "Squeeze", "Reshape"};
  const auto is_one_of = [](const ir::Node& consumer, const auto& types) {
    return std::any_of(types.begin(), types.end(),
                       [&](std::string_view type) { return IsOnnx(consumer, type); });
  };
  std::vector<ir::ValueId> reached = {OutputOf(node, 0)};
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (reached[i] == ir::kNone || reached.size() > kFollowed) return false;
    const auto& consumers = graph.values[static_cast<std::size_t>(reached[i])].consumers;
    // Nothing reads it: a graph output.
    if (consumers.empty() || consumers.size() > kFollowed) return false;
    for (const ir::NodeId id : consumers) {
      const ir::Node& consumer = graph.nodes[static_cast<std::size_t>(id)];
      if (is_one_of(consumer, kChoices)) continue;
      if (!is_one_of(consumer, kElementwise)) return false;
      const ir::ValueId output = OutputOf(consumer, 0);
      if (std::find(reached.begin(), reached.end(), output) == reached.end()) {
        reached.push_back(output);
      }
    }
  }
  return true;
}

bool HasEpsilon(const ir::Graph& graph, ir::ValueId value) {
  const ir::Node* node = ProducerOf(graph, Unwrap(graph, value));
  if (node == nullptr || !IsOnnx(*node, "Add")) return false;
  for (const std::size_t i : {0U, 1U}) {
    const auto constant = ConstantScalar(graph, InputOf(*node, i));
    if (constant && *constant > 0 && *constant <= kLargestEpsilon) return true;
  }
  return false;
}

bool RestsOnUnreadWeights(const Range& range) {
  if (range.origin.graph == nullptr) return false;
  const ir::Value& value = range.origin.graph->values[static_cast<std::size_t>(range.origin.value)];
  return value.initializer >= 0;
}

bool VanishesIn(double value, ir::ElementType type) {
  // Half of the smallest subnormal number, which is epsilon times the smallest
  // normal one, is rounded to 0.
  return IsFloatingType(type) && value <= SmallestNormalOfType(type) * EpsilonOfType(type) / 2;
}

bool AddsVanishedEpsilon(const Ranges& ranges, const ir::Graph& graph, const ir::Node& node) {
  const bool add = IsOnnx(node, "Add");
  const bool clip = IsOnnx(node, "Clip");
  const ir::ValueId output = OutputOf(node, 0);
  if (!(add || clip || IsOnnx(node, "Max")) || output == ir::kNone) return false;
  const ir::ElementType type = graph.values[static_cast<std::size_t>(output)].type.element;
  const bool half = type == ir::ElementType::kFloat16 || type == ir::ElementType::kBfloat16;
  if (!IsFloatingType(type) || (!add && !half)) return false;
  // A clip bounds its first input, the others are symmetric.
  for (const std::size_t i : {1U, 0U}) {
    if (clip && i == 0) continue;
    const ir::ValueId other = InputOf(node, 1 - i);
    const ir::ValueId epsilon = InputOf(node, i);
    if (other == ir::kNone || epsilon == ir::kNone || IsConstant(graph, other)) continue;
    auto constant = ConstantElements(graph, epsilon);
    const ir::Node* cast = ProducerOf(graph, epsilon);
    if (!constant && cast != nullptr && IsOnnx(*cast, "Cast")) {
      constant = ConstantElements(graph, InputOf(*cast, 0));
    }
    if (!constant || constant->size() != 1 || constant->front() < 0 ||
        !VanishesIn(constant->front(), type)) {
      continue;
    }
    const Range& range = ranges.Of(graph, other);
    if (!range.unknown && range.proved.low == 0 && range.low == Bound::kReached) return true;
  }
  return false;
}

bool HasVanishedEpsilon(const Ranges& ranges, const ir::Graph& graph, ir::ValueId value) {
  for (int step = 0; step < 3; ++step) {
    const ir::Node* node = ProducerOf(graph, UnwrapMoves(graph, value));
    if (node == nullptr) return false;
    if (!IsOnnx(*node, "Sqrt")) return AddsVanishedEpsilon(ranges, graph, *node);
    value = InputOf(*node, 0);
  }
  return false;
}

bool IsTrainingGraph(const Ranges& ranges) {
  const ir::Model& model = ranges.model();
  if (!model.training.empty()) return true;
  return std::any_of(model.graph.nodes.begin(), model.graph.nodes.end(), [](const ir::Node& node) {
    return IsOnnx(node, "SoftmaxCrossEntropyLoss") || IsOnnx(node, "NegativeLogLikelihoodLoss") ||
           node.domain == "ai.onnx.preview.training" ||
           (node.domain == "com.microsoft" && node.op_type.ends_with("Grad"));
  });
}

std::string Show(const Interval& interval) {
  constexpr double kLargest = 3.4e38;
  const auto bound = [](double value) {
    if (value >= kLargest) return std::string("inf");
    if (value <= -kLargest) return std::string("-inf");
    return Number(value == 0 ? 0.0 : value);
  };
  return Cat("[", bound(interval.low), ", ", bound(interval.high), "]");
}

const Interval& Telling(const Range& range, Reach reach) {
  return reach == Reach::kCertain ? range.proved : range.assumed;
}

std::vector<Reason> Reasons(const Hazard& hazard) {
  std::vector<Reason> reasons;
  const ir::Graph& graph = *hazard.graph;
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(hazard.node)];
  const ir::ValueId operand = InputOf(node, hazard.operand);
  const Ranges& ranges = *hazard.ranges;
  const ir::ValueId cause = WayBack(ranges, graph, operand).back();
  const Range& range = ranges.Of(graph, cause);
  const ir::Node* producer = ProducerOf(graph, cause);
  if (producer != nullptr) {
    const auto id = graph.values[static_cast<std::size_t>(cause)].producer;
    const Interval& shown = range.generic ? range.assumed : range.proved;
    reasons.push_back({NodeLocation(ranges.model(), graph, id),
                       range.generic ? Cat("its result takes both signs: ", Show(shown))
                                     : Cat("its result lies in ", Show(shown))});
  }
  const Range& whole = ranges.Of(graph, operand);
  if (hazard.reach != Reach::kCertain && whole.origin.graph != nullptr &&
      whole.proved != whole.assumed) {
    reasons.push_back(OriginReason(ranges, whole));
  }
  return reasons;
}

std::string FormOf(const Hazard& hazard) {
  const ir::Graph& graph = *hazard.graph;
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(hazard.node)];
  std::string form = node.op_type;
  for (const ir::ValueId value : WayBack(*hazard.ranges, graph, InputOf(node, hazard.operand))) {
    const ir::Node* producer = ProducerOf(graph, value);
    form += producer == nullptr ? "<input" : Cat("<", producer->op_type);
  }
  return form;
}

Outcome TrainingOutcome(const Facts& facts) {
  std::size_t longest = 0;
  bool nonfinite = false;
  for (const SeriesRuns& series : RunsOf(facts, ir::Role::kTrainLoss)) {
    if (series.runs.empty()) continue;
    // The last run in the file is the one that left the model.
    const std::span<const double> values = series.runs.back()->value;
    if (values.empty()) continue;
    if (!std::isfinite(values.back())) nonfinite = true;
    if (std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); })) {
      longest = std::max(longest, values.size());
    } else {
      longest = 0;
    }
  }
  for (const ir::Log& log : facts.run().logs) {
    nonfinite = nonfinite || (ir::Trains(log) &&
                              std::any_of(log.events.begin(), log.events.end(), [](const auto& e) {
                                return e.kind == ir::EventKind::kNonfiniteNotice &&
                                       e.text.find("oss") != std::string::npos;
                              }));
  }
  if (nonfinite) return Outcome::kNonfinite;
  return longest >= kLongLog ? Outcome::kFinite : Outcome::kUnknown;
}

}  // namespace onnxcheck::facts
