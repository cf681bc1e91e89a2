#include <algorithm>
#include <cmath>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/hazard.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using facts::Reach;

bool IsWhole(double value) { return std::floor(value) == value; }

facts::Hazard Examine(const facts::Ranges& ranges, const ir::Graph& graph, ir::NodeId id) {
  facts::Hazard hazard{.ranges = &ranges, .graph = &graph, .node = id};
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
  if (!facts::IsOnnx(node, "Pow") || facts::IsSelectedAway(graph, node)) return hazard;
  const ir::ValueId base = facts::InputOf(node, 0);
  const ir::ValueId exponent = facts::InputOf(node, 1);
  if (base == ir::kNone || exponent == ir::kNone) return hazard;
  const facts::Range& range = ranges.Of(graph, base);
  const facts::Range& power = ranges.Of(graph, exponent);
  const auto* elements = ranges.Elements(graph, exponent);
  const bool whole =
      power.proved.integer ||
      (elements != nullptr && std::all_of(elements->begin(), elements->end(), IsWhole));
  if (power.unknown) return hazard;
  // A computed exponent may be whole by design: only a constant is judged, or
  // one that is as free as a layer's result.
  const bool fractional = !whole && (elements != nullptr || power.generic);
  const Reach negative = fractional ? facts::ReachesNegative(range) : Reach::kNone;
  const Reach zero = elements != nullptr && power.proved.high < 0 ? facts::ReachesZero(range, false)
                                                                  : Reach::kNone;
  hazard.reach = std::max(negative, zero);
  if (hazard.reach == Reach::kNone) return hazard;
  if (hazard.reach == Reach::kLikely && facts::HasEpsilon(graph, base) &&
      facts::RestsOnUnreadWeights(range)) {
    hazard.reach = Reach::kAssumed;
  }
  const std::string name = graph.values[static_cast<std::size_t>(base)].name;
  const std::string shown = facts::Show(facts::Telling(range, hazard.reach));
  const std::string raised = elements != nullptr && power.proved.low == power.proved.high
                                 ? facts::Cat("the power ", facts::Number(power.proved.low))
                                 : std::string("a power that is no whole number");
  hazard.message =
      negative >= zero
          ? facts::Cat("\"", name, "\", which lies in ", shown,
                       " and is negative for some inputs, ", "is raised to ", raised, ": NaN")
          : facts::Cat("\"", name, "\", which lies in ", shown, " and is 0 for some inputs, ",
                       "is raised to ", raised, ": inf");
  hazard.label = "outside of the power's domain";
  hazard.help = negative >= zero
                    ? "raise Abs, Relu or a Clip (min = 0) of the base instead, or use a whole "
                      "exponent"
                    : "add an epsilon such as 1e-6 to the base, or bound it from below with Max";
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

extern const Rule kPowDomain;
const Rule kPowDomain = {
    .id = "N005",
    .name = "pow-domain",
    .family = Family::kNumerics,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "A negative number is raised to a fraction, or 0 to a negative power.",
         .what = "Reports Pow with an exponent that is no whole number and a base that takes "
                 "negative values, and with a negative exponent and a base that is met at 0. The "
                 "powers of focal loss, (1 - p)^gamma with p from Softmax or Sigmoid, squares, "
                 "and bases bounded by Abs, Relu, Clip or an epsilon are fine.",
         .why = "Pow gives NaN where a negative base meets a fractional exponent, and infinity "
                "where 0 meets a negative one.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y) <float[2, 2] w = {0.5, -0.3, 0.2, 0.7}, float gamma = {0.45}> {
  h = MatMul(x, w)
  y = Pow(h, gamma)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y) <float[2, 2] w = {0.5, -0.3, 0.2, 0.7}, float gamma = {0.45}> {
  h = MatMul(x, w)
  r = Relu(h)
  y = Pow(r, gamma)
}
```)",
         .references = "ONNX, Pow: <https://onnx.ai/onnx/operators/onnx__Pow.html>; IEEE 754-2019, "
                       "section 9.2.1."},
    .check = Check,
};

}  // namespace onnxcheck::rules
