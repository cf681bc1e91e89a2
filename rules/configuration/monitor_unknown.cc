#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// "val/loss", "val_loss" and "Val Loss" are one.
std::string Plain(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) plain += static_cast<char>(std::tolower(byte));
  }
  return plain;
}

bool Has(const std::string& text, std::string_view word) {
  return text.find(word) != std::string::npos;
}

// The direction in which a metric of this name gets better; "" where the name does not say.
std::string_view Better(const std::string& plain) {
  constexpr std::array<std::string_view, 7> kLess = {"loss", "error",      "mse", "mae",
                                                     "rmse", "perplexity", "wer"};
  constexpr std::array<std::string_view, 8> kMore = {"accuracy", "auc",    "f1",   "precision",
                                                     "recall",   "reward", "bleu", "dice"};
  const auto says = [&](const auto& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return Has(plain, word); });
  };
  const bool more = says(kMore) || plain.ends_with("acc") || plain.ends_with("map");
  const bool less = says(kLess);
  return more == less ? "" : more ? "max" : "min";
}

// Names that a log gives its series where it names them by a schema, and only of runs that got far
// enough to have logged everything once.
std::vector<std::string> LoggedNames(const ir::Run& run, double least_records) {
  std::vector<std::string> names;
  for (const ir::Log& log : run.logs) {
    // What else the program knows need not be in a text that it prints.
    if (!ir::Trains(log) || !log.structured) continue;
    if (static_cast<double>(log.metric_records) < least_records) continue;
    for (const ir::Series& series : log.series) names.push_back(Plain(series.name));
  }
  return names;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const std::vector<std::string> logged = LoggedNames(facts.run(), sink.Parameter("least_records"));
  for (const ir::Monitor& monitor : facts.config().monitors) {
    const std::string name = Plain(monitor.metric.value);
    if (name.empty()) continue;
    const std::string_view better = Better(name);
    if (monitor.mode && !better.empty() && monitor.mode->value != better) {
      Finding& finding =
          sink.Report(monitor.mode->location,
                      facts::Cat(monitor.metric.value, " gets better as it ",
                                 better == "min" ? "falls" : "rises",
                                 ", but is watched with mode \"", monitor.mode->value, "\""));
      finding.label = "the wrong way round";
      finding.help = facts::Cat("use mode: ", better);
      finding.related = {{monitor.metric.location, "the metric that is watched"}};
      continue;
    }
    const bool known = std::any_of(logged.begin(), logged.end(), [&](const std::string& series) {
      return Has(series, name) || (!series.empty() && Has(name, series));
    });
    if (logged.empty() || known) continue;
    Finding& finding =
        sink.Report(monitor.metric.location,
                    facts::Cat("nothing of the name ", monitor.metric.value, " was ever logged"));
    finding.label = "watched, but not there";
    finding.severity = Severity::kWarning;  // it may be known to the program alone
    finding.help = "watch a metric that the run logs, or log this one";
    finding.confidence = Confidence::kMedium;
    finding.evidence = {{"monitor", monitor.metric.value}};
  }
}

}  // namespace

extern const Rule kMonitorUnknown;
const Rule kMonitorUnknown = {
    .id = "C017",
    .name = "monitor-unknown",
    .family = Family::kConfiguration,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "Early stopping or a checkpoint watches a metric that is not there, or in the "
                    "wrong direction.",
         .what = "A warning: compares the names that early stopping, checkpoints and schedules "
                 "watch with the "
                 "columns of the run's logs, where these are tables, JSON or event files and hold "
                 "several records; upper case and separators do not count. An error: mode "
                 "\"max\" for a loss or an error and \"min\" for an accuracy.",
         .why = "Keras warns once and never stops early nor saves a checkpoint; others fail after "
                "the first epoch. In the wrong direction the worst epoch is kept for the best.",
         .bad = R"(```yaml config.yaml
optimizer: adam
learning_rate: 0.001
early_stopping: {monitor: val_loss, mode: max, patience: 5}
```)",
         .good = R"(```yaml config.yaml
optimizer: adam
learning_rate: 0.001
early_stopping: {monitor: val_loss, mode: min, patience: 5}
```)",
         .references = "Keras, `EarlyStopping`: \"Early stopping conditioned on metric which is "
                       "not available\"."},
    .parameters = {{.name = "least_records",
                    .value = 3,
                    .meaning = "records with metrics before a name that is missing is reported",
                    .source = "a validation metric comes with the first validation, which may be "
                              "after an epoch or two"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
