#include <array>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/replay.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// Schedules that only ever lower the rate they start from. Any other may
// raise it, and the configured number is then not the rate that trains.
bool ScheduleMayRaise(const ir::Config& config) {
  if (!config.schedule) return false;
  constexpr std::array<std::string_view, 6> kFalling = {"step",     "exponential", "plateau",
                                                        "constant", "poly",        "none"};
  for (const std::string_view name : kFalling) {
    if (config.schedule->value.find(name) != std::string::npos) return false;
  }
  return true;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  if (!config.learning_rate || !(config.learning_rate->value > 0) || ScheduleMayRaise(config))
    return;
  const double rate = config.learning_rate->value;
  const bool adaptive = config.optimizer && facts::IsAdaptive(config.optimizer->value);

  const std::optional<double> steps = facts::PlannedSteps(facts.run(), config);
  const double reach = rate * steps.value_or(1);
  const bool lost_in_rounding = rate < sink.Parameter("rounding_rate");
  const bool cannot_reach =
      adaptive && steps && *steps >= 1 && reach < sink.Parameter("least_reach");
  if (!lost_in_rounding && !cannot_reach) return;

  // What the log shows outranks what the number suggests.
  const facts::Curve* loss = facts::MainLoss(facts);
  const facts::Trend trend = loss != nullptr ? facts::TrendOf(*loss).trend : facts::Trend::kUnknown;
  if (trend == facts::Trend::kFalls) return;

  Finding& finding = sink.Report(
      config.learning_rate->location,
      cannot_reach
          ? facts::Cat("a learning rate of ", rate, " over ", facts::Plural(*steps, "step"),
                       " can move a weight by ", reach, " at most")
          : facts::Cat("a learning rate of ", rate,
                       " is below what float32 weights can resolve: updates are rounded away"));
  finding.label = "too small to learn";
  finding.help = facts::Cat("use a rate such as ",
                            facts::UsualRate(config.optimizer ? config.optimizer->value : "adam"),
                            " and lower it only if the loss becomes unstable");
  finding.evidence = {{"learning_rate", rate}};
  if (steps) finding.evidence.emplace_back("steps", *steps);
  if (trend == facts::Trend::kFlat) {
    finding.related = {
        {facts::PointLocation(*loss, loss->value.size() - 1),
         facts::Cat("the loss went from ", loss->value.front(), " to ", loss->value.back())}};
  } else if (!adaptive) {
    finding.confidence = Confidence::kMedium;
  }
  finding.experiment = facts::ConfiguredExperiment(facts, ir::Symptom::kDoesNotLearn);
  if (finding.experiment) {
    ir::TrainingSetup& changed = finding.experiment->changed;
    changed.learning_rate = facts::UsualRate(changed.optimizer);
    finding.experiment->change = facts::Cat("learning_rate: ", changed.learning_rate);
  }
}

}  // namespace

extern const Rule kLearningRateTooSmall;
const Rule kLearningRateTooSmall = {
    .id = "C001",
    .name = "learning-rate-too-small",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "The learning rate is so small that the weights cannot move.",
         .what =
             "Reports a learning rate whose updates are lost when they are added to a float32 "
             "weight, and, for optimizers of the Adam kind, one that cannot move a weight by a "
             "useful amount in the steps the run makes: their update is at most about the rate, "
             "so rate times steps is as far as any weight gets. Silent where a schedule may "
             "raise the rate, and where the log shows that the loss falls.",
         .why = "The run looks healthy: no error, a finite loss, every epoch logged. Only the loss "
                "never changes.",
         .bad = R"(```yaml config.yaml
framework: keras
loss: sparse_categorical_crossentropy
optimizer: adam
learning_rate: 1.0e-10
batch_size: 32
dataset_size: 1000
epochs: 10
```)",
         .good = R"(```yaml config.yaml
framework: keras
loss: sparse_categorical_crossentropy
optimizer: adam
learning_rate: 1.0e-3
batch_size: 32
dataset_size: 1000
epochs: 10
```)",
         .references = "Kingma and Ba, Adam: A Method for Stochastic Optimization (2015), section "
                       "2.1: the bound on the size of a step."},
    .parameters = {{.name = "rounding_rate",
                    .value = 1e-8,
                    .meaning = "a rate below this is reported for any optimizer and any length",
                    .source = "half a unit in the last place of a float32 weight of 0.1 is 4e-9"},
                   {.name = "least_reach",
                    .value = 1e-5,
                    .meaning = "least product of rate and steps for an adaptive optimizer",
                    .source =
                        "a thousandth of the standard deviation (0.01) that Glorot's law gives a "
                        "layer with 10,000 inputs and outputs each"}},
    .check = Check,
    .replayable = true,
};

}  // namespace onnxcheck::rules
