#include <optional>
#include <string>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/script/step_records.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// The log that the handler wrote, whole and small, shows that it does not grow so.
bool StayedSmall(const facts::Facts& facts, const ir::LogHandler& handler, double most_bytes) {
  for (const ir::Log& log : facts.run().logs) {
    if (facts::WritesTo(handler, log.input) && log.metric_records > 0) {
      return static_cast<double>(log.input.bytes) < most_bytes;
    }
  }
  return false;
}

// What a script logs for each batch, where no log of the run shows how much that came to.
void CheckScripts(const facts::Facts& facts, bool length_known, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    for (const facts::StepRecord& record : facts::StepRecordsOf(script)) {
      const ir::script::Step& handler = script.steps[record.handler];
      const ir::script::Argument* path = facts::FindArgument(handler, "filename", 0);
      const auto name = path == nullptr ? std::nullopt : facts::TextOf(script, path->value);
      if (!name || facts::NamesEachRun(*name)) continue;
      Finding& finding =
          sink.Report(facts::PlaceOfStep(script, script.steps[record.step]),
                      facts::Cat("every batch is logged to ", *name, ", which is never rotated"));
      finding.label = "a record for each batch";
      finding.help = "log every 10 or 100 batches, or use a RotatingFileHandler";
      finding.related = {{facts::PlaceOfStep(script, handler), "the handler does not rotate"}};
      if (!length_known) finding.confidence = Confidence::kMedium;
      return;
    }
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  const std::optional<double> planned = facts::PlannedSteps(facts.run(), config);
  if (planned && *planned < sink.Parameter("least_steps")) return;
  if (facts.run().logs.empty()) CheckScripts(facts, planned.has_value(), sink);
  const bool every_step = planned && config.logging_steps && config.logging_steps->value == 1;
  for (const facts::LevelInForce& place : facts::LevelsInForce(config)) {
    const ir::LogHandler* handler = place.handler;
    if (handler == nullptr || !handler->type || handler->type->value != "file") continue;
    if (handler->rotates || (handler->path && facts::NamesEachRun(handler->path->value))) continue;
    const bool debug = place.level == ir::Level::kDebug && !place.location.path.empty();
    if (!debug && !(every_step && place.level <= ir::Level::kInfo)) continue;
    if (StayedSmall(facts, *handler, sink.Parameter("most_bytes"))) continue;
    const std::string name = handler->path ? handler->path->value : "the log";
    Finding& finding =
        sink.Report(debug ? place.location : config.logging_steps->location,
                    debug ? facts::Cat("everything down to DEBUG goes to ", name,
                                       ", which is never rotated: it grows without bound")
                          : facts::Cat("each of ", *planned, " steps is logged to ", name,
                                       ", which is never rotated"));
    finding.label = debug ? "lets everything through" : "every step";
    finding.help = debug ? "use level INFO, or a RotatingFileHandler with maxBytes and backupCount"
                         : "log every 10 or 100 steps, or use a RotatingFileHandler";
    finding.related = {{handler->location, "the handler does not rotate"}};
    if (!planned) finding.confidence = Confidence::kMedium;
    return;
  }
}

}  // namespace

extern const Rule kLogGrowsWithoutBound;
const Rule kLogGrowsWithoutBound = {
    .id = "C024",
    .name = "log-grows-without-bound",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "DEBUG messages or every step go to a file that is never rotated.",
         .what = "Reports a plain file handler whose level in force is DEBUG, and one that takes "
                 "metrics of every step, when the run is long or its length is not known. Of a "
                 "script without a log beside it: metrics that are logged for each batch, under no "
                 "condition, to such a file. Files "
                 "with a date or a placeholder in their name, rotating handlers and handlers whose "
                 "log of this run is small are silent.",
         .why = "Libraries log far more at DEBUG than the program itself. Such files reach "
                "gigabytes, slow the run down and fill the disk, which ends the run.",
         .bad = R"(```yaml config.yaml
logging:
  level: DEBUG
  handlers:
    - type: file
      path: run.log
```)",
         .good = R"(```yaml config.yaml
logging:
  level: DEBUG
  handlers:
    - type: RotatingFileHandler
      path: run.log
```)",
         .references = "Python documentation, logging.handlers.RotatingFileHandler."},
    .parameters = {{.name = "least_steps",
                    .value = 10000,
                    .meaning = "a run of fewer steps is short",
                    .source = "at 100 bytes a line and a line a step: a megabyte"},
                   {.name = "most_bytes",
                    .value = 10e6,
                    .meaning = "a log of the run below this is small",
                    .source = "what editors and viewers still open at once"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
