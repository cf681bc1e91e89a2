#include "analyzer/engine/rule.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  if (!config.steps_per_epoch || !config.batch_size || !config.dataset_size) return;
  const double steps = config.steps_per_epoch->value;
  const double batch = config.batch_size->value;
  const double dataset = config.dataset_size->value;
  if (steps < 1 || batch < 1 || dataset < 1) return;
  const double possible = facts::StepsPerEpoch(dataset, batch, false);
  if (steps <= possible) return;
  Finding& finding =
      sink.Report(config.steps_per_epoch->location,
                  facts::Cat(steps, " steps of ", batch, " examples are asked of an epoch, but ",
                             dataset, " examples make only ", possible));
  finding.label = "more than the data gives";
  finding.help =
      facts::Cat("use at most ", possible, " steps per epoch, or let the data repeat itself");
  finding.related = {{config.dataset_size->location, "the dataset's size"},
                     {config.batch_size->location, "the batch size"}};
  finding.confidence = Confidence::kMedium;
  finding.evidence = {{"steps_per_epoch", steps}, {"possible_steps", possible}};
}

}  // namespace

extern const Rule kStepsMismatch;
const Rule kStepsMismatch = {
    .id = "C020",
    .name = "steps-mismatch",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "An epoch is to have more steps than the data makes.",
         .what = "Compares steps_per_epoch with dataset_size over batch_size, rounded up. Fewer "
                 "steps than possible are a choice and no finding.",
         .why = "Keras stops with \"Your input ran out of data\" and skips the remaining epochs; a "
                "dataset that repeats counts the same examples into an epoch twice, so that "
                "epochs, schedules and reports no longer mean what they say.",
         .bad = R"(```yaml config.yaml
framework: keras
optimizer: adam
batch_size: 32
dataset_size: 1000
steps_per_epoch: 1000
```)",
         .good = R"(```yaml config.yaml
framework: keras
optimizer: adam
batch_size: 32
dataset_size: 1000
steps_per_epoch: 32
```)",
         .references = "Keras, `Model.fit`: steps_per_epoch."},
    .check = Check,
};

}  // namespace onnxcheck::rules
