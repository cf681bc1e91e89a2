#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/hazard.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using facts::Reach;

const char* NameOfType(ir::ElementType type) {
  switch (type) {
    case ir::ElementType::kFloat16:
      return "float16";
    case ir::ElementType::kBfloat16:
      return "bfloat16";
    case ir::ElementType::kDouble:
      return "double";
    default:
      return "float";
  }
}

// Some logarithm, root or division is near that needs the epsilon.
bool IsNeeded(const ir::Graph& graph, ir::ValueId value) {
  for (int step = 0; step < 4; ++step) {
    const auto& consumers = graph.values[static_cast<std::size_t>(value)].consumers;
    ir::ValueId next = ir::kNone;
    for (const ir::NodeId id : consumers) {
      const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
      for (const char* type : {"Log", "Sqrt", "Reciprocal", "Pow"}) {
        if (facts::IsOnnx(node, type) && facts::InputOf(node, 0) == value) return true;
      }
      if (facts::IsOnnx(node, "Div") && facts::InputOf(node, 1) == value) return true;
      for (const char* type : {"Unsqueeze", "Squeeze", "Reshape", "Expand", "Identity", "Cast"}) {
        if (facts::IsOnnx(node, type) && next == ir::kNone) next = facts::OutputOf(node, 0);
      }
    }
    if (next == ir::kNone) return false;
    value = next;
  }
  return false;
}

// The epsilon of a normalisation that computes in its operand's type.
void ExamineNormalisation(const ir::Node& node, facts::Hazard* hazard) {
  const bool layer = facts::IsOnnx(node, "LayerNormalization");
  const bool own_type =
      facts::IsOnnx(node, "BatchNormalization") || facts::IsOnnx(node, "InstanceNormalization");
  if (!layer && !own_type) return;
  const ir::Attribute* attribute = facts::FindAttribute(node, "epsilon");
  const auto* epsilon = attribute == nullptr ? nullptr : std::get_if<float>(&attribute->value);
  const ir::ValueId operand = facts::InputOf(node, 0);
  if (epsilon == nullptr || *epsilon < 0 || operand == ir::kNone) return;
  ir::ElementType type = hazard->graph->values[static_cast<std::size_t>(operand)].type.element;
  // LayerNormalization computes in its stash_type, float by default.
  if (layer) {
    type = static_cast<ir::ElementType>(
        facts::IntAttribute(node, "stash_type")
            .value_or(static_cast<std::int64_t>(ir::ElementType::kFloat)));
  }
  if (!facts::VanishesIn(static_cast<double>(*epsilon), type)) return;
  hazard->reach = Reach::kLikely;
  hazard->message = facts::Cat("the epsilon of ", node.op_type, ", ",
                               facts::Number(static_cast<double>(*epsilon)), ", is 0 in ",
                               NameOfType(type), " and no longer keeps the variance from 0");
}

facts::Hazard Examine(const facts::Ranges& ranges, const ir::Graph& graph, ir::NodeId id) {
  facts::Hazard hazard{.ranges = &ranges, .graph = &graph, .node = id};
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
  hazard.label = "an epsilon of 0";
  hazard.help =
      "use an epsilon that the type holds (float16: 1e-4 to 1e-3, its smallest number is 6e-8), or "
      "compute this part in float32";
  ExamineNormalisation(node, &hazard);
  const ir::ValueId output = facts::OutputOf(node, 0);
  if (hazard.reach != Reach::kNone || output == ir::kNone ||
      !facts::AddsVanishedEpsilon(ranges, graph, node) || !IsNeeded(graph, output)) {
    return hazard;
  }
  hazard.operand = facts::IsConstant(graph, facts::InputOf(node, 0)) ? 1 : 0;
  hazard.reach = Reach::kCertain;
  const ir::ElementType type = graph.values[static_cast<std::size_t>(output)].type.element;
  const ir::ValueId operand = facts::InputOf(node, hazard.operand);
  const std::string name = graph.values[static_cast<std::size_t>(operand)].name;
  hazard.message = facts::Cat("the constant that should keep \"", name, "\" from 0 is itself 0 in ",
                              NameOfType(type));
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

extern const Rule kEpsilonVanishes;
const Rule kEpsilonVanishes = {
    .id = "N007",
    .name = "epsilon-vanishes",
    .family = Family::kNumerics,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "An epsilon is 0 in the type that it is added in.",
         .what =
             "Reports an epsilon of 0 in front of a logarithm, a root or a division: added to "
             "something that is met at 0, bounding it by Max or Clip in half precision, or cast "
             "from a number that the type rounds to 0. Reports the epsilon of a normalisation "
             "that computes in such a type.",
         .why = "1e-8 and 1e-12, usual in single precision, are 0 in float16: its smallest number "
                "is 6e-8. The model looks guarded and divides by 0 all the same, most often since "
                "it was converted.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float16[N, 4] x) => (float16[N, 4] y) <float epsilon = {1e-12}> {
  norm = ReduceL2<axes = [1]>(x)
  half_epsilon = Cast<to = 10>(epsilon)
  safe = Add(norm, half_epsilon)
  y = Div(x, safe)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float16[N, 4] x) => (float16[N, 4] y) <float epsilon = {1e-4}> {
  norm = ReduceL2<axes = [1]>(x)
  half_epsilon = Cast<to = 10>(epsilon)
  safe = Add(norm, half_epsilon)
  y = Div(x, safe)
}
```)",
         .references = "IEEE 754-2019, binary16; onnxruntime issue 11384."},
    .check = Check,
};

}  // namespace onnxcheck::rules
