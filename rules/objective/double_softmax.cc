#include "analyzer/engine/rule.h"
#include "analyzer/facts/loss_values.h"
#include "analyzer/facts/replay.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

std::optional<ir::Experiment> Replay(const facts::Facts& facts) {
  auto experiment = facts::ConfiguredExperiment(facts, ir::Symptom::kSlowerToLearn);
  if (!experiment || experiment->classes < 2) return std::nullopt;
  experiment->changed.loss_input = ir::LossInput::kProbabilities;
  experiment->change = "softmax applied once";
  return experiment;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const std::optional<facts::LossRange> logged = facts::LoggedLosses(facts.run());
  for (const facts::Objective& objective : facts.objectives()) {
    const facts::Output& output = objective.output;
    if (objective.loss.input != ir::LossInput::kLogits ||
        objective.loss.kind != ir::LossKind::kCategoricalCrossEntropy ||
        output.activation != ir::Activation::kSoftmax || output.width == 1) {
      continue;
    }
    std::optional<double> floor;
    if (output.width) floor = facts::DoubleSoftmaxFloor(static_cast<double>(*output.width));
    // A loss below what softmax of softmax can reach: the second one was not
    // there in training, and only the exported model has the first.
    if (floor && logged && logged->least < *floor * (1 - sink.Parameter("floor_tolerance"))) {
      continue;
    }
    Finding& finding = sink.Report(
        objective.location, "softmax is applied twice: by the model and again inside the loss");
    finding.label = "expects logits";
    finding.related = {{output.location, facts::DescribeOutput(output)}};
    finding.help = objective.loss.framework == ir::Framework::kKeras
                       ? "set from_logits to false, or remove the softmax from the last layer"
                       : "remove the softmax from the model's output, or train NLLLoss on a "
                         "LogSoftmax output";
    finding.evidence = {{"loss", objective.text}};
    finding.confidence =
        objective.source == facts::LossSource::kModel ? Confidence::kHigh : Confidence::kMedium;
    if (floor) finding.evidence.emplace_back("least_possible_loss", *floor);
    if (logged) {
      finding.evidence.emplace_back("least_logged_loss", logged->least);
      if (floor && logged->least < *floor * sink.Parameter("near_floor")) {
        finding.confidence = Confidence::kHigh;
      }
    }
    finding.experiment = Replay(facts);
  }
}

}  // namespace

extern const Rule kDoubleSoftmax;
const Rule kDoubleSoftmax = {
    .id = "A002",
    .name = "double-softmax",
    .family = Family::kObjective,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "A softmax output is given to a loss that applies softmax itself.",
         .what =
             "Reports a trained output that ends in Softmax where the loss expects logits: "
             "PyTorch's CrossEntropyLoss, Keras's cross-entropies with from_logits=True. Silent "
             "where the log shows a loss below ln(e + C - 1) - 1, the least that two softmaxes "
             "can reach: then only the exported model has the activation.",
         .why =
             "The second softmax sees values between 0 and 1 and can give no class more than "
             "e/(e + C - 1): for ten classes, 23 %. The loss rests at 1.4612, gradients are tiny, "
             "and no error is raised.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] probs) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
  probs = Softmax(logits)
}
```
```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] logits) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
}
```
```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
```)",
         .references = "PyTorch, CrossEntropyLoss: the input is expected to contain the "
                       "unnormalized logits for each class. Keras, CategoricalCrossentropy: "
                       "from_logits."},
    .parameters = {{.name = "floor_tolerance",
                    .value = 0.02,
                    .meaning = "share below the floor that a logged loss may lie, for rounding",
                    .source = "logs print three to four digits"},
                   {.name = "near_floor",
                    .value = 1.25,
                    .meaning = "a least loss within this factor of the floor makes it certain",
                    .source = "a run with two softmaxes in testdata/runs ends within 10 % of the "
                              "floor, and chance level is 1.6 times it for ten classes"}},
    .check = Check,
    .replayable = true,
};

}  // namespace onnxcheck::rules
