#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/text.h"
#include "analyzer/ir/backup.h"

namespace onnxcheck::rules {
namespace {

bool AnotherLogHas(const facts::Facts& facts, const ir::Log& log, double epoch) {
  for (const facts::Curve& curve : facts.curves()) {
    if (curve.log != &log && !curve.epoch.empty() && curve.epoch.front() < epoch) return true;
  }
  return false;
}

const ir::LogHandler* TruncatingHandler(const facts::Facts& facts, const ir::Log& log) {
  for (const ir::LogHandler& handler : facts.config().handlers) {
    if (handler.mode && handler.mode->value.starts_with("w") &&
        facts::WritesTo(handler, log.input) && !facts::NamesEachRun(handler.path->value)) {
      return &handler;
    }
  }
  return nullptr;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    // Which backups are gone is the question of another rule, and a log with backups is opened to
    // be appended to whatever its mode says.
    if (!ir::Trains(log) || ir::IsRotated(log)) continue;
    const auto late = facts::BeginsLate(facts, log, sink.Parameter("least_missing"),
                                        sink.Parameter("min_epochs"));
    if (!late) continue;
    const double epoch = late->curve->epoch.front();
    const ir::LogHandler* handler = TruncatingHandler(facts, log);
    if (handler == nullptr && AnotherLogHas(facts, log, epoch)) continue;

    Finding& finding = sink.Report(
        facts::PointLocation(*late->curve, 0),
        facts::Cat("the log begins at epoch ", epoch, ": what came before is not in it"));
    finding.label = "first record";
    finding.evidence = {{"first_epoch", epoch}};
    if (handler != nullptr) {
      finding.message =
          facts::Cat("the log begins at epoch ", epoch,
                     ": a second start opened it with mode \"w\" and erased the rest");
      finding.related = {{handler->mode->location, "the file is emptied whenever a run starts"}};
      finding.help = "open the log with mode \"a\", or give each start a file of its own";
    } else {
      // Resuming into a new file looks the same and loses nothing.
      finding.severity = Severity::kInfo;
      finding.confidence = Confidence::kLow;
      finding.help = "if the run was resumed, keep the earlier log beside this one";
    }
  }
}

}  // namespace

extern const Rule kLogOverwritten;
const Rule kLogOverwritten = {
    .id = "L004",
    .name = "log-overwritten",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "The beginning of the run is gone from its log.",
         .what = "Reports a log whose first record belongs to a later epoch. With a configuration "
                 "that opens this very file with mode \"w\" it is a warning; without one it is "
                 "information, since a run that was resumed into a new file looks the same. Silent "
                 "when another log of the run holds the earlier epochs.",
         .why = "The lost epochs cannot be compared with, and a plot of what is left looks like a "
                "run that started well.",
         .bad = R"(```text run.log
epoch 6 loss: 0.41
epoch 7 loss: 0.38
epoch 8 loss: 0.36
```)",
         .good = R"(```text run.log
epoch 1 loss: 0.91
epoch 2 loss: 0.58
epoch 3 loss: 0.49
```)"},
    .parameters = {{.name = "least_missing",
                    .value = 2,
                    .meaning = "a log without anything up to this epoch has lost its beginning",
                    .source =
                        "frameworks count epochs from 0 or from 1; one epoch may have nothing "
                        "to log, say where a callback prints what it knows of the one before"},
                   {.name = "min_epochs",
                    .value = 3,
                    .meaning = "fewest epochs that a log must count through to be judged",
                    .source = "a planned number of epochs is printed once and counts nothing"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
