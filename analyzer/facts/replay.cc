#include "analyzer/facts/replay.h"

#include <algorithm>
#include <cmath>

#include "analyzer/facts/text.h"

namespace onnxcheck::facts {
namespace {

// "adam", "AdamW", "torch.optim.Adam" and their like all replay as Adam:
// weight decay does not decide any symptom.
std::optional<std::string> ReplayedOptimizer(const ir::Config& config) {
  if (!config.optimizer) return "adam";
  const std::string& name = config.optimizer->value;
  if (name.find("adam") != std::string::npos) return "adam";
  if (name.find("sgd") != std::string::npos || name == "momentum") return "sgd";
  return std::nullopt;
}

std::int64_t WholeOr(const std::optional<ir::Located<double>>& field, std::int64_t otherwise) {
  constexpr double kLargest = 1e9;
  if (!field || !(field->value >= 1)) return otherwise;
  return static_cast<std::int64_t>(std::min(std::floor(field->value), kLargest));
}

// Mean squared error and its like train a continuous target whatever the
// output's width; a classification task needs a head that stands for classes.
std::int64_t TaskClasses(const Objective& objective) {
  const std::int64_t width = objective.output.width.value_or(0);
  const bool class_head = objective.output.activation == ir::Activation::kSoftmax ||
                          objective.output.activation == ir::Activation::kLogSoftmax;
  const bool class_loss = objective.loss.kind == ir::LossKind::kCategoricalCrossEntropy ||
                          objective.loss.kind == ir::LossKind::kNegativeLogLikelihood;
  const bool binary = objective.output.activation == ir::Activation::kSigmoid ||
                      objective.loss.kind == ir::LossKind::kBinaryCrossEntropy;
  if (class_head || class_loss) return width;
  return binary && width == 1 ? 2 : 0;
}

}  // namespace

double UsualRate(const std::string& optimizer) {
  return optimizer == "sgd" ? kDefaultSgdRate : kDefaultAdamRate;
}

std::optional<ir::Experiment> ConfiguredExperiment(const Facts& facts, ir::Symptom symptom) {
  if (facts.objectives().empty()) return std::nullopt;
  const Objective& objective = facts.objectives().front();
  const ir::Config& config = facts.config();
  const std::optional<std::string> optimizer = ReplayedOptimizer(config);
  if (objective.output.model == nullptr || !optimizer) return std::nullopt;
  // The trainer builds its own loss and backward pass on a graph that only infers.
  for (const Training& training : facts.trainings()) {
    if (training.model == objective.output.model && training.role != GraphRole::kInference) {
      return std::nullopt;
    }
  }

  ir::Experiment experiment;
  experiment.model_path = objective.output.model->input.path;
  experiment.output = objective.output.name;
  experiment.head = objective.output.activation;
  experiment.classes = TaskClasses(objective);
  experiment.symptom = symptom;
  experiment.planned_steps = PlannedSteps(facts.run(), config).value_or(0);

  ir::TrainingSetup& setup = experiment.baseline;
  setup.framework = objective.loss.framework;
  setup.loss = objective.loss.kind;
  setup.loss_input = objective.loss.input;
  setup.optimizer = *optimizer;
  setup.learning_rate = config.learning_rate ? config.learning_rate->value : UsualRate(*optimizer);
  setup.momentum = config.momentum ? config.momentum->value : 0;
  setup.batch_size = WholeOr(config.batch_size, kDefaultBatch);
  setup.dataset_size = WholeOr(config.dataset_size, kDefaultDataset);
  setup.drop_last = config.drop_last && config.drop_last->value;
  experiment.changed = setup;
  return experiment;
}

std::optional<ir::Experiment> UsualRateExperiment(const Facts& facts, ir::Symptom symptom) {
  if (!facts.config().learning_rate) return std::nullopt;
  std::optional<ir::Experiment> experiment = ConfiguredExperiment(facts, symptom);
  if (!experiment) return std::nullopt;
  constexpr double kUnusuallyLarge = 10;
  constexpr double kUnusuallySmall = 0.01;
  ir::TrainingSetup& changed = experiment->changed;
  const double usual = UsualRate(changed.optimizer);
  const double rate = changed.learning_rate;
  const bool small = symptom != ir::Symptom::kNonfinite && rate < kUnusuallySmall * usual;
  if (!small && !(rate > kUnusuallyLarge * usual)) return std::nullopt;
  changed.learning_rate = usual;
  experiment->change = Cat("learning_rate: ", usual);
  return experiment;
}

}  // namespace onnxcheck::facts
