#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

const facts::LevelInForce* HidesMetrics(const std::vector<facts::LevelInForce>& places,
                                        const ir::Log& log) {
  for (const facts::LevelInForce& place : places) {
    const bool writes = place.handler == nullptr || facts::WritesTo(*place.handler, log.input);
    if (writes && place.level > ir::Level::kInfo) return &place;
  }
  return nullptr;
}

void Check(const facts::Facts& facts, Sink& sink) {
  if (facts::AnyMetricLogged(facts.run())) return;
  const std::vector<facts::LevelInForce> places = facts::LevelsInForce(facts.config());
  for (const ir::Log& log : facts.run().logs) {
    if (!ir::Trains(log) || !facts::OnlySevereRecords(log) || facts::StoppedByItself(log)) continue;
    Finding& finding =
        sink.Report(facts::WholeFile(log.input),
                    facts::Cat("all ", facts::Plural(static_cast<double>(log.records), "record"),
                               " are at WARNING or above, and no metric is among them"));
    finding.help = "set the level of the logger and of its handlers to INFO";
    finding.evidence = {{"records", static_cast<std::int64_t>(log.records)}};
    if (const facts::LevelInForce* place = HidesMetrics(places, log)) {
      finding.related = {{place->location, facts::Cat("level ", facts::LevelName(place->level),
                                                      " is in force here")}};
    } else {
      finding.confidence = Confidence::kMedium;
    }
  }
}

}  // namespace

extern const Rule kMetricsBelowLevel;
const Rule kMetricsBelowLevel = {
    .id = "L005",
    .name = "metrics-below-level",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "The level in force hid the lines that carry metrics.",
         .what = "Reports a log whose records are all at WARNING or above and hold no metric, in a "
                 "run where no other log has one. With a logging configuration at hand it names "
                 "the level that did it.",
         .why = "Metrics are logged at INFO almost everywhere. A logger left at Python's default "
                "level, WARNING, drops them without a word.",
         .bad = R"(```text run.log
2024-05-01 10:00:00,120 WARNING train: no cached features, computing them
2024-05-01 10:02:11,004 WARNING train: 3 images skipped
2024-05-01 10:02:15,090 WARNING train: no checkpoint folder
```)",
         .good = R"(```text run.log
2024-05-01 10:00:00,120 WARNING train: no cached features, computing them
2024-05-01 10:01:11,004 INFO train: epoch 1 loss: 0.91
2024-05-01 10:02:15,090 INFO train: epoch 2 loss: 0.72
2024-05-01 10:03:15,090 INFO train: epoch 3 loss: 0.61
```)",
         .references = "Python documentation, logging: the root logger is created with level "
                       "WARNING."},
    .check = Check,
};

}  // namespace onnxcheck::rules
