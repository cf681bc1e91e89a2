#include <algorithm>
#include <map>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/hazard.h"
#include "analyzer/facts/relations.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using facts::Reach;

std::string NameOf(const ir::Graph& graph, ir::ValueId value) {
  return graph.values[static_cast<std::size_t>(value)].name;
}

// mean(x^2) - mean(x)^2, |a|^2 + |b|^2 - 2ab: not negative on paper, but the
// rounding errors of both sides are left when they cancel.
bool IsCancellation(const facts::Ranges& ranges, const ir::Graph& graph, ir::ValueId operand) {
  const ir::Node* node = facts::ProducerOf(graph, facts::UnwrapMoves(graph, operand));
  if (node == nullptr || !facts::IsOnnx(*node, "Sub")) return false;
  const ir::ValueId left = facts::InputOf(*node, 0);
  const ir::ValueId right = facts::InputOf(*node, 1);
  if (facts::IsConstant(graph, left) || facts::IsConstant(graph, right)) return false;
  return ranges.Of(graph, left).proved.low >= 0 && !ranges.Of(graph, left).unknown &&
         facts::Entangled(graph, left, right);
}

facts::Hazard ExamineRoot(const facts::Ranges& ranges, const ir::Graph& graph, ir::NodeId id,
                          bool gradients) {
  facts::Hazard hazard{.ranges = &ranges, .graph = &graph, .node = id};
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
  const ir::ValueId operand = facts::InputOf(node, 0);
  if (operand == ir::kNone || facts::IsSelectedAway(graph, node)) return hazard;
  const facts::Range& range = ranges.Of(graph, operand);
  hazard.reach = facts::ReachesNegative(range);
  if (hazard.reach == Reach::kLikely && facts::HasEpsilon(graph, operand) &&
      facts::RestsOnUnreadWeights(range)) {
    hazard.reach = Reach::kAssumed;
  }
  hazard.label = "square root below 0";
  if (hazard.reach != Reach::kNone && IsCancellation(ranges, graph, operand)) {
    hazard.reach = Reach::kLikely;
    hazard.message = facts::Cat("the square root is taken of \"", NameOf(graph, operand),
                                "\", a difference that rounding turns negative where its sides "
                                "cancel: NaN");
    hazard.help =
        "compute the mean of (x - mean)^2, or the sum of (a - b)^2, instead of the difference of "
        "squares, or bound it from below with Max (1e-12) or Relu and an epsilon before the Sqrt";
    return hazard;
  }
  if (hazard.reach != Reach::kNone) {
    hazard.message = facts::Cat(
        "the square root is taken of \"", NameOf(graph, operand), "\", which lies in ",
        facts::Show(facts::Telling(range, hazard.reach)), " and is negative for some inputs: NaN");
    hazard.help =
        "take the root of something that cannot be negative: a square, an Abs, or a value that "
        "Relu or Clip (min = 1e-12) bounds from below";
    return hazard;
  }
  if (!gradients || facts::HasVanishedEpsilon(ranges, graph, operand)) return hazard;
  hazard.reach = facts::ReachesZero(range, false);
  if (hazard.reach == Reach::kAssumed) hazard.reach = Reach::kNone;
  hazard.message = facts::Cat("the square root is taken of \"", NameOf(graph, operand),
                              "\", which is 0 for some inputs: its gradient is infinite there");
  hazard.label = "infinite gradient at 0";
  hazard.help = "add an epsilon such as 1e-12 under the root";
  return hazard;
}

// 1 / sqrt(x), as Reciprocal or as Div with a constant.
facts::Hazard ExamineReciprocalRoot(const facts::Ranges& ranges, const ir::Graph& graph,
                                    ir::NodeId id) {
  facts::Hazard hazard{.ranges = &ranges, .graph = &graph, .node = id};
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
  const bool reciprocal = facts::IsOnnx(node, "Reciprocal");
  if (!reciprocal &&
      !(facts::IsOnnx(node, "Div") && facts::IsConstant(graph, facts::InputOf(node, 0)))) {
    return hazard;
  }
  hazard.operand = reciprocal ? 0 : 1;
  const ir::ValueId root = facts::InputOf(node, hazard.operand);
  const ir::Node* sqrt = facts::ProducerOf(graph, facts::UnwrapMoves(graph, root));
  if (sqrt == nullptr || !facts::IsOnnx(*sqrt, "Sqrt") || facts::IsSelectedAway(graph, node) ||
      facts::HasVanishedEpsilon(ranges, graph, root)) {
    return hazard;
  }
  const ir::ValueId operand = facts::InputOf(*sqrt, 0);
  // Negative operands are reported at the root itself.
  if (facts::ReachesNegative(ranges.Of(graph, operand)) != Reach::kNone) return hazard;
  hazard.reach = facts::ReachesZero(ranges.Of(graph, operand), false);
  hazard.message = facts::Cat("the reciprocal of a square root is taken of \"",
                              NameOf(graph, operand), "\", which is 0 for some inputs: inf");
  hazard.label = "reciprocal root of 0";
  hazard.help = "add an epsilon such as 1e-5 under the root";
  return hazard;
}

void Check(const facts::Facts& facts, Sink& sink) {
  std::vector<facts::Hazard> hazards;
  std::map<const facts::Ranges*, bool> gradients;
  for (const facts::Ranges& ranges : facts.ranges()) {
    gradients[&ranges] = facts::IsTrainingGraph(ranges);
  }
  facts::ForEachNode(facts, [&](const auto& ranges, const ir::Graph& graph, ir::NodeId node) {
    const bool root = facts::IsOnnx(graph.nodes[static_cast<std::size_t>(node)], "Sqrt");
    facts::Hazard hazard = root ? ExamineRoot(ranges, graph, node, gradients.at(&ranges))
                                : ExamineReciprocalRoot(ranges, graph, node);
    if (hazard.reach != Reach::kNone) hazards.push_back(std::move(hazard));
  });
  ReportHazards(facts, hazards, sink);
}

}  // namespace

extern const Rule kSqrtOfNegative;
const Rule kSqrtOfNegative = {
    .id = "N002",
    .name = "sqrt-of-negative",
    .family = Family::kNumerics,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "The range of a square root's operand goes below 0, or 1/sqrt(x) meets 0.",
         .what = "Reports a Sqrt whose operand takes negative values: a layer's result, or a "
                 "difference such as mean(x^2) - mean(x)^2, which rounding turns negative where "
                 "both sides cancel. Reports 1 / Sqrt of what can be 0 and, in a graph that holds "
                 "its loss, a plain Sqrt of it, for its gradient. Roots of squares, of variances "
                 "with an epsilon and of what is bounded by Relu, Abs, Max or Clip are fine. A "
                 "quotient x / Sqrt(y) is N003's.",
         .why = "The root of a negative number is NaN, however close to 0 it is. The gradient of "
                "the root is 1 / (2 sqrt(x)): infinite at 0, and NaN once it is multiplied by 0.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 1] deviation) {
  square = Mul(x, x)
  mean_of_square = ReduceMean<axes = [1]>(square)
  mean = ReduceMean<axes = [1]>(x)
  square_of_mean = Mul(mean, mean)
  variance = Sub(mean_of_square, square_of_mean)
  deviation = Sqrt(variance)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 1] deviation) {
  mean = ReduceMean<axes = [1]>(x)
  centred = Sub(x, mean)
  square = Mul(centred, centred)
  variance = ReduceMean<axes = [1]>(square)
  deviation = Sqrt(variance)
}
```)",
         .references = "Higham, Accuracy and Stability of Numerical Algorithms (2002), section "
                       "1.9, on computing the sample variance."},
    .check = Check,
};

}  // namespace onnxcheck::rules
