#include "analyzer/engine/rule.h"
#include "analyzer/facts/loss_values.h"
#include "analyzer/facts/replay.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

std::optional<ir::Experiment> Replay(const facts::Facts& facts) {
  auto experiment = facts::ConfiguredExperiment(facts, ir::Symptom::kSlowerToLearn);
  if (!experiment) return std::nullopt;
  experiment->changed.loss_input = ir::LossInput::kLogits;
  experiment->change = experiment->baseline.framework == ir::Framework::kKeras ? "from_logits: true"
                                                                               : "loss on logits";
  return experiment;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const bool trained = facts::LoggedLosses(facts.run()).has_value();
  for (const facts::Objective& objective : facts.objectives()) {
    const facts::Loss& loss = objective.loss;
    const facts::Output& output = objective.output;
    if (loss.input != ir::LossInput::kProbabilities || output.activation != ir::Activation::kNone) {
      continue;
    }
    // BCELoss raises an error for values outside 0..1, so a run that logged a
    // loss had its sigmoid in the training loop.
    if (loss.framework == ir::Framework::kTorch && trained) continue;
    const bool binary = loss.kind == ir::LossKind::kBinaryCrossEntropy || output.width == 1;
    const std::string_view missing = binary ? "sigmoid" : "softmax";
    const std::string name(loss.kind == ir::LossKind::kUnknown ? std::string_view(objective.text)
                                                               : facts::LossName(loss.kind));
    Finding& finding = sink.Report(objective.location,
                                   facts::Cat(name, " expects probabilities, and is given logits"));
    finding.label = "expects probabilities";
    finding.related = {{output.location, facts::DescribeOutput(output)}};
    finding.help = loss.framework == ir::Framework::kTorch
                       ? "use BCEWithLogitsLoss, or end the model in a sigmoid"
                   : loss.kind == ir::LossKind::kKlDivergence
                       ? "end the model in a softmax"
                       : facts::Cat("set from_logits to true, or end the model in a ", missing);
    finding.evidence = {{"loss", objective.text}};
    // An export may leave out the last activation; a stated architecture does not.
    if (output.model != nullptr && !facts.config().output_activation) {
      finding.confidence = Confidence::kMedium;
    }
    if (loss.kind == ir::LossKind::kCategoricalCrossEntropy ||
        loss.kind == ir::LossKind::kBinaryCrossEntropy) {
      finding.experiment = Replay(facts);
    }
  }
}

}  // namespace

extern const Rule kLogitsWithProbabilityLoss;
const Rule kLogitsWithProbabilityLoss = {
    .id = "A004",
    .name = "logits-with-probability-loss",
    .family = Family::kObjective,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "An output without activation is given to a loss that expects probabilities.",
         .what = "Reports a trained output that leaves its values unbounded where the loss expects "
                 "probabilities: Keras's cross-entropies with from_logits=False, which is their "
                 "default, and PyTorch's BCELoss. Silent for PyTorch once a loss has been logged: "
                 "BCELoss refuses values outside 0..1, so the sigmoid was in the training loop.",
         .why = "Keras clips what it takes for probabilities to 1e-7 and 1 - 1e-7. Values outside "
                "get no gradient at all, so most examples teach nothing, and no warning is given.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] logits) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}, float[3] b = {0.5, -0.3, 0.2}> {
  product = MatMul(x, w)
  logits = Add(product, b)
}
```
```yaml config.yaml
framework: keras
loss: sparse_categorical_crossentropy
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] logits) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}, float[3] b = {0.5, -0.3, 0.2}> {
  product = MatMul(x, w)
  logits = Add(product, b)
}
```
```yaml config.yaml
framework: keras
loss: sparse_categorical_crossentropy
from_logits: true
```)",
         .references = "Keras, SparseCategoricalCrossentropy: from_logits is False by default. "
                       "PyTorch, BCELoss."},
    .check = Check,
    .replayable = true,
};

}  // namespace onnxcheck::rules
