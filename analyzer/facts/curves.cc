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

std::vector<double> Finite(std::span<const double> values) {
  std::vector<double> finite;
  finite.reserve(values.size());
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](double value) { return std::isfinite(value); });
  return finite;
}

double MedianOf(std::vector<double>& values) {
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
    const std::vector<std::uint32_t>& line = series.at->line;
    auto begin = line.begin();
    for (std::size_t i = 0; i < segments && begin != line.end(); ++i) {
      // Up to the next segment, so that no point is lost between two.
      const auto end = i + 1 < segments
                           ? std::lower_bound(begin, line.end(), log.segments[i + 1].first_line)
                           : line.end();
      if (begin == end) continue;
      const auto first = static_cast<std::size_t>(begin - line.begin());
      const auto count = static_cast<std::size_t>(end - begin);
      by_segment[i].push_back({&log, &series, i, std::span(line).subspan(first, count),
                               std::span(series.at->step).subspan(first, count),
                               std::span(series.at->epoch).subspan(first, count),
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

double Median(std::span<const double> values) {
  std::vector<double> finite = Finite(values);
  return MedianOf(finite);
}

Ends CurveEnds(std::span<const double> values, double share) {
  const std::vector<double> finite = Finite(values);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  if (finite.empty()) return {.first = kNan, .last = kNan, .spread = kNan};
  const auto points =
      static_cast<std::size_t>(static_cast<double>(finite.size()) * std::clamp(share, 0.0, 0.5));
  const std::size_t taken = std::max<std::size_t>(points, 1);
  Ends ends;
  ends.first = Median(std::span(finite).first(taken));
  ends.last = Median(std::span(finite).last(taken));
  std::vector<double> moves;
  for (std::size_t i = 1; i < finite.size(); ++i) moves.push_back(finite[i] - finite[i - 1]);
  if (moves.empty()) return ends;
  const double typical = Median(moves);
  for (double& move : moves) move = std::abs(move - typical);
  ends.spread = MedianOf(moves);
  return ends;
}

}  // namespace onnxcheck::facts
