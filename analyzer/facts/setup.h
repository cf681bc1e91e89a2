// The configuration in force: all configs of a run read as one.
#ifndef ONNXCHECK_ANALYZER_FACTS_SETUP_H_
#define ONNXCHECK_ANALYZER_FACTS_SETUP_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/facts/training.h"
#include "analyzer/ir/run.h"

namespace onnxcheck::facts {

// For each field the first config that states it, and what the models say about their own training
// for what no config states, then its script (script/config.h); handlers, frozen parts, metrics and
// entries of all. input is that of the first config.
ir::Config MergeConfigs(const ir::Run& run, const std::vector<Training>& trainings = {});

// Optimizer steps that the run makes by its configuration (or, for what that
// does not say, its log): epochs x steps per epoch. Absent if unknown.
std::optional<double> PlannedSteps(const ir::Run& run, const ir::Config& config);

// Steps an epoch makes of `dataset` examples; 0 when drop_last leaves none.
double StepsPerEpoch(double dataset, double batch, bool drop_last);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SETUP_H_
