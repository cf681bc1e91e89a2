#include "analyzer/facts/setup.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/match.h"
#include "analyzer/facts/script/config.h"

namespace onnxcheck::facts {
namespace {

template <typename T>
void Fill(std::optional<T>& to, const std::optional<T>& from) {
  if (!to) to = from;
}

template <typename T>
void Append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// True unless both are stated and differ. Fields that qualify another one
// (from_logits the loss, a rate its optimizer) are only taken over from a
// config that does not speak of something else.
bool Compatible(const std::optional<ir::Located<std::string>>& a,
                const std::optional<ir::Located<std::string>>& b) {
  return !a || !b || absl::EqualsIgnoreCase(a->value, b->value);
}

void MergeInto(ir::Config& merged, const ir::Config& config) {
  if (Compatible(merged.loss, config.loss)) Fill(merged.from_logits, config.from_logits);
  if (Compatible(merged.optimizer, config.optimizer)) {
    Fill(merged.learning_rate, config.learning_rate);
    Fill(merged.momentum, config.momentum);
    Fill(merged.weight_decay, config.weight_decay);
    Fill(merged.epsilon, config.epsilon);
    Fill(merged.beta1, config.beta1);
    Fill(merged.beta2, config.beta2);
  }
  if (Compatible(merged.schedule, config.schedule)) {
    Fill(merged.schedule_steps, config.schedule_steps);
    Fill(merged.schedule_end, config.schedule_end);
  }
  // The last layer is described as a whole by one config.
  if (!merged.output_activation && !merged.output_units) {
    merged.output_activation = config.output_activation;
    merged.output_units = config.output_units;
  }
  if (merged.writer.empty()) merged.writer = config.writer;
  Fill(merged.framework, config.framework);
  Fill(merged.loss, config.loss);
  Fill(merged.optimizer, config.optimizer);
  Fill(merged.schedule, config.schedule);
  Fill(merged.batch_size, config.batch_size);
  Fill(merged.dataset_size, config.dataset_size);
  Fill(merged.drop_last, config.drop_last);
  Fill(merged.epochs, config.epochs);
  Fill(merged.steps_per_epoch, config.steps_per_epoch);
  Fill(merged.warmup_steps, config.warmup_steps);
  Fill(merged.warmup_epochs, config.warmup_epochs);
  Fill(merged.warmup_ratio, config.warmup_ratio);
  Fill(merged.max_steps, config.max_steps);
  Fill(merged.accumulation, config.accumulation);
  Fill(merged.shuffle_train, config.shuffle_train);
  Fill(merged.shuffle_validation, config.shuffle_validation);
  Fill(merged.seed, config.seed);
  Fill(merged.logging_steps, config.logging_steps);
  Fill(merged.loss_scale, config.loss_scale);
  Fill(merged.labels, config.labels);
  Fill(merged.classes, config.classes);
  Fill(merged.all_frozen, config.all_frozen);
  Fill(merged.precision, config.precision);
  Fill(merged.log_level, config.log_level);
  Fill(merged.metric_level, config.metric_level);
  Append(merged.entries, config.entries);
  Append(merged.frozen, config.frozen);
  Append(merged.metrics, config.metrics);
  Append(merged.handlers, config.handlers);
  Append(merged.loggers, config.loggers);
  Append(merged.dropout, config.dropout);
  Append(merged.monitors, config.monitors);
  Append(merged.key_words, config.key_words);
  Append(merged.text_numbers, config.text_numbers);
}

std::optional<double> NotNegative(const std::optional<ir::Located<double>>& stated) {
  if (!stated || !std::isfinite(stated->value) || stated->value < 0) return std::nullopt;
  return stated->value;
}

std::optional<double> FromLogs(const ir::Run& run,
                               std::optional<ir::Located<double>> ir::Log::*field) {
  for (const ir::Log& log : run.logs) {
    if (!ir::Trains(log)) continue;
    if (const auto value = NotNegative(log.*field)) return value;
  }
  return std::nullopt;
}

}  // namespace

ir::Config MergeConfigs(const ir::Run& run, const std::vector<Training>& trainings) {
  ir::Config merged;
  if (!run.configs.empty()) merged = run.configs.front();
  for (std::size_t i = 1; i < run.configs.size(); ++i) MergeInto(merged, run.configs[i]);
  MergeInto(merged, TrainingConfig(trainings));
  if (const std::optional<ir::Config> script = ScriptConfig(run)) {
    if (run.configs.empty()) merged.input = script->input;
    MergeInto(merged, *script);
  }
  return merged;
}

std::optional<double> PlannedSteps(const ir::Run& run, const ir::Config& config) {
  const std::optional<double> limit = NotNegative(config.max_steps);
  const bool limited = limit && *limit > 0;
  std::optional<double> epochs = NotNegative(config.epochs);
  if (!epochs) epochs = FromLogs(run, &ir::Log::planned_epochs);

  std::optional<double> steps = NotNegative(config.steps_per_epoch);
  const std::optional<double> dataset = NotNegative(config.dataset_size);
  const std::optional<double> batch = NotNegative(config.batch_size);
  if (!steps && dataset && batch && *batch > 0) {
    // PyTorch's DataLoader has drop_last=False by default; Keras keeps the
    // last, smaller batch.
    steps = StepsPerEpoch(*dataset, *batch, config.drop_last && config.drop_last->value);
  }
  if (!steps) steps = FromLogs(run, &ir::Log::steps_per_epoch);

  if (!epochs || !steps) return limited ? limit : std::nullopt;
  const double accumulated = config.accumulation ? std::max(config.accumulation->value, 1.0) : 1;
  const double all = std::ceil(*steps / accumulated) * *epochs;
  return limited ? std::min(all, *limit) : all;
}

double StepsPerEpoch(double dataset, double batch, bool drop_last) {
  if (!(dataset > 0) || !(batch > 0)) return 0;
  return drop_last ? std::floor(dataset / batch) : std::ceil(dataset / batch);
}

}  // namespace onnxcheck::facts
