#include "analyzer/engine/rule.h"
#include "analyzer/facts/loss_values.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using ir::Activation;
using ir::LossInput;

// NLLLoss is minus the value at the class. A value that the head can take
// bounds it: probabilities give -1..0, and raw values fall without end below
// 0. A log outside these bounds had a log-softmax in the training loop.
bool RefutedByLog(const facts::Facts& facts, Activation activation, double rounding) {
  const std::optional<facts::LossRange> logged = facts::LoggedLosses(facts.run());
  if (!logged) return false;
  switch (activation) {
    case Activation::kSoftmax:
    case Activation::kSigmoid:
    case Activation::kRelu:
      return logged->greatest > rounding;
    case Activation::kTanh:
      return logged->greatest > 1 + rounding;
    default:
      return logged->least >= 0;
  }
}

struct Verdict {
  Severity severity = Severity::kError;
  Confidence confidence = Confidence::kHigh;
  std::string message;
  std::string_view label;
  std::string_view help;
};

std::optional<Verdict> Judge(const facts::Facts& facts, const facts::Objective& objective,
                             double rounding) {
  const facts::Loss& loss = objective.loss;
  const Activation activation = objective.output.activation;
  const bool log_head = activation == Activation::kLogSoftmax;
  const std::string name(facts::LossName(loss.kind));
  const std::string but = ", but " + facts::DescribeOutput(objective.output);
  if (loss.input == LossInput::kLogProbabilities && !log_head) {
    if (loss.kind == ir::LossKind::kNegativeLogLikelihood &&
        RefutedByLog(facts, activation, rounding)) {
      return std::nullopt;
    }
    // The log-softmax may stand in the training loop.
    return Verdict{.confidence = Confidence::kMedium,
                   .message = name + " expects log-probabilities" + but,
                   .label = "expects log-probabilities",
                   .help = activation == Activation::kSoftmax
                               ? "end the model in LogSoftmax instead of Softmax"
                               : "end the model in LogSoftmax, or use CrossEntropyLoss, which "
                                 "applies it"};
  }
  if (loss.input == LossInput::kProbabilities && log_head) {
    return Verdict{.message = name + " expects probabilities" + but,
                   .label = "expects probabilities",
                   .help = "end the model in Softmax instead of LogSoftmax"};
  }
  if (loss.input == LossInput::kLogits && log_head &&
      loss.kind == ir::LossKind::kCategoricalCrossEntropy) {
    return Verdict{.severity = Severity::kInfo,
                   .message = "the loss applies log-softmax to an output that already did",
                   .label = "redundant, not wrong",
                   .help = "remove the LogSoftmax, or use NLLLoss: the result is the same"};
  }
  return std::nullopt;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::Objective& objective : facts.objectives()) {
    const facts::Output& output = objective.output;
    if (output.activation == Activation::kUnknown || output.width == 1) continue;
    const auto verdict = Judge(facts, objective, sink.Parameter("rounding"));
    if (!verdict) continue;
    Finding& finding = sink.Report(objective.location, verdict->message);
    finding.severity = verdict->severity;
    finding.confidence = verdict->confidence;
    finding.label = verdict->label;
    finding.help = verdict->help;
    finding.related = {{output.location, facts::DescribeOutput(output)}};
    finding.evidence = {{"loss", objective.text}};
  }
}

}  // namespace

extern const Rule kLogProbabilityMismatch;
const Rule kLogProbabilityMismatch = {
    .id = "A012",
    .name = "log-probability-mismatch",
    .family = Family::kObjective,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "A loss and its output disagree on whether values are log-probabilities.",
         .what =
             "Reports NLLLoss and KLDivLoss on an output that does not end in LogSoftmax, and a "
             "loss that expects probabilities on one that does. LogSoftmax before "
             "CrossEntropyLoss is redundant and reported as information. Silent where the logged "
             "values are none that NLLLoss gives for such an output: then the training loop "
             "applies the log-softmax.",
         .why =
             "NLLLoss only picks the value at the class and turns its sign. On probabilities the "
             "loss lies between -1 and 0 and its gradient does not grow with the error; on raw "
             "values it falls without end while nothing is learnt.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] probs) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
  probs = Softmax(logits)
}
```
```yaml config.yaml
framework: torch
loss: NLLLoss
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] log_probs) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
  log_probs = LogSoftmax(logits)
}
```
```yaml config.yaml
framework: torch
loss: NLLLoss
```)",
         .references = "PyTorch, NLLLoss: the input given through a forward call is expected to "
                       "contain log-probabilities of each class."},
    .parameters = {{.name = "rounding",
                    .value = 0.05,
                    .meaning = "how far above its bound a logged loss may lie and still agree",
                    .source = "logs print two to four digits; a loss of a classifier that is "
                              "trained rightly starts at ln C, 0.69 or more"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
