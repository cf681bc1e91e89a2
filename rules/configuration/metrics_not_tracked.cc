#include <algorithm>
#include <string>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

bool Is(const ir::Entry& entry, std::string_view last) {
  return entry.key == last || entry.key.ends_with("." + std::string(last));
}

bool IsOff(const ir::Entry& entry) {
  if (const auto* flag = std::get_if<bool>(&entry.value)) return !*flag;
  if (const auto* text = std::get_if<std::string>(&entry.value)) return *text == "no";
  return false;
}

// The entry that turns the framework's own recording off.
const ir::Entry* TurnedOff(const ir::Config& config) {
  for (const ir::Entry& entry : config.entries) {
    const bool lightning = entry.key == "trainer.logger" || entry.key == "logger";
    if ((lightning || Is(entry, "logging_strategy")) && IsOff(entry)) return &entry;
  }
  return nullptr;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  if (facts::AnyMetricLogged(facts.run()) || facts::UsesTracker(config)) return;
  if (!config.handlers.empty() || !(config.optimizer || config.learning_rate || config.epochs)) {
    return;
  }
  const ir::Entry* off = TurnedOff(config);
  if (off == nullptr) return;
  // An evaluation each so many steps is recorded by itself.
  const bool evaluates =
      std::any_of(config.entries.begin(), config.entries.end(), [](const ir::Entry& entry) {
        return (Is(entry, "eval_strategy") || Is(entry, "evaluation_strategy")) && !IsOff(entry);
      });
  if (evaluates) return;
  Finding& finding =
      sink.Report(off->location, facts::Cat(off->key,
                                            " is off and nothing else records metrics: the run "
                                            "leaves no curve"));
  finding.label = "turns recording off";
  finding.help = "turn it on, or configure a logger such as TensorBoard or CSV";
}

}  // namespace

extern const Rule kMetricsNotTracked;
const Rule kMetricsNotTracked = {
    .id = "C012",
    .name = "metrics-not-tracked",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "Recording is turned off and nothing takes its place.",
         .what = "Reports logger: false of Lightning's Trainer and logging_strategy: no of Hugging "
                 "Face when the configuration names no handler, tracker or evaluation either. "
                 "Silent when some log of the run holds metrics.",
         .why = "The only thing left of the run is its model. Whether it learnt, diverged or stood "
                "still cannot be told afterwards.",
         .bad = R"(```yaml config.yaml
trainer:
  max_epochs: 10
  logger: false
optimizer: adam
```)",
         .good = R"(```yaml config.yaml
trainer:
  max_epochs: 10
  logger: true
optimizer: adam
```)",
         .references = "Lightning `Trainer`: logger=False turns logging off."},
    .check = Check,
};

}  // namespace onnxcheck::rules
