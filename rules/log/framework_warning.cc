#include <cstdint>
#include <string>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/heard_warnings.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void CheckLog(const facts::Facts& facts, const ir::Log& log, Sink& sink) {
  for (const auto& [warning, event, times, excuse] : facts::HeardWarnings(facts, log)) {
    if (warning->data_ended) continue;  // told by a rule of its own
    Finding& finding =
        sink.Report(event->location, facts::Cat(warning->framework, " warns: ", warning->meaning));
    finding.label = "the warning";
    finding.help = std::string(warning->help);
    finding.evidence = {{"warning", event->text}, {"times", static_cast<std::int64_t>(times)}};
    if (!warning->harmful || !excuse.empty()) finding.severity = Severity::kInfo;
    if (!excuse.empty()) {
      finding.confidence = Confidence::kLow;
      finding.related.push_back({event->location, excuse});
    }
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    if (ir::Trains(log)) CheckLog(facts, log, sink);
  }
}

}  // namespace

extern const Rule kFrameworkWarning;
const Rule kFrameworkWarning = {
    .id = "L023",
    .name = "framework-warning",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "The framework itself warns of something that spoils the run.",
         .what = "Recognises some thirty warnings of Keras, PyTorch, Lightning, Transformers, "
                 "Paddle, scikit-learn, torchmetrics and NumPy, and says what each means for the "
                 "run and what to change; data that ran out is left to a rule of its own. It is "
                 "information when the warning only tells of lost "
                 "time, and when the log shows that it does not apply: a scheduler warning under "
                 "loss scaling.",
         .why = "Warnings scroll by among hundreds of lines that mean nothing, and some of them "
                "are the only sign that early stopping, checkpoints or whole layers do not work.",
         .bad = R"(```text run.log
UserWarning: Using a target size (torch.Size([32])) that is different to the input size (torch.Size([32, 1])). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.
epoch 1 loss: 0.91
epoch 2 loss: 0.72
epoch 3 loss: 0.71
```)",
         .good = R"(```text run.log
epoch 1 loss: 0.91
epoch 2 loss: 0.52
epoch 3 loss: 0.31
```)",
         .references = "The texts are those of the frameworks' sources."},
    .check = Check,
};

}  // namespace onnxcheck::rules
