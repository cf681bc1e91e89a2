#include <cmath>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/regression.h"
#include "analyzer/facts/replay.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

std::optional<ir::Experiment> Replay(const facts::Facts& facts, std::string_view corrected) {
  auto experiment = facts::ConfiguredExperiment(facts, ir::Symptom::kSlowerToLearn);
  if (!experiment || experiment->classes < 2) return std::nullopt;
  experiment->changed.loss = ir::LossKind::kCategoricalCrossEntropy;
  experiment->changed.loss_input = ir::LossInput::kProbabilities;
  experiment->change = facts::Cat("loss: ", corrected);
  return experiment;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const auto& stated = facts.config().labels;
  const std::optional<ir::LabelEncoding> labels =
      stated ? std::optional(stated->value) : std::nullopt;
  // Distributions as targets: a squared distance to them is a Brier score.
  if (labels == ir::LabelEncoding::kContinuous) return;
  for (const facts::Objective& objective : facts.objectives()) {
    const facts::Output& output = objective.output;
    if (!facts::IsRegressionLoss(objective.loss.kind) || output.width == 1 ||
        output.activation != ir::Activation::kSoftmax) {
      continue;
    }
    const bool read_off_log = objective.source == facts::LossSource::kLog;
    const std::string what =
        facts::Cat(facts::LossName(objective.loss.kind), " is trained on softmax probabilities");
    Finding& finding = sink.Report(objective.location,
                                   read_off_log ? facts::Cat("by its first values, ", what) : what);
    finding.label = read_off_log ? "no cross-entropy starts so low" : "regression loss";
    finding.related = {{output.location, facts::DescribeOutput(output)}};
    const std::string_view corrected =
        facts::CrossEntropySpelling(objective.loss.framework, labels);
    finding.help = objective.loss.framework == ir::Framework::kTorch
                       ? "use CrossEntropyLoss on the logits, without the softmax"
                       : facts::Cat("use categorical cross-entropy (loss: ", corrected, ")");
    finding.evidence = {{"loss", objective.text}};
    if (output.width) finding.evidence.emplace_back("classes", *output.width);
    if (read_off_log) {
      finding.confidence = Confidence::kMedium;
      const auto classes = static_cast<double>(output.width.value_or(1));
      finding.evidence.emplace_back("squared_error_at_chance", (classes - 1) / (classes * classes));
      finding.evidence.emplace_back("cross_entropy_at_chance", std::log(classes));
    }
    // Without a configuration the optimizer and its rate are not known, and the
    // symptom depends on them.
    if (!read_off_log) finding.experiment = Replay(facts, corrected);
  }
}

}  // namespace

extern const Rule kSoftmaxWithMse;
const Rule kSoftmaxWithMse = {
    .id = "A001",
    .name = "softmax-with-mse",
    .family = Family::kObjective,
    .severity = Severity::kWarning,
    .needs_any = kConfig | kLog,
    .documentation =
        {.summary = "A regression loss is trained on class probabilities.",
         .what =
             "Reports mean squared error, mean absolute error or Huber loss where the trained "
             "output ends in Softmax. The loss is the configured one. Without a configuration, "
             "mean squared error is read off a log whose first loss is that of equal "
             "probabilities, (C - 1)/C^2, while its accuracy is too low for any cross-entropy of "
             "that value (accuracy >= 1 - CE/ln 2); such findings have medium confidence. Silent "
             "where the labels are stated to be continuous.",
         .why =
             "The gradient of a squared error through a softmax vanishes where the model is "
             "confidently wrong, so training crawls or stops while the loss still falls a little. "
             "Cross-entropy has the gradient p - y there and does not stall.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] probs) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
  probs = Softmax(logits)
}
```
```yaml config.yaml
framework: keras
loss: mse
labels: one-hot
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] probs) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
  probs = Softmax(logits)
}
```
```yaml config.yaml
framework: keras
loss: categorical_crossentropy
labels: one-hot
```)",
         .references = "Golik, Doetsch and Ney, Cross-Entropy vs. Squared Error Training: a "
                       "Theoretical and Experimental Comparison, Interspeech 2013."},
    .check = Check,
    .replayable = true,
};

}  // namespace onnxcheck::rules
