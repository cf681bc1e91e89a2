// Losses that run away, and losses that never fall.
#ifndef ONNXCHECK_ANALYZER_FACTS_DIVERGENCE_H_
#define ONNXCHECK_ANALYZER_FACTS_DIVERGENCE_H_

#include <cstddef>
#include <optional>
#include <span>

namespace onnxcheck::facts {

// What counts as running away. Factors are of smoothed values, so that one
// spike decides nothing.
struct DivergenceLimits {
  double over_first = 0;       // the end exceeds the beginning by this factor
  double over_lowest = 0;      // or the lowest value by this one ...
  double gain_lost = 0;        // ... and this share of what training had gained is lost
  double negative_factor = 0;  // or it falls below zero by this many times its first value
};

struct Divergence {
  std::size_t start = 0;  // index of the first value that belongs to it
  double first = 0;
  double lowest = 0;
  double last = 0;  // median over the last quarter
  bool unbounded_below = false;
};

// nullopt also for a curve that comes back, that sums up what came before (each
// value about one more first value), or that is too short: fewer than six
// finite values. Values that are not finite are left out.
std::optional<Divergence> FindDivergence(std::span<const double> values,
                                         const DivergenceLimits& limits);

// True if nine in ten values are below the one before. However small, such a
// fall is no noise: the answer may be all but random (returns, clicks).
bool FallsSteadily(std::span<const double> values);

// A loss that never got below where it began.
struct FlatLoss {
  double first = 0;
  double lowest = 0;
  double last = 0;
  bool frozen = false;  // one and the same value throughout, with more than four decimals
};

// nullopt when some smoothed value is lower than the first by more than
// `share` of it, when the very first value lies far above the rest, or when the noise would hide
// such a drop, or when the curve is not positive.
std::optional<FlatLoss> FindFlatLoss(std::span<const double> values, double share);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_DIVERGENCE_H_
