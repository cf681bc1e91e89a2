// Curves: a log's series cut at its segments, and what can be read off them.
#ifndef ONNXCHECK_ANALYZER_FACTS_CURVES_H_
#define ONNXCHECK_ANALYZER_FACTS_CURVES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/ir/log.h"

namespace onnxcheck::facts {

// One series within one segment of one log: a part of its columns, which must outlive it.
struct Curve {
  const ir::Log* log = nullptr;
  const ir::Series* series = nullptr;
  std::size_t segment = 0;
  ir::Column<std::uint32_t>::Part line;
  ir::Column<double>::Part step;
  ir::Column<double>::Part epoch;
  std::span<const double> value;
};

// Every curve of the log, by segment, then by series.
std::vector<Curve> SplitIntoCurves(const ir::Log& log);

// "run.log:12", logical "val_loss@epoch=3".
ir::Location PointLocation(const Curve& curve, std::size_t index);

std::optional<std::size_t> FirstNonfinite(const Curve& curve);

// The finite ones of some values, which must outlive it: all of them without a copy, if they are.
class FiniteValues {
 public:
  explicit FiniteValues(std::span<const double> values);
  FiniteValues(const FiniteValues&) = delete;
  FiniteValues& operator=(const FiniteValues&) = delete;
  std::span<const double> operator*() const { return finite_; }

 private:
  std::vector<double> copied_;
  std::span<const double> finite_;
};

// Of more values than twice this, medians are those of so many, evenly spaced: their standard error
// is then 0.5 % of the values' standard deviation (1.25 / sqrt(n); Kendall and Stuart, volume 1).
inline constexpr std::size_t kSampleOfMedian = std::size_t{1} << 16;

// Median of the finite values; NaN for none.
double Median(std::span<const double> values);

// Values a curve starts and ends at: medians of its first and last `share`
// (0 to 0.5) of finite points, at least one point each. Robust against noise.
struct Ends {
  double first = 0;
  double last = 0;
};
Ends CurveEnds(std::span<const double> values, double share);
// Noise from point to point: median absolute deviation of the differences of successive finite
// values; 0 for a single one, NaN for none.
double Spread(std::span<const double> values);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_CURVES_H_
