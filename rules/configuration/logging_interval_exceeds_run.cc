#include <algorithm>
#include <cmath>
#include <optional>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/defaults.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// Where the length of the run is stated, for an interval that is not.
const ir::Location* LengthOf(const ir::Config& config) {
  if (config.max_steps) return &config.max_steps->location;
  return config.epochs ? &config.epochs->location : nullptr;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  const std::optional<facts::InForce> interval = facts::LoggingSteps(config);
  const std::optional<double> planned = facts::PlannedSteps(facts.run(), config);
  if (!interval || !planned || *planned < 1 || interval->value <= *planned) return;
  if (facts::AnyMetricLogged(facts.run())) return;
  const bool stated = interval->by_default_of.empty();
  const ir::Location* where = stated ? &config.logging_steps->location : LengthOf(config);
  if (where == nullptr) return;
  Finding& finding = sink.Report(
      *where, facts::Cat("metrics are logged every ", interval->value, " steps",
                         stated ? "" : facts::Cat(" by default of ", interval->by_default_of),
                         ", but the run has only ", *planned, ": nothing is logged"));
  finding.label = stated ? "longer than the run" : "shorter than the interval";
  finding.help = facts::Cat("log every ", std::max(1.0, std::floor(*planned / 10)), " steps or so");
  if (!stated) finding.confidence = Confidence::kMedium;
  finding.evidence = {{"interval", interval->value}, {"planned_steps", *planned}};
}

}  // namespace

extern const Rule kLoggingIntervalExceedsRun;
const Rule kLoggingIntervalExceedsRun = {
    .id = "C011",
    .name = "logging-interval-exceeds-run",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "The interval between logged metrics is longer than the run.",
         .what =
             "Compares logging_steps, log_every_n_steps, log_interval and their like with the "
             "steps that epochs, dataset, batch size and accumulation make. Where none is stated "
             "the default of Hugging Face, Lightning or MMEngine counts, if the file is one of "
             "theirs. Silent when some log of the run holds metrics.",
         .why = "The first record is due after the last step: the run leaves no curve at all. The "
                "frameworks' defaults (500 steps for Hugging Face, 50 for Lightning) are longer "
                "than a run on a small dataset.",
         .bad = R"(```yaml config.yaml
framework: torch
optimizer: adamw
learning_rate: 0.0005
batch_size: 32
dataset_size: 640
epochs: 3
logging_steps: 500
```)",
         .good = R"(```yaml config.yaml
framework: torch
optimizer: adamw
learning_rate: 0.0005
batch_size: 32
dataset_size: 640
epochs: 3
logging_steps: 5
```)",
         .references = "Lightning warns: \"The number of training batches is smaller than the "
                       "logging interval\". transformers#8910"},
    .check = Check,
};

}  // namespace onnxcheck::rules
