#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/silence.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  if (facts::AnyMetricLogged(facts.run())) return;
  for (const ir::Log& log : facts.run().logs) {
    if (!ir::Trains(log) || facts::StoppedByItself(log) || !facts::OnlyProgressBars(log)) continue;
    const auto bars = static_cast<double>(log.writing.bars);
    Finding& finding = sink.Report(
        facts::WholeFile(log.input),
        facts::Cat("the log holds ", facts::Plural(bars, "progress bar"), " and no metric"));
    finding.help =
        "show the loss on the bar with set_postfix(loss=...), and log it at least once an epoch";
    finding.evidence = {{"bars", static_cast<std::int64_t>(bars)},
                        {"records", static_cast<std::int64_t>(log.records)}};
  }
}

}  // namespace

extern const Rule kProgressBarOnly;
const Rule kProgressBarOnly = {
    .id = "L019",
    .name = "progress-bar-only",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "A progress bar ran, and nothing was measured.",
         .what = "Reports a training log most of whose records are progress bars, none of them "
                 "with a metric, when no other log of the run has one. Silent when the log says "
                 "why the run stopped.",
         .why = "A bar that moves looks like training that works. Whether anything was learned "
                "cannot be known afterwards.",
         .bad = R"(```text run.log
Epoch 1: 100%|##########| 40/40 [00:05<00:00,  7.9it/s]
Epoch 2: 100%|##########| 40/40 [00:05<00:00,  8.0it/s]
Epoch 3: 100%|##########| 40/40 [00:05<00:00,  8.1it/s]
```)",
         .good = R"(```text run.log
Epoch 1: 100%|##########| 40/40 [00:05<00:00,  7.9it/s, loss=0.91]
Epoch 2: 100%|##########| 40/40 [00:05<00:00,  8.0it/s, loss=0.72]
Epoch 3: 100%|##########| 40/40 [00:05<00:00,  8.1it/s, loss=0.61]
```)",
         .references = "tqdm documentation, set_postfix."},
    .check = Check,
};

}  // namespace onnxcheck::rules
