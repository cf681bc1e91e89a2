#include "analyzer/facts/loss_values.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "analyzer/facts/curves.h"

namespace onnxcheck::facts {
namespace {

// A first epoch's mean lies a little below the value at the very start; more
// than this and the loss has been learning, or is another one.
constexpr double kUniformTolerance = 0.10;
// Accuracy must miss the bound by this much: both are rounded, and the two
// may be means over different parts of an epoch.
constexpr double kContradictionMargin = 0.10;

bool IsLoss(ir::Role role) {
  return role == ir::Role::kTrainLoss || role == ir::Role::kValidationLoss;
}

}  // namespace

double DoubleSoftmaxFloor(double classes) { return std::log(std::numbers::e + classes - 1) - 1; }

std::optional<LossRange> LoggedLosses(const ir::Run& run) {
  std::optional<LossRange> range;
  for (const ir::Log& log : run.logs) {
    if (!ir::Trains(log)) continue;
    for (const ir::Series& series : log.series) {
      if (!IsLoss(series.role)) continue;
      for (const double value : series.value) {
        if (!std::isfinite(value)) continue;
        if (!range) range = LossRange{value, value};
        range->least = std::min(range->least, value);
        range->greatest = std::max(range->greatest, value);
      }
    }
  }
  return range;
}

std::optional<LossAndAccuracy> FirstLossAndAccuracy(const ir::Log& log) {
  const std::vector<Curve> curves = SplitIntoCurves(log);
  for (const Curve& loss : curves) {
    if (loss.segment != 0) break;
    if (loss.series->role != ir::Role::kTrainLoss || !std::isfinite(loss.value.front())) continue;
    for (const Curve& accuracy : curves) {
      if (accuracy.segment != loss.segment || accuracy.series->role != ir::Role::kTrainAccuracy ||
          accuracy.line.front() != loss.line.front()) {
        continue;
      }
      const double share = accuracy.value.front() / (accuracy.series->percent ? 100 : 1);
      if (share >= 0 && share <= 1) {
        return LossAndAccuracy{loss.value.front(), share, PointLocation(loss, 0)};
      }
    }
  }
  return std::nullopt;
}

bool IsSquaredErrorOfUniform(const LossAndAccuracy& start, double classes) {
  constexpr double kFewestClasses = 3;
  if (!(classes >= kFewestClasses)) return false;
  const double uniform = (classes - 1) / (classes * classes);
  if (std::fabs(start.loss - uniform) > kUniformTolerance * uniform) return false;
  const double least_accuracy = 1 - start.loss / std::numbers::ln2;
  return start.accuracy < least_accuracy - kContradictionMargin;
}

}  // namespace onnxcheck::facts
