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
  std::span<const std::uint32_t> line;
  std::span<const double> step;
  std::span<const double> epoch;
  std::span<const double> value;
};

// Every curve of the log, by segment, then by series.
std::vector<Curve> SplitIntoCurves(const ir::Log& log);

// "run.log:12", logical "val_loss@epoch=3".
ir::Location PointLocation(const Curve& curve, std::size_t index);

std::optional<std::size_t> FirstNonfinite(const Curve& curve);

// Median of the finite values; NaN for none.
double Median(std::span<const double> values);

// Values a curve starts and ends at: medians of its first and last `share`
// (0 to 0.5) of finite points, at least one point each. Robust against noise.
struct Ends {
  double first = 0;
  double last = 0;
  double spread = 0;  // median absolute deviation of successive differences
};
Ends CurveEnds(std::span<const double> values, double share);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_CURVES_H_
