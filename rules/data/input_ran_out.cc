#include <cstdint>
#include <string>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/heard_warnings.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const auto& steps = facts.config().steps_per_epoch;
  for (const ir::Log& log : facts.run().logs) {
    if (!ir::Trains(log)) continue;
    for (const auto& [warning, event, times, excuse] : facts::HeardWarnings(facts, log)) {
      if (!warning->data_ended) continue;
      Finding& finding = sink.Report(event->location, std::string(warning->meaning));
      finding.label = "nothing comes any more";
      finding.help = std::string(warning->help);
      finding.evidence = {{"times", static_cast<std::int64_t>(times)}};
      if (steps) {
        finding.related.push_back(
            {steps->location, facts::Cat("asks for ", steps->value, " steps an epoch")});
      }
      if (excuse.empty()) continue;
      finding.severity = Severity::kInfo;
      finding.confidence = Confidence::kLow;
      finding.related.push_back({event->location, excuse});
    }
  }
}

}  // namespace

extern const Rule kInputRanOut;
const Rule kInputRanOut = {
    .id = "D006",
    .name = "input-ran-out",
    .family = Family::kData,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "The data ended before the planned number of batches was read.",
         .what = "Recognises the warning by which Keras says that its input ran out of data. "
                 "Information if all planned epochs were trained all the same: then the last one "
                 "was shorter.",
         .why = "Keras ends the training there: the epochs that follow are missing, or, where fit "
                "is called again, empty. A dataset of fewer batches than steps_per_epoch x epochs, "
                "and a generator that is used up after one pass, both come to this.",
         .bad = R"(```text run.log
Epoch 1/3
10/10 - 0s - loss: 0.7211
Epoch 2/3
UserWarning: Your input ran out of data; interrupting training. Make sure that your dataset or generator can generate at least `steps_per_epoch * epochs` batches. You may need to use the `.repeat()` function when building your dataset.
```)",
         .good = R"(```text run.log
Epoch 1/3
10/10 - 0s - loss: 0.7211
Epoch 2/3
10/10 - 0s - loss: 0.5122
Epoch 3/3
10/10 - 0s - loss: 0.4019
```)",
         .references = "Keras, `Model.fit`: steps_per_epoch."},
    .check = Check,
};

}  // namespace onnxcheck::rules
