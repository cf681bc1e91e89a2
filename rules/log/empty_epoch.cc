#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// Epochs between whose headers nothing stands but a bar or a warning.
const ir::EmptyEpoch* FirstBlank(const ir::Log& log, double most_messages, double* count) {
  const ir::EmptyEpoch* first = nullptr;
  for (const ir::EmptyEpoch& epoch : log.writing.empty) {
    if (epoch.messages > most_messages) continue;
    if (first == nullptr) first = &epoch;
    ++*count;
  }
  return first;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    // Without any metric, and after a crash, other rules say what happened.
    if (!ir::Trains(log) || log.metric_records == 0 || facts::Has(log, ir::EventKind::kEmptyLogs))
      continue;
    double blank = 0;
    const ir::EmptyEpoch* first = FirstBlank(log, sink.Parameter("most_messages"), &blank);
    if (first == nullptr) continue;
    // A script may name every epoch and print the metrics of each tenth: then they come again.
    const bool to_the_end = facts::LastMetricLine(log) < first->line;
    const auto headers = static_cast<double>(log.writing.epoch_headers);
    if (!to_the_end && blank > sink.Parameter("most_share") * headers) continue;
    const ir::Location location = ir::LineLocation(log, first->line);
    Finding& finding = sink.Report(
        location,
        to_the_end
            ? facts::Cat("from epoch ", first->epoch, " on, epochs pass without a step or a metric")
            : facts::Cat("epoch ", first->epoch, " has no step and no metric",
                         blank > 1 ? facts::Cat(", like ", blank - 1, " more") : ""));
    finding.label = "nothing follows";
    finding.help =
        "check that the data can be read again each epoch: a generator that is used up yields "
        "nothing the second time; make the dataset anew, or repeat it";
    finding.evidence = {{"empty_epochs", static_cast<std::int64_t>(blank)},
                        {"epochs", static_cast<std::int64_t>(headers)}};
    finding.confidence = Confidence::kMedium;
  }
}

}  // namespace

extern const Rule kEmptyEpoch;
const Rule kEmptyEpoch = {
    .id = "L024",
    .name = "empty-epoch",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "An epoch begins and ends without a step or a metric.",
         .what = "Reports a header such as \"Epoch 3/10\" that the next one follows with no metric "
                 "in between, in a log that has metrics: a few such epochs, or all from one on. "
                 "Silent when metrics come back at intervals, as a script prints them that shows "
                 "every tenth epoch, and when messages of any length stand in between.",
         .why = "The data was used up or filtered away: these epochs trained nothing, and only "
                "their number makes the run look long.",
         .bad = R"(```text run.log
Epoch 1/4
20/20 - 0s - 2ms/step - loss: 4.0316
Epoch 2/4
Epoch 3/4
Epoch 4/4
```)",
         .good = R"(```text run.log
Epoch 1/3
20/20 - 0s - 2ms/step - loss: 4.0316
Epoch 2/3
20/20 - 0s - 2ms/step - loss: 1.8488
Epoch 3/3
20/20 - 0s - 2ms/step - loss: 0.9218
```)",
         .references = "Keras 3, Model.fit: an epoch without a batch raises nothing."},
    .parameters = {{.name = "most_messages",
                    .value = 3,
                    .meaning = "most lines beside bars in an empty epoch",
                    .source = "a warning and its source line; more may be metrics in an unknown "
                              "form"},
                   {.name = "most_share",
                    .value = 0.25,
                    .meaning = "most epochs, as a share, that may be empty before it is a habit of "
                               "printing",
                    .source = "scripts that print at intervals leave half of the epochs out or "
                              "more"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
