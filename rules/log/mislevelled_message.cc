#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/script/logging.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// Lines of a traceback below the message that it was logged with.
constexpr std::uint32_t kMostTracebackLines = 100;

bool IsFailure(const ir::Log& log, std::size_t index) {
  const ir::Event& event = log.events[index];
  if (event.kind == ir::EventKind::kError && index + 1 < log.events.size()) {
    // exc_info=True puts the traceback below the record, without a level of its own.
    const ir::Event& next = log.events[index + 1];
    return next.kind == ir::EventKind::kTraceback && next.level == ir::Level::kNone &&
           next.line - event.line <= kMostTracebackLines;
  }
  return event.kind == ir::EventKind::kTraceback || event.kind == ir::EventKind::kOutOfMemory ||
         event.kind == ir::EventKind::kNonfiniteNotice;
}

void ReportHiddenFailure(const ir::Log& log, Sink& sink) {
  for (std::size_t i = 0; i < log.events.size(); ++i) {
    const ir::Event& event = log.events[i];
    const bool routine = event.level == ir::Level::kInfo || event.level == ir::Level::kDebug;
    if (!routine || !IsFailure(log, i)) continue;
    Finding& finding = sink.Report(
        event.location, facts::Cat("a failure is logged at ", facts::LevelName(event.level)));
    finding.label = "belongs at ERROR";
    finding.help = "log it with logger.error or logger.exception";
    finding.evidence = {{"level", std::string(facts::LevelName(event.level))}};
    return;  // the first shows the habit
  }
}

void ReportLoudProgress(const ir::Log& log, double least_records, Sink& sink) {
  std::uint64_t with_level = 0;
  for (const ir::LevelCount& count : log.levels) with_level += count.metric_records;
  with_level -= log.levels[static_cast<std::size_t>(ir::Level::kNone)].metric_records;
  for (std::size_t i = static_cast<std::size_t>(ir::Level::kWarning); i < ir::kLevels; ++i) {
    const ir::LevelCount& count = log.levels[i];
    const auto records = static_cast<double>(count.metric_records);
    if (records < least_records || 2 * count.metric_records <= with_level) continue;
    const std::string_view level = facts::LevelName(static_cast<ir::Level>(i));
    Finding& finding = sink.Report(ir::LineLocation(log, count.first_metric_line),
                                   facts::Cat("routine progress is logged at ", level, ": ",
                                              facts::Plural(records, "record"), " with metrics"));
    finding.label = "belongs at INFO";
    finding.help = "log metrics at INFO, and set the handler's level to INFO so that they show";
    finding.evidence = {{"level", std::string(level)},
                        {"metric_records", static_cast<std::int64_t>(count.metric_records)}};
  }
}

// Where the record is written in the script, and nothing but calls and loops are around it.
bool IsRoutine(const ir::Script& script, std::uint32_t context) {
  for (; context != 0; context = script.contexts[context].parent) {
    const facts::Context::Kind kind = script.contexts[context].kind;
    if (kind == facts::Context::Kind::kBranch || kind == facts::Context::Kind::kExcept ||
        kind == facts::Context::Kind::kElse || kind == facts::Context::Kind::kFinally) {
      return false;
    }
  }
  return true;
}

// In a loop, or in a method of a callback.
bool Recurs(const ir::Script& script, std::uint32_t context) {
  if (facts::LoopAround(script, context) != facts::kNone) return true;
  const std::uint32_t run = facts::Enclosing(script, context, facts::Context::Kind::kFunction);
  if (run == facts::kNone || script.contexts[run].index >= script.functions.size()) return false;
  const std::uint32_t own_class = script.functions[script.contexts[run].index].of_class;
  if (own_class == facts::kNone) return false;
  const std::vector<std::string>& bases = script.classes[own_class].bases;
  return std::any_of(bases.begin(), bases.end(),
                     [](const std::string& base) { return base.ends_with("Callback"); });
}

bool TellsFailure(const ir::Script& script, const facts::Step& step) {
  if (facts::Enclosing(script, step.context, facts::Context::Kind::kExcept) == facts::kNone) {
    return false;
  }
  const facts::Argument* traceback = facts::FindKeyword(step, "exc_info");
  return traceback != nullptr && facts::TruthOf(script, traceback->value) == true;
}

// What the script will log, before there is a log.
void CheckScript(const ir::Script& script, Sink& sink) {
  const facts::Step* loud = nullptr;
  double loud_level = 0;
  bool at_info = false;
  bool failure_told = false;
  for (const facts::Step& step : script.steps) {
    const auto logged = facts::LoggedBy(script, step);
    if (!logged) continue;
    if (!failure_told && logged->level <= facts::kInfoLevel && TellsFailure(script, step)) {
      Finding& finding = sink.Report(facts::PlaceOfStep(script, step),
                                     facts::Cat("an exception is logged with its traceback at ",
                                                facts::LevelText(logged->level)));
      finding.label = "belongs at ERROR";
      finding.help = "log it with logger.error or logger.exception";
      failure_told = true;
    }
    if (!facts::RecordsMetric(script, step) || !IsRoutine(script, step.context)) continue;
    at_info |= logged->level <= facts::kInfoLevel;
    if (logged->level >= facts::kWarningLevel && loud == nullptr && Recurs(script, step.context)) {
      loud = &step;
      loud_level = logged->level;
    }
  }
  if (loud == nullptr || at_info) return;
  Finding& finding =
      sink.Report(facts::PlaceOfStep(script, *loud),
                  facts::Cat("routine progress is logged at ", facts::LevelText(loud_level)));
  finding.label = "belongs at INFO";
  finding.help = "log metrics at INFO, and set the level to INFO so that they show";
  finding.confidence = Confidence::kMedium;
}

void Check(const facts::Facts& facts, Sink& sink) {
  if (facts.run().logs.empty()) {
    for (const ir::Script& script : facts.run().scripts) CheckScript(script, sink);
  }
  for (const ir::Log& log : facts.run().logs) {
    if (!ir::Trains(log)) continue;
    ReportHiddenFailure(log, sink);
    ReportLoudProgress(log, sink.Parameter("min_records"), sink);
  }
}

}  // namespace

extern const Rule kMislevelledMessage;
const Rule kMislevelledMessage = {
    .id = "L006",
    .name = "mislevelled-message",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs_any = kLog | kScript,
    .documentation =
        {.summary = "Failures are logged as routine, or routine progress as warnings.",
         .what = "Reports a traceback, a notice of NaN or memory that ran out when it is logged at "
                 "INFO or DEBUG, and metrics that are mostly logged at WARNING or above. Of a "
                 "script without a log beside it: an exception that is logged with exc_info=True "
                 "at INFO or DEBUG where it is caught, and metrics that are logged again and "
                 "again at WARNING or above, under no condition, and nowhere below.",
         .why = "Whoever filters by level then misses the failure, or is shown every epoch as if "
                "something had gone wrong. Progress at WARNING is most often a way around a level "
                "that was never set.",
         .bad = R"(```text run.log
2024-05-01 10:01:11,004 WARNING train: epoch 1 loss: 0.91
2024-05-01 10:02:15,090 WARNING train: epoch 2 loss: 0.72
2024-05-01 10:03:15,090 WARNING train: epoch 3 loss: 0.61
```)",
         .good = R"(```text run.log
2024-05-01 10:01:11,004 INFO train: epoch 1 loss: 0.91
2024-05-01 10:02:15,090 INFO train: epoch 2 loss: 0.72
2024-05-01 10:03:15,090 INFO train: epoch 3 loss: 0.61
```)",
         .references = "Python documentation, Logging HOWTO: when to use logging."},
    .parameters = {{.name = "min_records",
                    .value = 3,
                    .meaning = "fewest metric records at a level before it counts as a habit",
                    .source = "one or two may be a deliberate alert"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
