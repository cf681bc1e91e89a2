#include <optional>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  if (!config.schedule_steps || !(config.schedule_steps->value > 0)) return;
  // Only where the end is stated to be 0: warm restarts and staircases go on.
  if (!config.schedule_end || config.schedule_end->value != 0) return;
  const std::optional<double> planned = facts::PlannedSteps(facts.run(), config);
  if (!planned) return;
  const double idle = *planned - config.schedule_steps->value;
  if (!(idle > sink.Parameter("largest_idle_share") * *planned)) return;
  Finding& finding =
      sink.Report(config.schedule_steps->location,
                  facts::Cat("the learning rate is 0 after ", config.schedule_steps->value, " of ",
                             *planned, " steps: the other ", idle, " change nothing"));
  finding.label = "ends before the run";
  finding.help = facts::Cat("let the schedule end with the run, after ", *planned, " steps");
  finding.related = {{config.schedule_end->location, "the schedule ends at 0"}};
  finding.evidence = {{"schedule_steps", config.schedule_steps->value},
                      {"planned_steps", *planned}};
}

}  // namespace

extern const Rule kScheduleEndsEarly;
const Rule kScheduleEndsEarly = {
    .id = "C016",
    .name = "schedule-ends-early",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "The schedule takes the learning rate to 0 long before the run ends.",
         .what = "Compares the steps of a schedule that ends at 0 (Keras's CosineDecay and "
                 "PolynomialDecay, min_lr: 0) with the steps of the run. Only schedules that state "
                 "their length in steps are judged.",
         .why = "After the end of the schedule the weights stay as they are: the rest of the run "
                "is paid for and changes nothing. Lengthening a run without its schedule, or "
                "giving epochs where steps are meant, has this effect.",
         .bad = R"(```yaml config.yaml
framework: keras
optimizer: adam
learning_rate: 0.001
schedule: {name: PolynomialDecay, decay_steps: 100, end_learning_rate: 0.0}
batch_size: 32
dataset_size: 32000
epochs: 10
```)",
         .good = R"(```yaml config.yaml
framework: keras
optimizer: adam
learning_rate: 0.001
schedule: {name: PolynomialDecay, decay_steps: 10000, end_learning_rate: 0.0}
batch_size: 32
dataset_size: 32000
epochs: 10
```)",
         .references = "Keras, `keras.optimizers.schedules.CosineDecay`: after decay_steps the "
                       "rate is alpha x initial_learning_rate."},
    .parameters = {{.name = "largest_idle_share",
                    .value = 0.1,
                    .meaning = "share of the run's steps after the end of the schedule",
                    .source = "rounding of steps per epoch stays below it"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
