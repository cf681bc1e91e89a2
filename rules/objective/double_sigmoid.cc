#include "analyzer/engine/rule.h"
#include "analyzer/facts/loss_values.h"
#include "analyzer/facts/replay.h"

namespace onnxcheck::rules {
namespace {

std::optional<ir::Experiment> Replay(const facts::Facts& facts) {
  auto experiment = facts::ConfiguredExperiment(facts, ir::Symptom::kSlowerToLearn);
  if (!experiment) return std::nullopt;
  experiment->changed.loss_input = ir::LossInput::kProbabilities;
  experiment->change = "sigmoid applied once";
  return experiment;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const std::optional<facts::LossRange> logged = facts::LoggedLosses(facts.run());
  for (const facts::Objective& objective : facts.objectives()) {
    if (objective.loss.input != ir::LossInput::kLogits ||
        objective.loss.kind != ir::LossKind::kBinaryCrossEntropy ||
        objective.output.activation != ir::Activation::kSigmoid) {
      continue;
    }
    // Not reachable through two sigmoids: the exported model alone has one.
    if (logged && logged->least < facts::kDoubleSigmoidFloor) continue;
    Finding& finding = sink.Report(
        objective.location, "sigmoid is applied twice: by the model and again inside the loss");
    finding.label = "expects logits";
    finding.related = {{objective.output.location, facts::DescribeOutput(objective.output)}};
    finding.help = objective.loss.framework == ir::Framework::kKeras
                       ? "set from_logits to false, or remove the sigmoid from the last layer"
                       : "remove the sigmoid from the model's output, or use BCELoss";
    finding.evidence = {{"loss", objective.text},
                        {"least_possible_loss", facts::kDoubleSigmoidFloor}};
    if (logged) finding.evidence.emplace_back("least_logged_loss", logged->least);
    finding.confidence = Confidence::kMedium;
    finding.experiment = Replay(facts);
  }
}

}  // namespace

extern const Rule kDoubleSigmoid;
const Rule kDoubleSigmoid = {
    .id = "A003",
    .name = "double-sigmoid",
    .family = Family::kObjective,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "A sigmoid output is given to a loss that applies sigmoid itself.",
         .what = "Reports a trained output that ends in Sigmoid where the loss is a binary "
                 "cross-entropy on logits: BCEWithLogitsLoss, or Keras's with from_logits=True. "
                 "Silent where the log shows a loss below 0.3133, the least that two sigmoids can "
                 "reach: then only the exported model has the activation.",
         .why =
             "The second sigmoid sees values between 0 and 1 and gives 0.5 to 0.731: no example "
             "can be called negative, and with balanced labels the loss cannot fall below 0.5032.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 1] p) <float[2, 1] w = {0.5, -0.3}> {
  logit = MatMul(x, w)
  p = Sigmoid(logit)
}
```
```yaml config.yaml
framework: torch
loss: BCEWithLogitsLoss
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 1] p) <float[2, 1] w = {0.5, -0.3}> {
  logit = MatMul(x, w)
  p = Sigmoid(logit)
}
```
```yaml config.yaml
framework: torch
loss: BCELoss
```)",
         .references = "PyTorch, BCEWithLogitsLoss: this loss combines a Sigmoid layer and the "
                       "BCELoss in one single class."},
    .check = Check,
    .replayable = true,
};

}  // namespace onnxcheck::rules
