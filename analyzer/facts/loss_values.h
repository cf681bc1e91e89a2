// What values losses take: bounds that logged figures can be held against.
#ifndef ONNXCHECK_ANALYZER_FACTS_LOSS_VALUES_H_
#define ONNXCHECK_ANALYZER_FACTS_LOSS_VALUES_H_

#include <cstdint>
#include <optional>

#include "analyzer/ir/run.h"

namespace onnxcheck::facts {

// Least cross-entropy of softmax applied to values in 0..1 (probabilities),
// ln(e + C - 1) - 1: the best such values are 1 for the class and 0 for the
// C - 1 others. 0.3133 for C = 2, 1.4612 for C = 10.
double DoubleSoftmaxFloor(double classes);

// Least binary cross-entropy of a sigmoid applied to values in 0..1:
// ln(1 + 1/e), reached where every label is 1.
inline constexpr double kDoubleSigmoidFloor = 0.31326168751822286;

// Least and greatest finite training or validation loss in the run's logs;
// nullopt when none was logged.
struct LossRange {
  double least = 0;
  double greatest = 0;
};
std::optional<LossRange> LoggedLosses(const ir::Run& run);

// The first training loss of a log that an accuracy (0..1) was logged beside.
struct LossAndAccuracy {
  double loss = 0;
  double accuracy = 0;
  ir::Location location;  // of the loss
};
std::optional<LossAndAccuracy> FirstLossAndAccuracy(const ir::Log& log);

// True if a run that begins so can only have trained mean squared error on a
// softmax of C >= 3 classes:
// - probabilities are about 1/C each before training, so the squared error,
//   averaged over the classes, is ((1 - 1/C)^2 + (C - 1)/C^2)/C = (C - 1)/C^2;
// - it is no cross-entropy: an example that is classified wrongly gives its
//   class at most 1/2, and so at least ln 2, hence accuracy >= 1 - CE/ln 2.
bool IsSquaredErrorOfUniform(const LossAndAccuracy& start, double classes);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_LOSS_VALUES_H_
