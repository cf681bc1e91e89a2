#include <algorithm>
#include <string>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/flow.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/layer_forms.h"
#include "analyzer/ir/path.h"

namespace onnxcheck::rules {
namespace {

bool IsLayer(const ir::Node& node) {
  const facts::LayerForm* form = facts::FormOf(node);
  return form != nullptr &&
         (form->kind == facts::LayerKind::kDense || form->kind == facts::LayerKind::kConvolution ||
          form->kind == facts::LayerKind::kTransposedConvolution ||
          form->kind == facts::LayerKind::kRecurrent);
}

// Layers among what the output is computed from. A node that was seen for
// another output is not counted again.
std::int64_t LayersBefore(const ir::Graph& graph, ir::ValueId output, std::vector<bool>* seen) {
  std::int64_t layers = 0;
  std::vector<ir::ValueId> open = {output};
  while (!open.empty()) {
    const ir::NodeId id = graph.values[static_cast<std::size_t>(open.back())].producer;
    open.pop_back();
    if (id == ir::kNone || (*seen)[static_cast<std::size_t>(id)]) continue;
    (*seen)[static_cast<std::size_t>(id)] = true;
    const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
    layers += IsLayer(node) ? 1 : 0;
    std::copy_if(node.inputs.begin(), node.inputs.end(), std::back_inserter(open),
                 [](ir::ValueId input) { return input != ir::kNone; });
  }
  return layers;
}

void CheckGraph(const facts::GraphFlow& flow, Sink& sink) {
  const ir::Graph& graph = *flow.graph;
  if (graph.inputs.empty()) return;  // made to be constant, or to draw numbers
  const bool all = std::none_of(graph.outputs.begin(), graph.outputs.end(),
                                [&](ir::ValueId output) { return flow.Varies(output); });
  std::vector<bool> seen(graph.nodes.size());
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    if (flow.Varies(graph.outputs[i])) continue;
    const std::int64_t layers = LayersBefore(graph, graph.outputs[i], &seen);
    if (!all && layers == 0) continue;
    const std::string name = graph.values[static_cast<std::size_t>(graph.outputs[i])].name;
    ir::Location location;
    location.path = flow.model->input.path;
    location.logical = ir::GraphOutputPath(graph, i);
    Finding& finding = sink.Report(std::move(location),
                                   "output \"" + name + "\" is constant: no input reaches it");
    finding.label = "always the same";
    finding.help =
        "export the model with tensors that come from its inputs: a value turned into a Python "
        "or NumPy number while the model is traced is stored as a constant";
    finding.evidence = {{"inputs", static_cast<std::int64_t>(graph.inputs.size())},
                        {"layers", layers}};
    if (!all) finding.severity = Severity::kInfo;
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::GraphFlow& flow : facts.flows()) {
    if (flow.outer == nullptr && flow.outputs_defined) CheckGraph(flow, sink);
  }
}

}  // namespace

extern const Rule kConstantOutput;
const Rule kConstantOutput = {
    .id = "M015",
    .name = "constant-output",
    .family = Family::kModel,
    .severity = Severity::kError,
    .needs = kModel,
    .documentation =
        {.summary = "An output that no input reaches.",
         .what =
             "Reports a model that has inputs and gives the same results for all of them. Beside "
             "outputs that do depend on an input, a constant one is an info if layers compute it, "
             "and is passed over if it is a table of anchors, positions or labels. A model "
             "without inputs is meant to be constant; random numbers and operators of other "
             "domains never count as constant.",
         .why = "Nothing the model is fed makes a difference. The usual cause is an export by "
                "tracing: where the traced code leaves the framework's tensors, or runs on a "
                "stored example, the example's result is written into the file.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[1, 2] y)
<float[1, 2] example = {0.5, 0.25}, float[2, 2] w = {0.5, -0.3, 0.2, 0.1}> {
  y = MatMul(example, w)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y) <float[2, 2] w = {0.5, -0.3, 0.2, 0.1}> {
  y = MatMul(x, w)
}
```)",
         .references = "PyTorch, pitfalls of tracing: "
                       "<https://pytorch.org/docs/stable/onnx_torchscript.html#pitfalls>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
