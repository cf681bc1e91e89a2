#include "analyzer/facts/curves.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

#include "absl/strings/str_format.h"

namespace onnxcheck::facts {
namespace {

// `at(i)`, i below `count`, or of many an even sample; those that are finite.
template <typename At>
std::vector<double> Sample(std::size_t count, At at) {
  const std::size_t taken = count > 2 * kSampleOfMedian ? kSampleOfMedian : count;
  std::vector<double> sample;
  sample.reserve(taken);
  for (std::size_t i = 0; i < taken; ++i) {
    const double value = at(taken == count ? i : i * count / taken);
    if (std::isfinite(value)) sample.push_back(value);
  }
  return sample;
}

double MedianOf(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return std::midpoint(*std::max_element(values.begin(), middle), *middle);
}

}  // namespace

std::vector<Curve> SplitIntoCurves(const ir::Log& log) {
  const std::size_t segments = std::max<std::size_t>(log.segments.size(), 1);
  std::vector<std::vector<Curve>> by_segment(segments);
  for (const ir::Series& series : log.series) {
    const ir::Column<std::uint32_t>& line = series.at->line;
    auto begin = line.begin();
    for (std::size_t i = 0; i < segments && begin != line.end(); ++i) {
      // Up to the next segment, so that no point is lost between two.
      const auto end = i + 1 < segments
                           ? std::lower_bound(begin, line.end(), log.segments[i + 1].first_line)
                           : line.end();
      if (begin == end) continue;
      const auto first = static_cast<std::size_t>(begin - line.begin());
      const auto count = static_cast<std::size_t>(end - begin);
      by_segment[i].push_back({&log,
                               &series,
                               i,
                               {line, first, count},
                               {series.at->step, first, count},
                               {series.at->epoch, first, count},
                               std::span(series.value).subspan(first, count)});
      begin = end;
    }
  }
  std::vector<Curve> all;
  for (std::vector<Curve>& curves : by_segment) {
    std::move(curves.begin(), curves.end(), std::back_inserter(all));
  }
  return all;
}

ir::Location PointLocation(const Curve& curve, std::size_t index) {
  ir::Location location = ir::LineLocation(*curve.log, curve.line[index]);
  location.logical = curve.series->name;
  const double step = curve.step[index];
  const double epoch = curve.epoch[index];
  const bool by_epoch = std::isfinite(epoch) && (curve.series->per_epoch || !std::isfinite(step));
  if (by_epoch) {
    absl::StrAppendFormat(&location.logical, "@epoch=%.15g", epoch);
  } else if (std::isfinite(step)) {
    absl::StrAppendFormat(&location.logical, "@step=%.15g", step);
  }
  return location;
}

std::optional<std::size_t> FirstNonfinite(const Curve& curve) {
  const auto found = std::find_if(curve.value.begin(), curve.value.end(),
                                  [](double value) { return !std::isfinite(value); });
  if (found == curve.value.end()) return std::nullopt;
  return static_cast<std::size_t>(found - curve.value.begin());
}

FiniteValues::FiniteValues(std::span<const double> values) : finite_(values) {
  const auto finite = [](double value) { return std::isfinite(value); };
  if (std::all_of(values.begin(), values.end(), finite)) return;
  std::copy_if(values.begin(), values.end(), std::back_inserter(copied_), finite);
  finite_ = copied_;
}

double Median(std::span<const double> values) {
  return MedianOf(Sample(values.size(), [&](std::size_t i) { return values[i]; }));
}

Ends CurveEnds(std::span<const double> values, double share) {
  const FiniteValues finite(values);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  if ((*finite).empty()) return {.first = kNan, .last = kNan};
  const auto points =
      static_cast<std::size_t>(static_cast<double>((*finite).size()) * std::clamp(share, 0.0, 0.5));
  const std::size_t taken = std::max<std::size_t>(points, 1);
  return {.first = Median((*finite).first(taken)), .last = Median((*finite).last(taken))};
}

double Spread(std::span<const double> values) {
  const FiniteValues held(values);
  const std::span<const double> finite = *held;
  if (finite.size() < 2) return finite.empty() ? std::numeric_limits<double>::quiet_NaN() : 0;
  std::vector<double> moves =
      Sample(finite.size() - 1, [&](std::size_t i) { return finite[i + 1] - finite[i]; });
  const double typical = MedianOf(moves);
  for (double& move : moves) move = std::abs(move - typical);
  return MedianOf(std::move(moves));
}

}  // namespace onnxcheck::facts
