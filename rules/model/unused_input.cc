#include <algorithm>
#include <string>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/flow.h"
#include "analyzer/ir/path.h"

namespace onnxcheck::rules {
namespace {

// A single truth value says in which mode to run; an export fixed to one mode
// keeps the input and has no use for it.
bool IsSwitch(const ir::Type& type) {
  return type.is_tensor && type.element == ir::ElementType::kBool && type.shape &&
         (type.shape->empty() || (type.shape->size() == 1 && type.shape->front().size == 1));
}

// ONNX Runtime gives every graph that it trains with a signal to reset its gradients (where there
// are none, M018 says so) and every optimizer the same inputs, whether it keeps moments or not.
facts::GraphRole RoleOf(const facts::Facts& facts, const ir::Model& model) {
  for (const facts::Training& training : facts.trainings()) {
    if (training.model == &model) return training.role;
  }
  return facts::GraphRole::kInference;
}

void CheckGraph(const facts::GraphFlow& flow, bool trained, Sink& sink) {
  const ir::Graph& graph = *flow.graph;
  // Where no input reaches any output, the outputs are to blame: M015.
  const bool any = std::any_of(graph.inputs.begin(), graph.inputs.end(),
                               [&](ir::ValueId input) { return flow.LiveValue(input); });
  const bool constant =
      !any && std::none_of(graph.outputs.begin(), graph.outputs.end(),
                           [&](ir::ValueId output) { return flow.Varies(output); });
  if (constant) return;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    if (flow.LiveValue(graph.inputs[i])) continue;
    const ir::Value& value = graph.values[static_cast<std::size_t>(graph.inputs[i])];
    if (trained && IsSwitch(value.type)) continue;
    ir::Location location;
    location.path = flow.model->input.path;
    location.logical = ir::GraphInputPath(graph, i);
    Finding& finding =
        sink.Report(std::move(location), "input \"" + value.name + "\" influences no output");
    finding.label = value.consumers.empty() ? "no node reads it" : "only unused nodes read it";
    if (IsSwitch(value.type)) finding.severity = Severity::kInfo;
    finding.help =
        "take the input out of the export, or pass it on to where the model should use it";
    finding.evidence = {{"readers", static_cast<std::int64_t>(value.consumers.size())}};
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::GraphFlow& flow : facts.flows()) {
    // The inputs of a body are fixed by Loop and Scan, used or not.
    if (flow.outer != nullptr || !flow.outputs_defined) continue;
    const facts::GraphRole role = RoleOf(facts, *flow.model);
    if (role == facts::GraphRole::kOptimizer) continue;
    CheckGraph(flow, role == facts::GraphRole::kTraining, sink);
  }
}

}  // namespace

extern const Rule kUnusedInput;
const Rule kUnusedInput = {
    .id = "M006",
    .name = "unused-input",
    .family = Family::kModel,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "A declared input that influences no output.",
         .what =
             "Reports inputs of the model that no output depends on. An input of which only the "
             "shape is read does influence the result, and initializers that are listed among "
             "the inputs as defaults are none. A single truth value, such as a switch between "
             "training and inference, is reported as an info: an export fixes it. Where all "
             "outputs are constant, M015 says so instead.",
         .why = "Callers must feed it and see no effect. An attention mask that is never applied "
                "or a feature that was dropped by an early return trains and runs without an "
                "error, and is wrong.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x, float[N, 4] mask) => (float[N, 4] y) {
  y = Softmax(x)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x, float[N, 4] mask) => (float[N, 4] y) {
  masked = Add(x, mask)
  y = Softmax(masked)
}
```)",
         .references = ""},
    .check = Check,
};

}  // namespace onnxcheck::rules
