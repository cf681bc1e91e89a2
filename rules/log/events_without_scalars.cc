#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// Lightning writes it, as -1, when a run logs hyperparameters and no metric for them.
constexpr std::string_view kPlaceholder = "hp_metric";

bool HasScalars(const ir::Log& log) {
  return std::any_of(log.series.begin(), log.series.end(),
                     [](const ir::Series& series) { return series.name != kPlaceholder; });
}

void Check(const facts::Facts& facts, Sink& sink) {
  if (facts::AnyMetricLogged(facts.run())) return;
  for (const ir::Log& log : facts.run().logs) {
    if (log.input.format != "tensorboard-events" || HasScalars(log)) continue;
    // Damage is said by the rule for damage.
    if (!log.input.problems.empty()) continue;
    const auto records = static_cast<double>(log.records);
    std::string message =
        facts::Cat("the event file has ", facts::Plural(records, "record"), ", but not one scalar");
    if (log.records == 0) message = "the event file has no record";
    if (log.records == 1) message = "the event file has its header and nothing else";
    Finding& finding = sink.Report(facts::WholeFile(log.input), std::move(message));
    finding.help =
        log.records <= 1
            ? "a writer keeps its records until its queue is full or two minutes have passed: call "
              "flush() or close() on it, also when the run ends with an exception"
            : "log the loss with add_scalar(), tf.summary.scalar() or your trainer's own log() at "
              "least once an epoch, and close the writer when the run ends";
    finding.confidence = Confidence::kMedium;
    finding.evidence = {{"records", static_cast<std::int64_t>(log.records)},
                        {"bytes", static_cast<std::int64_t>(log.input.bytes)}};
  }
}

}  // namespace

extern const Rule kEventsWithoutScalars;
const Rule kEventsWithoutScalars = {
    .id = "L016",
    .name = "events-without-scalars",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "An event file holds no scalar.",
         .what = "Reports TensorBoard event files without a single scalar: with a header only, or "
                 "with a graph, texts, hyperparameters or images alone. The placeholder hp_metric "
                 "that Lightning writes counts as none. Silent when another file of the run has a "
                 "metric.",
         .why = "Writers collect records and write them every two minutes (TensorBoard's default) "
                "or when ten are waiting. A process that dies before that, or never logs, leaves a "
                "file in which TensorBoard shows nothing.",
         .bad = R"(```events events.out.tfevents.1700000000.host
version
graph 2000
```)",
         .good = R"(```events events.out.tfevents.1700000000.host
version
graph 2000
1 loss 0.93
2 loss 0.88
3 loss 0.86
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
