#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/hazard.h"
#include "analyzer/facts/relations.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using facts::Reach;

// Log(Softmax(x)) is N008's.
bool IsOfSoftmax(const ir::Graph& graph, ir::ValueId operand) {
  const ir::Node* node = facts::ProducerOf(graph, facts::UnwrapMoves(graph, operand));
  return node != nullptr && facts::IsOnnx(*node, "Softmax");
}

facts::Hazard Examine(const facts::Ranges& ranges, const ir::Graph& graph, ir::NodeId id) {
  facts::Hazard hazard{.ranges = &ranges, .graph = &graph, .node = id};
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
  if (!facts::IsOnnx(node, "Log") || facts::IsSelectedAway(graph, node)) return hazard;
  const ir::ValueId operand = facts::InputOf(node, 0);
  if (IsOfSoftmax(graph, operand) || facts::HasVanishedEpsilon(ranges, graph, operand))
    return hazard;
  const facts::Range& range = ranges.Of(graph, operand);
  const Reach negative = facts::ReachesNegative(range);
  const Reach zero = facts::ReachesZero(range, true);
  hazard.reach = std::max(negative, zero);
  if (hazard.reach == Reach::kNone) return hazard;
  if (hazard.reach == Reach::kLikely && facts::HasEpsilon(graph, operand) &&
      facts::RestsOnUnreadWeights(range)) {
    hazard.reach = Reach::kAssumed;
  }
  const std::string name = graph.values[static_cast<std::size_t>(operand)].name;
  const bool saturates = negative == Reach::kNone && zero == Reach::kLikely &&
                         (range.low == facts::Bound::kApproached);
  hazard.message = saturates
                       ? facts::Cat("the logarithm is taken of \"", name,
                                    "\", which a saturated activation rounds to 0")
                       : facts::Cat("the logarithm is taken of \"", name, "\", which lies in ",
                                    facts::Show(facts::Telling(range, hazard.reach)),
                                    negative >= zero ? " and is negative for some inputs: NaN"
                                                     : " and is 0 for some inputs: -inf");
  hazard.label = "logarithm of 0 or less";
  hazard.help =
      saturates
          ? "take the logarithm together with the activation: log(sigmoid(x)) is -softplus(-x), "
            "log(1 - sigmoid(x)) is -softplus(x); or add an epsilon such as 1e-7 before the Log"
      : negative >= zero
          ? "make the operand positive by construction (Softplus, Exp, Sigmoid), or bound it from "
            "below with Clip (min = 1e-7) before the Log"
          : "add an epsilon such as 1e-7 to the operand, or bound it from below with Clip "
            "(min = 1e-7), before the Log";
  return hazard;
}

void Check(const facts::Facts& facts, Sink& sink) {
  std::vector<facts::Hazard> hazards;
  facts::ForEachNode(facts, [&](const auto& ranges, const ir::Graph& graph, ir::NodeId node) {
    facts::Hazard hazard = Examine(ranges, graph, node);
    if (hazard.reach != Reach::kNone) hazards.push_back(std::move(hazard));
  });
  ReportHazards(facts, hazards, sink);
}

}  // namespace

extern const Rule kLogOfNonpositive;
const Rule kLogOfNonpositive = {
    .id = "N001",
    .name = "log-of-nonpositive",
    .family = Family::kNumerics,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "The range of a logarithm's operand reaches 0 or below.",
         .what =
             "Follows the range of every value through the graph and reports each Log whose "
             "operand is met at 0 (a ReLU, an absolute value, a sum of squares), takes both signs "
             "(the result of a layer or a normalisation) or is rounded to 0 where a sigmoid or "
             "tanh saturates. An operand that an epsilon, a Clip or a Max keeps above 0, and a "
             "logarithm whose bad results a Where leaves out, are fine. An operand that could "
             "only be 0 because a graph input might be is reported where the run's loss ended in "
             "NaN. Log of Softmax is N008's.",
         .why = "The logarithm of 0 is -inf and that of a negative number NaN. Either turns the "
                "loss, the gradient and after one step every weight into NaN, often only after "
                "hours, when the first such value occurs.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y) <float[2, 2] w = {0.5, -0.3, 0.2, 0.7}> {
  h = MatMul(x, w)
  r = Relu(h)
  y = Log(r)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y)
    <float[2, 2] w = {0.5, -0.3, 0.2, 0.7}, float epsilon = {1e-7}> {
  h = MatMul(x, w)
  r = Relu(h)
  positive = Add(r, epsilon)
  y = Log(positive)
}
```)",
         .references =
             "Zhang et al., Detecting Numerical Bugs in Neural Network Architectures (DEBAR), "
             "ESEC/FSE 2020; Li et al., Reliability Assurance for Deep Neural Network "
             "Architectures Against Numerical Defects (RANUM), ICSE 2023."},
    .check = Check,
};

}  // namespace onnxcheck::rules
