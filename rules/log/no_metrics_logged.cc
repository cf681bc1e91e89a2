#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/silence.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// A column of changing numbers under a name that no role knows is most likely
// a measure of the user's own.
bool MayMeasure(const ir::Log& log) {
  return std::any_of(log.series.begin(), log.series.end(), [&](const ir::Series& series) {
    const auto [least, most] = std::minmax_element(series.value.begin(), series.value.end());
    return series.role == ir::Role::kOther && 2 * series.value.size() >= log.records &&
           least != series.value.end() && *least < *most;
  });
}

void Check(const facts::Facts& facts, Sink& sink) {
  if (facts::AnyMetricLogged(facts.run())) return;
  for (const ir::Log& log : facts.run().logs) {
    const auto records = static_cast<double>(log.records);
    // L016 speaks of event files.
    if (log.binary || !ir::Trains(log) || records < sink.Parameter("min_records")) continue;
    // Why nothing was measured is then said by the rule for that reason.
    if (facts::StoppedByItself(log) || facts::OnlySevereRecords(log)) continue;
    if (facts::OnlyProgressBars(log) || facts::SwallowedError(log) != nullptr) continue;
    if (MayMeasure(log)) continue;
    Finding& finding = sink.Report(
        facts::WholeFile(log.input),
        facts::Cat("the log has ", facts::Plural(records, "record"), ", but not one metric"));
    finding.help = "log the loss (and a validation metric) at least once an epoch";
    finding.confidence = Confidence::kMedium;
    finding.evidence = {{"records", static_cast<std::int64_t>(log.records)}};
  }
}

}  // namespace

extern const Rule kNoMetricsLogged;
const Rule kNoMetricsLogged = {
    .id = "L002",
    .name = "no-metrics-logged",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "A log has lines, but not one metric.",
         .what = "Reports a training log in which no loss, accuracy or other measure was found, "
                 "when no other log of the run has one either. Silent when the log itself says "
                 "why (a traceback, an interruption, records of WARNING and above alone), when it "
                 "holds nothing but progress bars or an error that was passed over, and when "
                 "most records carry a changing number under a name of the user's own.",
         .why = "Without a metric nobody can tell whether the run learned anything.",
         .bad = R"(```text run.log
loading data
building model
training started
training finished
model saved
```)",
         .good = R"(```text run.log
loading data
training started
epoch 1 loss: 0.9
epoch 2 loss: 0.7
epoch 3 loss: 0.6
model saved
```)"},
    .parameters = {{.name = "min_records",
                    .value = 3,
                    .meaning = "fewest records for a log to be judged",
                    .source = "a banner of one or two lines says nothing about the rest"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
