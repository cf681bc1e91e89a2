#include "analyzer/engine/rule.h"
#include "analyzer/facts/loss_values.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// CrossEntropyLoss on values in 0..1 has the floor of a double softmax.
bool RefutedByLog(const facts::Facts& facts, const facts::Objective& objective) {
  const auto& width = objective.output.width;
  const std::optional<facts::LossRange> logged = facts::LoggedLosses(facts.run());
  return objective.loss.input == ir::LossInput::kLogits && width && logged &&
         logged->least < facts::DoubleSoftmaxFloor(static_cast<double>(*width));
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::Objective& objective : facts.objectives()) {
    const facts::Output& output = objective.output;
    if (objective.loss.kind != ir::LossKind::kCategoricalCrossEntropy ||
        output.activation != ir::Activation::kSigmoid || RefutedByLog(facts, objective)) {
      continue;
    }
    const bool single = output.width == 1;
    Finding& finding = sink.Report(
        objective.location,
        single ? "categorical cross-entropy over a single sigmoid output has nothing to compare"
               : "categorical cross-entropy is trained on independent sigmoid outputs");
    finding.label = "expects one distribution";
    finding.related = {{output.location, facts::DescribeOutput(output)}};
    const bool torch = objective.loss.framework == ir::Framework::kTorch;
    finding.help = single  ? facts::Cat("use binary cross-entropy (loss: ",
                                       torch ? "BCELoss" : "binary_crossentropy", ")")
                   : torch ? "remove the sigmoid; for several labels an example use BCELoss"
                           : "end the model in a softmax; for several labels an example use "
                             "binary_crossentropy";
    finding.evidence = {{"loss", objective.text}};
    if (output.width) finding.evidence.emplace_back("outputs", *output.width);
  }
}

}  // namespace

extern const Rule kSigmoidWithCategoricalLoss;
const Rule kSigmoidWithCategoricalLoss = {
    .id = "A005",
    .name = "sigmoid-with-categorical-loss",
    .family = Family::kObjective,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "Categorical cross-entropy is trained on sigmoid outputs.",
         .what =
             "Reports a trained output that ends in Sigmoid where the loss is a cross-entropy "
             "over classes. Silent where the log shows a loss that CrossEntropyLoss cannot reach "
             "on values between 0 and 1.",
         .why =
             "Sigmoid outputs are independent of each other, while the loss compares the classes "
             "of one distribution: Keras divides them by their sum, PyTorch puts a softmax on top "
             "of values that differ by 1 at most. With a single output the quotient is always 1 "
             "and nothing is learnt.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] p) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
  p = Sigmoid(logits)
}
```
```yaml config.yaml
framework: keras
loss: categorical_crossentropy
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] p) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
  p = Sigmoid(logits)
}
```
```yaml config.yaml
framework: keras
loss: binary_crossentropy
labels: multi-hot
```)",
         .references = "Keras, CategoricalCrossentropy: use this loss when there are two or more "
                       "label classes, in a one-hot representation."},
    .check = Check,
};

}  // namespace onnxcheck::rules
