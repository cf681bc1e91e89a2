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

bool IsHalf(ir::ElementType type) {
  return type == ir::ElementType::kFloat16 || type == ir::ElementType::kBfloat16;
}

const char* NameOfType(ir::ElementType type) {
  return type == ir::ElementType::kFloat16 ? "float16" : "bfloat16";
}

ir::ElementType TypeOf(const ir::Graph& graph, ir::ValueId value) {
  return value == ir::kNone ? ir::ElementType::kUndefined
                            : graph.values[static_cast<std::size_t>(value)].type.element;
}

// Rounding to nearest makes infinity of what lies half a unit or more beyond
// the type's largest number.
bool Overflows(double value, ir::ElementType type) {
  const double limit = facts::LargestOfType(type) * (1 + facts::EpsilonOfType(type) / 4);
  return std::isfinite(value) && std::abs(value) >= limit;
}

// The bound that is met and overflows; nothing when none is.
std::optional<double> BoundBeyond(const facts::Range& range, ir::ElementType type) {
  if (range.unknown || facts::IsEmpty(range.proved)) return std::nullopt;
  if (range.low == Bound::kReached && Overflows(range.proved.low, type)) return range.proved.low;
  if (range.high == Bound::kReached && Overflows(range.proved.high, type)) return range.proved.high;
  return std::nullopt;
}

void ExamineCast(const ir::Node& node, facts::Hazard* hazard) {
  const auto to = static_cast<ir::ElementType>(facts::IntAttribute(node, "to").value_or(0));
  const ir::ValueId operand = facts::InputOf(node, 0);
  if (!IsHalf(to) || operand == ir::kNone) return;
  const auto beyond = BoundBeyond(hazard->ranges->Of(*hazard->graph, operand), to);
  if (!beyond) return;
  hazard->reach = Reach::kCertain;
  hazard->message =
      facts::Cat("the cast to ", NameOfType(to), " turns ", facts::Number(*beyond), " into ",
                 *beyond < 0 ? "-inf" : "inf", ": the largest number of the type is ",
                 facts::Number(facts::LargestOfType(to)));
}

// (1 - mask) * -inf, where the mask's constant overflowed when it was converted.
void ExamineProduct(const ir::Node& node, facts::Hazard* hazard) {
  const ir::Graph& graph = *hazard->graph;
  for (const std::size_t i : {0U, 1U}) {
    const ir::ValueId constant = facts::InputOf(node, i);
    const auto* elements = hazard->ranges->Elements(graph, constant);
    if (elements == nullptr || !IsHalf(TypeOf(graph, constant))) continue;
    const bool infinite = std::any_of(elements->begin(), elements->end(),
                                      [](double element) { return std::isinf(element); });
    const facts::Range& other = facts::OperandRange(*hazard->ranges, graph, node, 1 - i);
    if (!infinite || other.unknown || !facts::MayBeZero(other.assumed)) continue;
    hazard->operand = i;
    hazard->reach = Reach::kLikely;
    hazard->message = facts::Cat("an infinite ", NameOfType(TypeOf(graph, constant)),
                                 " constant is multiplied by what may be 0: NaN");
  }
}

// Bounds of the operands are met and finite, that of the result is not.
void ExamineResult(const ir::Node& node, facts::Hazard* hazard) {
  const ir::Graph& graph = *hazard->graph;
  const ir::ValueId output = facts::OutputOf(node, 0);
  const ir::ElementType type = TypeOf(graph, output);
  if (!IsHalf(type)) return;
  const facts::Range& result = hazard->ranges->Of(graph, output);
  const bool low = result.low == Bound::kReached && result.proved.low == -facts::kInfinity;
  const bool high = result.high == Bound::kReached && result.proved.high == facts::kInfinity;
  if (result.unknown || (!low && !high)) return;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const facts::Range& operand = facts::OperandRange(*hazard->ranges, graph, node, i);
    if (operand.unknown || !facts::IsBounded(operand.proved)) return;
    if (!facts::IsConstant(graph, node.inputs[i])) hazard->operand = i;
  }
  hazard->reach = Reach::kCertain;
  hazard->message =
      facts::Cat("the result of ", node.op_type, " passes the largest ", NameOfType(type),
                 " number, ", facts::Number(facts::LargestOfType(type)));
}

facts::Hazard Examine(const facts::Ranges& ranges, const ir::Graph& graph, ir::NodeId id) {
  facts::Hazard hazard{.ranges = &ranges, .graph = &graph, .node = id};
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
  hazard.label = "overflows";
  hazard.help =
      "keep this part in float32, or use a constant that the type holds: -1e4 is far enough for a "
      "mask that is added before a softmax, 65504 is the limit of float16";
  if (facts::IsOnnx(node, "Cast")) {
    ExamineCast(node, &hazard);
    return hazard;
  }
  if (facts::IsOnnx(node, "Mul")) ExamineProduct(node, &hazard);
  if (hazard.reach == Reach::kNone &&
      (facts::IsOnnx(node, "Mul") || facts::IsOnnx(node, "Add") || facts::IsOnnx(node, "Sub"))) {
    ExamineResult(node, &hazard);
  }
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

extern const Rule kHalfOverflow;
const Rule kHalfOverflow = {
    .id = "N006",
    .name = "half-overflow",
    .family = Family::kNumerics,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "A number is too large for float16 or bfloat16.",
         .what = "Reports casts to float16 and bfloat16 of constants, weights and bounded values "
                 "that the type cannot hold, results of half precision that pass its limit for "
                 "operands that are known to reach it, and infinite half-precision constants that "
                 "multiply what can be 0. Infinities that stand in the model as such are masks and "
                 "are left alone, as are values without a known bound.",
         .why = "float16 ends at 65504: the usual mask of -1e9 becomes -inf, and 0 * -inf is NaN; "
                "a softmax whose scores are all -inf is NaN as well. A weight that overflows is "
                "infinite from then on.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] scores, bool[N, 4] masked) => (float16[N, 4] p) <float big = {-1e9}> {
  m = Cast<to = 1>(masked)
  penalty = Mul(m, big)
  half_penalty = Cast<to = 10>(penalty)
  half_scores = Cast<to = 10>(scores)
  sum = Add(half_scores, half_penalty)
  p = Softmax(sum)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] scores, bool[N, 4] masked) => (float16[N, 4] p) <float big = {-1e4}> {
  m = Cast<to = 1>(masked)
  penalty = Mul(m, big)
  half_penalty = Cast<to = 10>(penalty)
  half_scores = Cast<to = 10>(scores)
  sum = Add(half_scores, half_penalty)
  p = Softmax(sum)
}
```)",
         .references = "Micikevicius et al., Mixed Precision Training, ICLR 2018; "
                       "onnxconverter-common issues 211, 249 and 323."},
    .check = Check,
};

}  // namespace onnxcheck::rules
