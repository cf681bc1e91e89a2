#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// A file for warnings and errors beside one that lets more through stays
// empty when all goes well. What is only shown on a console is not kept.
bool OnlyForFailures(const facts::Facts& facts, const ir::Log& log) {
  bool severe_only = false;
  bool another = false;
  for (const facts::LevelInForce& place : facts::LevelsInForce(facts.config())) {
    if (place.handler == nullptr) continue;
    if (place.level <= ir::Level::kInfo) {
      another = another || place.handler->path.has_value();
    } else if (facts::WritesTo(*place.handler, log.input)) {
      severe_only = true;
    }
  }
  return severe_only && another;
}

bool EndsElsewhere(const ir::Run& run, const ir::Log& log) {
  return std::any_of(run.logs.begin(), run.logs.end(), [&](const ir::Log& other) {
    return &other != &log && facts::StoppedByItself(other);
  });
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    if (log.records > 0 || log.binary || !ir::Trains(log) || OnlyForFailures(facts, log)) continue;
    Finding& finding =
        sink.Report(facts::WholeFile(log.input), log.input.bytes == 0
                                                     ? "the log is empty: it has no bytes"
                                                     : "the log holds no record, only blank lines");
    const std::vector<facts::Cause> causes = facts::SilenceCauses(facts, log);
    for (const facts::Cause& cause : causes) {
      finding.related.push_back({cause.location, cause.text});
    }
    finding.help = causes.empty()
                       ? "check that the run started, that its output was flushed, and that its "
                         "log handler's level lets metrics through"
                       : causes.front().help;
    finding.evidence = {{"bytes", static_cast<std::int64_t>(log.input.bytes)}};
    // Another file of the run has what this one lacks, be it the reason that the run ended: an
    // unused stream.
    const bool elsewhere = causes.empty() && facts::AnyMetricLogged(facts.run());
    if (elsewhere || EndsElsewhere(facts.run(), log)) finding.severity = Severity::kInfo;
  }
}

}  // namespace

extern const Rule kEmptyLog;
const Rule kEmptyLog = {
    .id = "L001",
    .name = "empty-log",
    .family = Family::kLog,
    .severity = Severity::kError,
    .needs = kLog,
    .documentation =
        {.summary = "A log has no bytes, or no record.",
         .what = "Reports a log file without a single record, and names what the configuration and "
                 "the neighbouring logs give as the likely cause: a level that hides every line, a "
                 "setup that makes no batch, a crash, a file opened with mode \"w\". It is only "
                 "information when another log of the same run holds metrics, or tells what ended "
                 "the run. Silent on the file "
                 "of a handler for warnings and errors alone, beside another file that lets more "
                 "through.",
         .why = "Nothing can be said about a run that left nothing behind, and an empty file is "
                "easily taken for one that is still being written.",
         .bad = R"(```text run.log
```)",
         .good = R"(```text run.log
epoch 1 loss: 0.9
epoch 2 loss: 0.7
epoch 3 loss: 0.6
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
