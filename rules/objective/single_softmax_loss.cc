#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::Objective& objective : facts.objectives()) {
    const facts::Output& output = objective.output;
    if (output.width != 1 || (output.activation != ir::Activation::kSoftmax &&
                              output.activation != ir::Activation::kLogSoftmax)) {
      continue;
    }
    Finding& finding = sink.Report(
        output.location, "softmax over a single unit is constant: no loss can train the model");
    finding.label = "always 1";
    finding.related = {{objective.location, "the loss that is given a constant"}};
    finding.help = objective.loss.framework == ir::Framework::kTorch
                       ? "drop the softmax and use BCEWithLogitsLoss, or give the last layer a "
                         "unit per class"
                       : "use a sigmoid with binary_crossentropy, or give the last layer a unit "
                         "per class";
    finding.evidence = {{"loss", objective.text}, {"units", *output.width}};
  }
}

}  // namespace

extern const Rule kSingleSoftmaxLoss;
const Rule kSingleSoftmaxLoss = {
    .id = "A007",
    .name = "single-softmax-loss",
    .family = Family::kObjective,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "A loss is trained on a softmax over a single unit.",
         .what = "Reports a configured loss whose output is a softmax over one value. Without a "
                 "configuration M014 reports the same softmax from the model alone.",
         .why =
             "Softmax divides by the sum over its axis; over one value the result is 1, whatever "
             "the weights are. The gradient is exactly zero, the loss never changes and accuracy "
             "is the share of one class.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 1] p) <float[2, 1] w = {0.5, -0.3}> {
  logit = MatMul(x, w)
  p = Softmax(logit)
}
```
```yaml config.yaml
framework: keras
loss: binary_crossentropy
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 1] p) <float[2, 1] w = {0.5, -0.3}> {
  logit = MatMul(x, w)
  p = Sigmoid(logit)
}
```
```yaml config.yaml
framework: keras
loss: binary_crossentropy
```)",
         .references = "ONNX, Softmax: <https://onnx.ai/onnx/operators/onnx__Softmax.html>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
