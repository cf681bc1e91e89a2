#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/hazard.h"
#include "analyzer/facts/relations.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using facts::Reach;

const ir::Node* Maker(const ir::Graph& graph, ir::ValueId value) {
  return facts::ProducerOf(graph, facts::UnwrapMoves(graph, value));
}

// N002 speaks of 1 / sqrt(x), and of sqrt(x) where x may be negative.
bool IsRootOfN002(const facts::Ranges& ranges, const ir::Graph& graph, const ir::Node& node,
                  ir::ValueId divisor) {
  const ir::Node* root = Maker(graph, divisor);
  if (root == nullptr || !facts::IsOnnx(*root, "Sqrt")) return false;
  return facts::IsOnnx(node, "Reciprocal") || facts::IsConstant(graph, facts::InputOf(node, 0)) ||
         facts::ReachesNegative(ranges.Of(graph, facts::InputOf(*root, 0))) >= Reach::kLikely;
}

// The sum of a mask that also chooses the summands: 0 for a row that is all
// padding, whatever type the mask has.
bool IsSumOfMask(const facts::Ranges& ranges, const ir::Graph& graph, const ir::Node& node,
                 ir::ValueId divisor) {
  const ir::Node* sum = Maker(graph, divisor);
  const ir::Node* weighted = Maker(graph, facts::InputOf(node, 0));
  if (sum == nullptr || weighted == nullptr || !facts::IsOnnx(*sum, "ReduceSum") ||
      !facts::IsOnnx(*weighted, "ReduceSum")) {
    return false;
  }
  const auto source = [&](ir::ValueId value) {
    for (int step = 0; step < 4; ++step) {
      value = facts::UnwrapMoves(graph, value);
      const ir::Node* cast = facts::ProducerOf(graph, value);
      if (cast == nullptr || !facts::IsOnnx(*cast, "Cast")) break;
      value = facts::InputOf(*cast, 0);
    }
    return value;
  };
  const ir::ValueId mask = source(facts::InputOf(*sum, 0));
  const auto& inputs = graph.inputs;
  if (std::find(inputs.begin(), inputs.end(), mask) == inputs.end()) return false;
  const ir::Node* product = Maker(graph, facts::InputOf(*weighted, 0));
  return product != nullptr && facts::IsOnnx(*product, "Mul") &&
         !ranges.Of(graph, divisor).unknown &&
         (source(facts::InputOf(*product, 0)) == mask ||
          source(facts::InputOf(*product, 1)) == mask);
}

facts::Hazard Examine(const facts::Ranges& ranges, const ir::Graph& graph, ir::NodeId id) {
  facts::Hazard hazard{.ranges = &ranges, .graph = &graph, .node = id};
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
  const bool reciprocal = facts::IsOnnx(node, "Reciprocal");
  if (!reciprocal && !facts::IsOnnx(node, "Div") && !facts::IsOnnx(node, "Mod")) return hazard;
  hazard.operand = reciprocal ? 0 : 1;
  const ir::ValueId divisor = facts::InputOf(node, hazard.operand);
  if (divisor == ir::kNone || facts::IsSelectedAway(graph, node) ||
      facts::HasVanishedEpsilon(ranges, graph, divisor) ||
      IsRootOfN002(ranges, graph, node, divisor)) {
    return hazard;
  }
  const facts::Range& range = ranges.Of(graph, divisor);
  hazard.reach = facts::ReachesZero(range, false);
  if (hazard.reach == Reach::kNone) return hazard;
  if (hazard.reach == Reach::kLikely && facts::HasEpsilon(graph, divisor) &&
      facts::RestsOnUnreadWeights(range)) {
    hazard.reach = Reach::kAssumed;
  }
  const bool mask = hazard.reach == Reach::kAssumed && IsSumOfMask(ranges, graph, node, divisor);
  if (mask) hazard.reach = Reach::kLikely;
  const std::string name = graph.values[static_cast<std::size_t>(divisor)].name;
  const bool crosses = range.assumed.low < 0 && range.assumed.high > 0;
  hazard.message =
      mask ? facts::Cat("the divisor \"", name,
                        "\" is the sum of a mask, which is 0 for a row that is all masked")
           : facts::Cat("the divisor \"", name, "\" lies in ",
                        facts::Show(facts::Telling(range, hazard.reach)),
                        crosses ? " and passes 0" : " and is 0 for some inputs");
  hazard.label = "division by 0";
  hazard.help =
      crosses && !mask
          ? "divide by something that keeps its sign: Softplus, Exp or Abs of it plus an epsilon "
            "such as 1e-6"
          : "add an epsilon such as 1e-6 to the divisor (under a root: to its operand), or bound "
            "it from below with Max or Clip (min = 1e-6)";
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

extern const Rule kDivisionByZero;
const Rule kDivisionByZero = {
    .id = "N003",
    .name = "division-by-zero",
    .family = Family::kNumerics,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "A divisor's range holds 0.",
         .what =
             "Reports Div, Reciprocal and Mod whose divisor is met at 0 (a norm or a deviation "
             "without epsilon, a sum of ReLUs, the sum of a mask) or passes 0 on its way from "
             "negative to positive (a layer's result). A divisor kept from 0 by an epsilon, Max, "
             "Clip or Where, sums of exp(x - max(x)), softmax pieces and shapes are fine. A graph "
             "input as the divisor is reported where the run's loss ended in NaN. 1 / Sqrt is "
             "N002's.",
         .why = "x / 0 is infinite and 0 / 0 is NaN; integer division by 0 stops the program. A "
                "row of padding, a constant feature or a dead layer is enough.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 4] y) {
  norm = ReduceL2<axes = [1]>(x)
  y = Div(x, norm)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 4] y) <float epsilon = {1e-12}> {
  norm = ReduceL2<axes = [1]>(x)
  safe = Max(norm, epsilon)
  y = Div(x, safe)
}
```)",
         .references = "PyTorch, `torch.nn.functional.normalize` (eps = 1e-12): "
                       "<https://pytorch.org/docs/stable/generated/"
                       "torch.nn.functional.normalize.html>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
