#include "analyzer/engine/rule.h"
#include "analyzer/facts/facts.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/weights.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const double least = sink.Parameter("least_elements");
  for (const facts::MeasuredWeight& measured : facts::MeasuredWeights(facts.layers())) {
    const ir::TensorStatistics& s = *measured.statistics;
    const facts::Layer& layer = *measured.layer;
    if (!facts::IsMatrix(measured) || measured.weight->dequantised || s.zeros != s.count ||
        static_cast<double>(s.count) < least ||
        facts::JoinsAnotherBranch(*layer.graph, layer.node)) {
      continue;
    }
    Finding& finding = sink.Report(facts::WeightLocation(measured),
                                   "all " + std::to_string(s.count) + " elements of \"" +
                                       facts::WeightName(measured) + "\" (" +
                                       facts::ShapeText(*measured.weight->tensor) + ") are 0");
    finding.help =
        "see whether this layer was loaded from the checkpoint: its key may be missing or have "
        "another name there";
    finding.related.push_back({facts::NodeLocation(*layer.model, *layer.graph, layer.node),
                               "gives the same for every input"});
    finding.evidence = {{"elements", static_cast<std::int64_t>(s.count)}};
  }
}

}  // namespace

extern const Rule kZeroWeight;
const Rule kZeroWeight = {
    .id = "W002",
    .name = "zero-weight",
    .family = Family::kWeights,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "A whole weight matrix is zero.",
         .what =
             "Reports matrices, kernels and tables of dense, convolutional, recurrent, attention "
             "and embedding layers in which every element is 0. A layer whose result is added to "
             "or multiplied with another branch is left alone: adapters (LoRA), zero convolutions "
             "(ControlNet) and residual branches begin at zero on purpose, and a pruned branch "
             "ends there. So are quantised weights, whose zero is stored as another number.",
         .why = "Such a layer gives the same for every input, and everything before it on its path "
                "is lost. Usually a key was missing when the weights were loaded, or a variable "
                "was never initialised.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 3] y) <float[4, 4] w = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, float[4, 3] v = {-0.66, 0.63, 0.47, -0.44, -0.01, -0.09, 0.27, 0.52, -0.73, -0.85, 0.60, -0.12}> {
  h = MatMul(x, w)
  r = Tanh(h)
  y = MatMul(r, v)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 3] y) <float[4, 4] w = {0.82, 0.81, -0.80, -0.75, 0.60, 0.42, 0.31, -0.35, 0.19, 0.19, 0.15, -0.61, -0.12, -0.19, 0.40, 0.89}, float[4, 3] v = {-0.66, 0.63, 0.47, -0.44, -0.01, -0.09, 0.27, 0.52, -0.73, -0.85, 0.60, -0.12}> {
  h = MatMul(x, w)
  r = Tanh(h)
  y = MatMul(r, v)
}
```)",
         .references = ""},
    .parameters = {{.name = "least_elements",
                    .value = 16,
                    .meaning = "matrices with fewer elements are left alone",
                    .source = "a handful of zeros may be a constant of the computation"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
