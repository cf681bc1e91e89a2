// The configured run as an experiment that the trainer can replay.
#ifndef ONNXCHECK_ANALYZER_FACTS_REPLAY_H_
#define ONNXCHECK_ANALYZER_FACTS_REPLAY_H_

#include <optional>
#include <string>

#include "analyzer/facts/facts.h"
#include "analyzer/ir/experiment.h"

namespace onnxcheck::facts {

// Optimizer, rate and sizes that stand in for what a configuration leaves
// out. The rates are the frameworks' documented defaults; batch and dataset
// sizes are the replay's own choice and only scale its length.
inline constexpr double kDefaultAdamRate = 1e-3;  // Keras and PyTorch
inline constexpr double kDefaultSgdRate = 1e-2;   // Keras; PyTorch: 1e-3
inline constexpr int kDefaultBatch = 32;          // Keras, Model.fit
inline constexpr int kDefaultDataset = 1024;

// A rate that trains small models with the optimizer, for corrections.
double UsualRate(const std::string& optimizer);

// Baseline and changed are both the run as configured; the caller makes the
// one change and names it. nullopt without a model, a known loss, or an
// optimizer that the trainer knows.
std::optional<ir::Experiment> ConfiguredExperiment(const Facts& facts, ir::Symptom symptom);

// The configured run against the same with UsualRate as its one change. Only
// when the configured rate is unusual: over ten times the usual one or, unless
// the symptom is kNonfinite, under a hundredth of it.
std::optional<ir::Experiment> UsualRateExperiment(const Facts& facts, ir::Symptom symptom);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_REPLAY_H_
