#include "analyzer/facts/learning.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace onnxcheck::facts {
namespace {

constexpr std::size_t kFewestPoints = 4;
// Share of a curve that stands for its beginning and for its end.
constexpr double kEndShare = 0.1;
// A change below this share of the first value counts as none. SageMaker
// Debugger's rule for a loss that does not decrease uses 0.1 % over 10 steps;
// over a whole run ten times that is still nothing.
constexpr double kFlatShare = 0.01;
// A change must exceed the point-to-point noise before it counts as one.
constexpr double kNoiseFactor = 1.0;

const Curve* LongestOf(const std::vector<Curve>& curves, ir::Role role) {
  const Curve* longest = nullptr;
  for (const Curve& curve : curves) {
    if (curve.series->role != role) continue;
    if (longest == nullptr || curve.value.size() > longest->value.size()) longest = &curve;
  }
  return longest;
}

}  // namespace

LossTrend TrendOf(const Curve& curve) {
  LossTrend result;
  if (curve.value.size() < kFewestPoints) return result;
  if (!std::isfinite(curve.value.back())) {
    result.trend = Trend::kNonfinite;
    return result;
  }
  const Ends ends = CurveEnds(curve.value, kEndShare);
  result.first = ends.first;
  result.last = ends.last;
  const double change = ends.last - ends.first;
  const double scale = std::max(std::fabs(ends.first), 1e-12);
  result.relative_change = change / scale;
  if (std::fabs(result.relative_change) < kFlatShare) {
    result.trend = Trend::kFlat;
  } else if (std::fabs(change) > kNoiseFactor * Spread(curve.value)) {
    result.trend = change < 0 ? Trend::kFalls : Trend::kRises;
  }
  return result;
}

const Curve* MainLoss(const Facts& facts) {
  const Curve* loss = LongestOf(facts.curves(), ir::Role::kTrainLoss);
  return loss != nullptr ? loss : LongestOf(facts.curves(), ir::Role::kValidationLoss);
}

std::optional<AccuracyCurve> AccuracyBeside(const Facts& facts, const Curve& loss) {
  const bool training = loss.series->role == ir::Role::kTrainLoss;
  const std::array<ir::Role, 2> roles = {
      training ? ir::Role::kTrainAccuracy : ir::Role::kValidationAccuracy,
      training ? ir::Role::kValidationAccuracy : ir::Role::kTestAccuracy};
  for (const ir::Role role : roles) {
    for (const Curve& curve : facts.curves()) {
      if (curve.log != loss.log || curve.segment != loss.segment || curve.series->role != role) {
        continue;
      }
      AccuracyCurve accuracy{&curve, {curve.value.begin(), curve.value.end()}};
      const double scale = curve.series->percent ? 100.0 : 1.0;
      for (double& value : accuracy.value) value /= scale;
      return accuracy;
    }
  }
  return std::nullopt;
}

bool IsAdaptive(const std::string& optimizer) {
  constexpr std::array<std::string_view, 5> kAdaptive = {"adam", "rmsprop", "lion", "lamb",
                                                         "adabelief"};
  return std::any_of(kAdaptive.begin(), kAdaptive.end(), [&](std::string_view name) {
    return optimizer.find(name) != std::string::npos;
  });
}

}  // namespace onnxcheck::facts
