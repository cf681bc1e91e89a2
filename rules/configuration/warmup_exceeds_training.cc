#include <optional>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Report(const ir::Located<double>& warmup, const std::string& message,
            const std::optional<ir::Located<double>>& length, Sink& sink) {
  Finding& finding = sink.Report(warmup.location, message);
  finding.label = "longer than the run";
  finding.help = "warm up for a small part of the run, such as a tenth";
  finding.evidence = {{"warmup", warmup.value}};
  if (length) finding.related = {{length->location, "the run ends here"}};
}

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  if (config.warmup_ratio && config.warmup_ratio->value >= 1) {
    // More than 1 is a number of steps under the wrong key, or a percentage.
    return Report(*config.warmup_ratio,
                  facts::Cat("the warm-up takes ", config.warmup_ratio->value,
                             " times the whole run: the learning rate never reaches its value"),
                  std::nullopt, sink);
  }
  if (config.warmup_epochs && config.epochs && config.epochs->value > 0 &&
      config.warmup_epochs->value >= config.epochs->value) {
    return Report(
        *config.warmup_epochs,
        facts::Cat("the warm-up takes ", facts::Plural(config.warmup_epochs->value, "epoch"),
                   " of ", config.epochs->value,
                   ": the learning rate does not reach its value before the end"),
        config.epochs, sink);
  }
  if (!config.warmup_steps || config.warmup_steps->value <= 0) return;
  const std::optional<double> planned = facts::PlannedSteps(facts.run(), config);
  if (!planned || *planned < 1 || config.warmup_steps->value < *planned) return;
  // Equal to the stated number of steps: a schedule that is all warm-up on purpose.
  if (config.warmup_steps->value == *planned) return;
  Report(*config.warmup_steps,
         facts::Cat("the warm-up takes ", facts::Plural(config.warmup_steps->value, "step"),
                    ", the run only ", *planned,
                    ": the learning rate does not reach its value before the end"),
         config.max_steps ? config.max_steps : config.epochs, sink);
}

}  // namespace

extern const Rule kWarmupExceedsTraining;
const Rule kWarmupExceedsTraining = {
    .id = "C010",
    .name = "warmup-exceeds-training",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "The learning rate is still warming up when the run ends.",
         .what = "Compares warm-up steps with the steps that epochs, dataset and batch size (or "
                 "the log) make, warm-up epochs with the epochs, and a warm-up ratio with 1.",
         .why = "A warm-up copied from a run on a large dataset may be longer than all training on "
                "a small one. The rate then never gets to the value that was chosen, and the run "
                "is one with a tiny learning rate.",
         .bad = R"(```yaml config.yaml
framework: torch
optimizer: adamw
learning_rate: 0.0005
batch_size: 32
dataset_size: 1600
epochs: 4
warmup_steps: 4000
```)",
         .good = R"(```yaml config.yaml
framework: torch
optimizer: adamw
learning_rate: 0.0005
batch_size: 32
dataset_size: 1600
epochs: 4
warmup_steps: 20
```)",
         .references = "Goyal et al. 2017, section 2.2: gradual warm-up over the first 5 of 90 "
                       "epochs."},
    .check = Check,
};

}  // namespace onnxcheck::rules
