#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/script/handlers.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// What is left of a log that the handler writes, if its beginning was lost.
std::optional<facts::LateBeginning> Lost(const facts::Facts& facts, const ir::LogHandler& handler,
                                         const Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    if (!facts::WritesTo(handler, log.input)) continue;
    if (auto late = facts::BeginsLate(facts, log, sink.Parameter("least_missing"),
                                      sink.Parameter("min_epochs"))) {
      return late;
    }
  }
  return std::nullopt;
}

// The log of this run is here, with nothing missing at its beginning: as far as can be seen, the
// run had the file to itself.
bool IsWhole(const facts::Facts& facts, const ir::LogHandler& handler) {
  return std::any_of(facts.run().logs.begin(), facts.run().logs.end(), [&](const ir::Log& log) {
    return log.metric_records > 0 && facts::WritesTo(handler, log.input);
  });
}

// The script that makes the handler; null: a configuration names it.
const ir::Script* ScriptOf(const ir::Run& run, const ir::LogHandler& handler) {
  const auto script =
      std::find_if(run.scripts.begin(), run.scripts.end(),
                   [&](const ir::Script& one) { return one.input.path == handler.location.path; });
  return script == run.scripts.end() ? nullptr : &*script;
}

// Lightning's CSVLogger deletes what lies in the folder of its version, unless it counts on by
// itself (lightning.pytorch.loggers.CSVLogger: version=None).
void CheckVersions(const ir::Config& config, Sink& sink) {
  constexpr std::string_view kVersion = ".init_args.version";
  constexpr int kMost = 10;  // a run has one or two; each is a search for its owner
  int seen = 0;
  for (const ir::Entry& version : config.entries) {
    const bool fixed = std::holds_alternative<std::int64_t>(version.value) ||
                       std::holds_alternative<std::string>(version.value);
    if (!fixed || !version.key.ends_with(kVersion)) continue;
    if (++seen > kMost) return;
    const std::string owner =
        version.key.substr(0, version.key.size() - kVersion.size()) + ".class_path";
    const bool csv =
        std::any_of(config.entries.begin(), config.entries.end(), [&](const ir::Entry& entry) {
          return entry.key == owner && entry.text.find("CSVLogger") != std::string::npos;
        });
    if (!csv) continue;
    Finding& finding = sink.Report(version.location,
                                   facts::Cat("version ", version.text,
                                              " is the same for every run: the CSV logger deletes "
                                              "what the last one wrote there"));
    finding.severity = Severity::kInfo;  // nothing shows that anything was lost yet
    finding.label = "the same folder each time";
    finding.help = "leave the version out: Lightning counts on by itself";
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  CheckVersions(facts.config(), sink);
  for (const ir::LogHandler& handler : facts.config().handlers) {
    const bool truncates = handler.mode && handler.mode->value.starts_with("w");
    if (!truncates || (handler.path && facts::NamesEachRun(handler.path->value))) continue;
    const std::string name = handler.path ? handler.path->value : "the log";
    const auto lost = Lost(facts, handler, sink);
    const ir::Script* script = ScriptOf(facts.run(), handler);
    const bool resumed = script != nullptr && facts::ResumesTraining(*script);
    // Who writes "w" into a script that begins anew each time means it.
    if (!lost && !resumed && (script != nullptr || IsWhole(facts, handler))) continue;
    const bool csv = handler.type && handler.type->value == "csv";
    Finding& finding = sink.Report(
        handler.mode->location,
        facts::Cat(
            csv ? std::string("append=False") : facts::Cat("mode \"", handler.mode->value, "\""),
            " empties ", name, resumed ? " when training is resumed" : " whenever a run starts"));
    finding.label = "erases the previous log";
    finding.help = csv ? "pass append=True, or give each run a file of its own"
                       : "open the log with mode \"a\", or give each run a file of its own";
    finding.evidence = {{"mode", handler.mode->value}};
    if (lost) {
      finding.related = {{facts::PointLocation(*lost->curve, 0),
                          facts::Cat("the log begins at epoch ", lost->curve->epoch.front())}};
    } else if (!resumed) {
      // Nothing shows that anything was lost yet.
      finding.severity = Severity::kInfo;
    }
  }
}

}  // namespace

extern const Rule kLogOpenedForOverwrite;
const Rule kLogOpenedForOverwrite = {
    .id = "C022",
    .name = "log-opened-for-overwrite",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "The log file is emptied each time a run starts.",
         .what =
             "Reports a log handler whose mode is \"w\" and whose path is the same for every "
             "run: it holds neither a placeholder nor a date. It is a warning when the log "
             "shows the loss, by lacking its first "
             "epochs, and when the script resumes trainings (initial_epoch of Keras's fit, "
             "load_state_dict of an optimizer); then Keras's CSVLogger is held to its default, "
             "append=False, as well. Otherwise it is information in a configuration, unless the "
             "run's own log is there and begins at its beginning, and nothing in a script, "
             "which begins anew each time. Also reports a fixed version of "
             "Lightning's "
             "CSVLogger.",
         .why = "A restart, a resumed run or a second experiment in the same folder erases what "
                "the first one wrote, most often just when it is needed.",
         .bad = R"(```yaml config.yaml
logging:
  handlers:
    - type: file
      path: run.log
      mode: w
```)",
         .good = R"(```yaml config.yaml
logging:
  handlers:
    - type: file
      path: run.log
      mode: a
```)",
         .references = "Python documentation, logging.FileHandler: mode is \"a\" by default."},
    .parameters = {{.name = "least_missing",
                    .value = 2,
                    .meaning = "a log without anything up to this epoch has lost its beginning",
                    .source =
                        "frameworks count epochs from 0 or from 1; one epoch may have nothing "
                        "to log"},
                   {.name = "min_epochs",
                    .value = 3,
                    .meaning = "fewest epochs that a log must count through to be judged",
                    .source = "a planned number of epochs is printed once and counts nothing"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
