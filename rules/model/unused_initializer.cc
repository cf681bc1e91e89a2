#include <string>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/flow.h"
#include "analyzer/ir/path.h"

namespace onnxcheck::rules {
namespace {

std::string Dims(const ir::Tensor& tensor) {
  std::string text = "[";
  for (const std::int64_t size : tensor.dims) {
    text.append(text.size() > 1 ? ", " : "").append(std::to_string(size));
  }
  return text + "]";
}

// Live without a consumer: an output, or a value that training_info names. What
// only dead nodes read is theirs to report (M004).
void CheckGraph(const facts::GraphFlow& flow, Sink& sink) {
  const ir::Graph& graph = *flow.graph;
  for (std::size_t v = 0; v < graph.values.size(); ++v) {
    const ir::Value& value = graph.values[v];
    if (value.initializer == ir::kNone || value.name.empty()) continue;
    if (!value.consumers.empty() || flow.live_values[v]) continue;
    const auto index = static_cast<std::size_t>(value.initializer);
    ir::Location location;
    location.path = flow.model->input.path;
    location.logical = ir::InitializerPath(graph, index);
    Finding& finding =
        sink.Report(std::move(location), "initializer \"" + value.name + "\" " +
                                             Dims(graph.initializers[index]) + " is not used");
    finding.label = "not used";
    finding.help = "leave it out of the model, or wire it in if a layer was meant to use it";
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::GraphFlow& flow : facts.flows()) {
    if (flow.live) CheckGraph(flow, sink);
  }
}

}  // namespace

extern const Rule kUnusedInitializer;
const Rule kUnusedInitializer = {
    .id = "M005",
    .name = "unused-initializer",
    .family = Family::kModel,
    .severity = Severity::kInfo,
    .needs = kModel,
    .documentation =
        {.summary = "A stored tensor that nothing uses.",
         .what = "Reports initializers of a graph or subgraph that no node reads, that are no "
                 "output and that `training_info` does not name.",
         .why = "It takes space in the file and memory when the model is loaded. A weight that "
                "ends up here belongs to a layer that was created and is not called.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y)
<float[2, 2] w = {0.5, -0.3, 0.2, 0.1}, float[2] b = {0.1, 0.2}> {
  y = MatMul(x, w)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y)
<float[2, 2] w = {0.5, -0.3, 0.2, 0.1}, float[2] b = {0.1, 0.2}> {
  h = MatMul(x, w)
  y = Add(h, b)
}
```)",
         .references = ""},
    .check = Check,
};

}  // namespace onnxcheck::rules
