#include "analyzer/facts/divergence.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "analyzer/facts/curves.h"
#include "analyzer/facts/progress.h"

namespace onnxcheck::facts {
namespace {

constexpr std::size_t kFewestPoints = 6;
// A curve whose smoothed values are fewer has too short a last quarter to say
// that a loss stays where it went after it had fallen.
constexpr std::size_t kFewestToFallAndRise = 12;
constexpr double kStaysAbove = 2;   // every value of the last quarter over the reference
constexpr double kComesBack = 0.5;  // the end below this share of the highest value
constexpr double kBeyondRecovery = 1000;
constexpr double kNoiseFactor = 4;
// A running sum only rises, and by about the same each time.
constexpr double kAlwaysUp = 0.9;
constexpr double kSameIncrement = 2;

// Whole numbers that never fall are a counter that was taken for a loss.
bool IsCounter(std::span<const double> values) {
  return std::is_sorted(values.begin(), values.end()) &&
         std::all_of(values.begin(), values.end(),
                     [](double value) { return value == std::floor(value); });
}

bool IsRunningSum(std::span<const double> values) {
  std::size_t rises = 0;
  for (std::size_t i = 1; i < values.size(); ++i) rises += values[i] >= values[i - 1];
  if (static_cast<double>(rises) < kAlwaysUp * static_cast<double>(values.size() - 1)) return false;
  std::vector<double> ups;
  ups.reserve(rises);
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] >= values[i - 1]) ups.push_back(values[i] - values[i - 1]);
  }
  const double early = Median(std::span(ups).first((ups.size() + 1) / 2));
  const double late = Median(std::span(ups).last((ups.size() + 1) / 2));
  return late <= kSameIncrement * early && early <= kSameIncrement * std::fabs(values.front());
}

// Index of the first value from which on none is below the limit again.
std::size_t StaysAboveFrom(const std::vector<double>& values, double limit) {
  std::size_t from = values.size();
  while (from > 0 && values[from - 1] >= limit) --from;
  return std::min(from, values.size() - 1);
}

std::optional<Divergence> BelowZero(std::span<const double> values,
                                    const std::vector<double>& smooth,
                                    const DivergenceLimits& limits) {
  const double limit = -limits.negative_factor * std::fabs(smooth.front());
  const std::size_t tail = smooth.size() - std::max<std::size_t>(1, smooth.size() / 10);
  const double last = Median(std::span(smooth).subspan(tail));
  if (smooth.front() == 0 || !(last <= limit)) return std::nullopt;
  const auto start =
      std::find_if(values.begin(), values.end(), [limit](double value) { return value <= limit; });
  return Divergence{.start = static_cast<std::size_t>(start - values.begin()),
                    .first = smooth.front(),
                    .lowest = last,
                    .last = last,
                    .unbounded_below = true};
}

}  // namespace

std::optional<Divergence> FindDivergence(std::span<const double> values,
                                         const DivergenceLimits& limits) {
  const FiniteValues held(values);
  const std::span<const double> finite = *held;
  if (finite.size() < kFewestPoints) return std::nullopt;
  const std::vector<double> smooth = Smoothed(finite);
  const auto lowest_at = std::min_element(smooth.begin(), smooth.end());
  const double lowest = *lowest_at;
  if (auto below = BelowZero(values, smooth, limits)) return below;
  if (!(lowest > 0) || IsRunningSum(finite) || IsCounter(finite)) return std::nullopt;

  // The first values of a short run scatter; the higher one is the safer reference.
  const double first = std::max(smooth[0], smooth[1]);
  const std::size_t tail_size = std::max<std::size_t>(2, smooth.size() / 4);
  const std::span<const double> tail = std::span(smooth).last(tail_size);
  const double tail_low = *std::min_element(tail.begin(), tail.end());
  const double last = Median(tail);
  const double highest = *std::max_element(smooth.begin(), smooth.end());
  if (last < kComesBack * highest && last < kBeyondRecovery * first) return std::nullopt;

  const bool above_first = last >= limits.over_first * first && tail_low >= kStaysAbove * first;
  const double kept = lowest + limits.gain_lost * (first - lowest);
  const bool fell_and_rose = smooth.size() >= kFewestToFallAndRise &&
                             last >= limits.over_lowest * lowest && tail_low >= kept &&
                             tail_low >= kStaysAbove * lowest &&
                             lowest_at < smooth.end() - static_cast<std::ptrdiff_t>(tail_size);
  if (!above_first && !fell_and_rose) return std::nullopt;
  if (last - lowest <= kNoiseFactor * Spread(finite)) return std::nullopt;
  const double limit = above_first ? kStaysAbove * first : std::max(kept, kStaysAbove * lowest);
  const std::size_t from = StaysAboveFrom(smooth, limit);
  // Back from the smoothed value to the first one of its part that is above.
  std::size_t start = from * values.size() / smooth.size();
  while (start + 1 < values.size() && !(values[start] >= limit)) ++start;
  return Divergence{.start = start, .first = first, .lowest = lowest, .last = last};
}

bool FallsSteadily(std::span<const double> values) {
  constexpr double kShare = 0.9;  // noise alone falls at half of them
  std::size_t falls = 0;
  for (std::size_t i = 1; i < values.size(); ++i) falls += values[i] < values[i - 1];
  return values.size() > 1 &&
         static_cast<double>(falls) >= kShare * static_cast<double>(values.size() - 1);
}

std::optional<FlatLoss> FindFlatLoss(std::span<const double> values, double share) {
  const FiniteValues held(values);
  const std::span<const double> finite = *held;
  if (finite.size() < kFewestPoints || finite.size() != values.size()) return std::nullopt;
  const std::vector<double> smooth = Smoothed(finite);
  FlatLoss flat{.first = smooth.front(),
                .lowest = *std::min_element(smooth.begin(), smooth.end()),
                .last = CurveEnds(finite, 0.2).last};
  const double drop = share * flat.first;
  if (!(flat.lowest > 0) || flat.first - flat.lowest > drop) return std::nullopt;
  // Smoothing hides a fall that was over at the second value.
  constexpr double kFellAtOnce = 1.5;
  if (finite.front() >= kFellAtOnce * flat.first) return std::nullopt;
  constexpr double kDecimals = 1e4;
  flat.frozen = std::all_of(finite.begin(), finite.end(),
                            [&](double value) { return value == finite.front(); }) &&
                std::floor(finite.front() * kDecimals) != finite.front() * kDecimals;
  // Standard error of a median of the points behind one smoothed value.
  const double points = static_cast<double>(finite.size()) / static_cast<double>(smooth.size());
  const double noise = Spread(finite) / std::sqrt(std::max(points, 3.0));
  return noise > drop ? std::nullopt : std::optional<FlatLoss>(flat);
}

}  // namespace onnxcheck::facts
