#include "analyzer/facts/interleaving.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace onnxcheck::facts {
namespace {

using Counter = std::pair<double, double>;  // epoch, step

// One counter that only goes up, as a single writer leaves it.
struct Writer {
  Counter last;
  std::size_t points = 0;
  std::size_t first = 0;  // index of its first point
  std::size_t end = 0;    // index of its last point
};

constexpr std::size_t kMostWriters = 16;

// Gives each point to the writer whose counter is the highest below it; empty if a point has no
// counter or there are too many writers.
std::vector<Writer> SplitByCounter(const ir::Series& series) {
  std::vector<Writer> writers;
  for (std::size_t i = 0; i < series.value.size(); ++i) {
    if (!std::isfinite(series.at->step[i])) return {};
    const Counter here{std::isfinite(series.at->epoch[i]) ? series.at->epoch[i] : 0,
                       series.at->step[i]};
    Writer* best = nullptr;
    for (Writer& writer : writers) {
      if (writer.last < here && (best == nullptr || best->last < writer.last)) best = &writer;
    }
    if (best == nullptr) {
      if (writers.size() == kMostWriters) return {};
      best = &writers.emplace_back();
      best->first = i;
    }
    best->last = here;
    best->end = i;
    ++best->points;
  }
  return writers;
}

// Equal values at equal counters are records written twice, not two writers.
double ShareOfTwins(const ir::Series& series) {
  double twins = 0;
  for (std::size_t i = 1; i < series.value.size(); ++i) {
    twins += series.at->step[i] == series.at->step[i - 1] && series.value[i] == series.value[i - 1];
  }
  return twins / static_cast<double>(series.value.size());
}

}  // namespace

std::optional<Interleaving> FindInterleaving(const ir::Series& series,
                                             const InterleavingLimits& limits) {
  const auto points = static_cast<double>(series.value.size());
  if (points < 2 * limits.min_points) return std::nullopt;
  const std::vector<Writer> writers = SplitByCounter(series);
  if (writers.size() < 2) return std::nullopt;
  const auto even = points / static_cast<double>(writers.size());
  for (const Writer& writer : writers) {
    const auto own = static_cast<double>(writer.points);
    if (own < limits.min_points || own < limits.share * even) return std::nullopt;
    if (static_cast<double>(writer.first) > (1 - limits.share) * points / 2) return std::nullopt;
    if (static_cast<double>(writer.end) < (1 + limits.share) * points / 2) return std::nullopt;
  }
  constexpr double kMostTwins = 0.1;
  if (ShareOfTwins(series) > kMostTwins) return std::nullopt;
  return Interleaving{writers.size(), writers[1].first};
}

bool IsInterleaved(const ir::Log& log) {
  return std::any_of(log.series.begin(), log.series.end(), [](const ir::Series& series) {
    return series.role == ir::Role::kTrainLoss && FindInterleaving(series, {}).has_value();
  });
}

}  // namespace onnxcheck::facts
