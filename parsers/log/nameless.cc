#include "parsers/log/nameless.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace onnxcheck::parsers::log {
namespace {

constexpr std::size_t kRowsLookedAt = 4096;
// By chance two columns of numbers do not agree so often; of rounded ones neither may be constant.
constexpr std::size_t kLeastRows = 5;
constexpr std::size_t kLeastDifferent = 3;
// Both are written with five digits or so, and an error in the exponent is one of the power.
constexpr double kTolerance = 2e-3;
constexpr double kMostExponent = 100;
// Below, the power is about 1 and nothing is proven: a loss near 0 beside an accuracy near 1.
constexpr double kLeastExponent = 0.5;
constexpr std::size_t kMostColumns = 64;

bool IsPowerOf(const std::vector<double>& power, const std::vector<double>& exponent) {
  if (power.size() != exponent.size()) return false;
  std::size_t rows = 0;
  std::size_t different = 0;
  double last = 0;
  for (std::size_t i = 0; i < std::min(power.size(), kRowsLookedAt); ++i) {
    if (!std::isfinite(power[i]) && !std::isfinite(exponent[i])) continue;
    const double expected = std::exp(std::min(exponent[i], kMostExponent));
    if (!(exponent[i] > 0) || !(std::abs(power[i] - expected) <= kTolerance * expected))
      return false;
    if (exponent[i] < kLeastExponent) continue;
    different += exponent[i] != last;
    last = exponent[i];
    ++rows;
  }
  return rows >= kLeastRows && different >= kLeastDifferent;
}

}  // namespace

void NamePerplexity(Split split, std::vector<ir::Series>* series) {
  if (series->size() > kMostColumns) return;
  for (ir::Series& loss : *series) {
    for (ir::Series& power : *series) {
      if (&loss == &power || loss.role != ir::Role::kOther || power.role != ir::Role::kOther ||
          !IsPowerOf(power.value, loss.value)) {
        continue;
      }
      loss.role = RoleOf(Quantity::kLoss, split == Split::kUnknown ? Split::kTrain : split);
      power.role = RoleOf(Quantity::kPerplexity, split);
    }
  }
}

}  // namespace onnxcheck::parsers::log
