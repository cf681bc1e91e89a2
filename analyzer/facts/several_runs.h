// Logs that hold more than one training: by mistake, or because several were meant.
#ifndef ONNXCHECK_ANALYZER_FACTS_SEVERAL_RUNS_H_
#define ONNXCHECK_ANALYZER_FACTS_SEVERAL_RUNS_H_

#include <cstddef>
#include <vector>

#include "analyzer/facts/facts.h"

namespace onnxcheck::facts {

// Folds, trials and seeds train a fresh model each on purpose.
bool PlansSeveralModels(const ir::Config& config);

// A counter that stands still within each of two segments and has moved between them:
// "Estimator: 001 | Epoch: 000 | Loss: ..." names the model that is trained.
bool NamesAnotherModel(const Facts& facts, const Curve& a, const Curve& b);

// The segments (indices into log.segments, ascending, never the first) in which counting starts
// over though no fold, trial, phase or the like is named in front of them. Of a log that is merely
// printed only those with a banner or a preamble count: a script may well call fit() twice.
std::vector<std::size_t> UnexplainedRestarts(const Facts& facts, const ir::Log& log);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SEVERAL_RUNS_H_
