// What tells a regression from a classification.
#ifndef ONNXCHECK_ANALYZER_FACTS_REGRESSION_H_
#define ONNXCHECK_ANALYZER_FACTS_REGRESSION_H_

#include "analyzer/facts/losses.h"

namespace onnxcheck::facts {

// Losses that measure a distance to a number.
inline bool IsRegressionLoss(ir::LossKind kind) {
  return kind == ir::LossKind::kMeanSquaredError || kind == ir::LossKind::kMeanAbsoluteError ||
         kind == ir::LossKind::kHuber;
}

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_REGRESSION_H_
