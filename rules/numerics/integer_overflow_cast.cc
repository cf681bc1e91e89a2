#include <algorithm>
#include <cmath>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/hazard.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using facts::Bound;
using facts::Reach;

std::string NameOfType(ir::ElementType type) {
  const facts::Interval numbers = facts::NumbersOfType(type);
  const double count = std::log2(numbers.high - numbers.low + 1);
  return facts::Cat(numbers.low < 0 ? "int" : "uint", std::round(count));
}

// Casts cut off towards 0: -0.9 is 0.
bool Fits(double value, const facts::Interval& numbers) {
  if (std::isnan(value)) return false;
  const double whole = std::trunc(value);
  return whole >= numbers.low && whole <= numbers.high;
}

facts::Hazard Examine(const facts::Ranges& ranges, const ir::Graph& graph, ir::NodeId id) {
  facts::Hazard hazard{.ranges = &ranges, .graph = &graph, .node = id};
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
  if (!facts::IsOnnx(node, "Cast")) return hazard;
  const auto to = static_cast<ir::ElementType>(facts::IntAttribute(node, "to").value_or(0));
  const ir::ValueId operand = facts::InputOf(node, 0);
  if (!facts::IsIntegerType(to) || operand == ir::kNone) return hazard;
  const facts::Interval numbers = facts::NumbersOfType(to);
  const facts::Range& range = ranges.Of(graph, operand);
  if (range.unknown || facts::IsEmpty(range.proved)) return hazard;
  const auto beyond = [&](double bound, Bound met) {
    if (met == Bound::kOpen || Fits(bound, numbers)) return Reach::kNone;
    return met == Bound::kReached ? Reach::kCertain : Reach::kLikely;
  };
  const Reach low = beyond(range.proved.low, range.low);
  const Reach high = beyond(range.proved.high, range.high);
  hazard.reach = std::max(low, high);
  // Whoever casts to 8 or 16 bits has a bounded quantity in mind.
  constexpr double kSmall = 65536;
  if (hazard.reach == Reach::kNone && range.generic && numbers.high < kSmall &&
      !(Fits(range.assumed.low, numbers) && Fits(range.assumed.high, numbers))) {
    hazard.reach = Reach::kLikely;
  }
  if (hazard.reach == Reach::kNone) return hazard;
  const std::string name = graph.values[static_cast<std::size_t>(operand)].name;
  hazard.message =
      facts::Cat("\"", name, "\", which lies in ", facts::Show(facts::Telling(range, hazard.reach)),
                 ", is cast to ", NameOfType(to), ", which holds ", facts::Show(numbers));
  hazard.label = "does not fit the type";
  hazard.help = facts::Cat("bound it with Clip (min = ", facts::Number(numbers.low),
                           ", max = ", facts::Number(numbers.high),
                           ") before the Cast, or cast to a wider type");
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

extern const Rule kIntegerOverflowCast;
const Rule kIntegerOverflowCast = {
    .id = "N009",
    .name = "integer-overflow-cast",
    .family = Family::kNumerics,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "A cast to an integer type loses numbers that the type does not hold.",
         .what =
             "Reports casts to integers of constants and bounded values that pass the type's "
             "range, and casts of a layer's result to 8 or 16 bits without a Clip. Casts of "
             "graph inputs, whose range is the user's, and of values that are bounded are fine.",
         .why =
             "A float beyond the range of the integer type is undefined behaviour: runtimes wrap "
             "around, saturate or give the smallest integer. A pixel of 256 becomes black.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (uint8[N, 2] image) <float[2, 2] w = {0.5, -0.3, 0.2, 0.7}, float scale = {256}> {
  h = MatMul(x, w)
  s = Sigmoid(h)
  scaled = Mul(s, scale)
  image = Cast<to = 2>(scaled)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (uint8[N, 2] image) <float[2, 2] w = {0.5, -0.3, 0.2, 0.7}, float scale = {255}> {
  h = MatMul(x, w)
  s = Sigmoid(h)
  scaled = Mul(s, scale)
  image = Cast<to = 2>(scaled)
}
```)",
         .references = "ONNX, Cast: <https://onnx.ai/onnx/operators/onnx__Cast.html>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
