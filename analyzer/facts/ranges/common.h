// What the transfer functions of several families need.
#ifndef ONNXCHECK_ANALYZER_FACTS_RANGES_COMMON_H_
#define ONNXCHECK_ANALYZER_FACTS_RANGES_COMMON_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/facts/interval.h"
#include "analyzer/facts/range_operators.h"

namespace onnxcheck::facts {

// Units by which a float kernel of exp, log and the like may be off: those of
// the vendors' libraries state up to 4.
inline constexpr double kKernelUnits = 4;

// Axes longer than this occur in no model: kernels index them with 32 bits.
inline constexpr double kLongestAxis = 2147483647;
// Nor do tensors of more elements: addresses have 48 bits.
inline constexpr double kLargestTensor = 0x1p48;

// How many numbers are combined into one. An axis whose length is not known
// counts as one or more: with none there is no element that could go wrong.
struct Terms {
  double least = 1;
  double most = kInfinity;
};

// Whole numbers from `low` to `high`.
Interval Whole(double low, double high);
// Indices into an axis of that length.
Interval IndexBelow(std::optional<double> length);

bool MayBeInfinite(const Interval& x);
// Largest absolute value; 0 where there is no number.
double MagnitudeOf(const Interval& x);

// min(max(x, low), high).
Interval Clamp(const Interval& x, double low, double high);
// The part of x at or below (above) the bound; whether NaN occurs is kept.
Interval PartBelow(const Interval& x, double bound);
Interval PartAbove(const Interval& x, double bound);
// Bounds moved outward by an absolute error; past 0, too.
Interval Loosen(const Interval& x, double error);
// The same, but not past 0.
Interval LoosenWithinSign(const Interval& x, double error);

// Resolution at which sums are accumulated: kernels add half and smaller types
// in single precision.
double AccumulatorEpsilon(ir::ElementType type);

// Sums of that many numbers from `terms`, added in any order in the precision
// of `type`: with the error of adding, and NaN where sums may overflow to both sides.
Interval SumOfTerms(const Interval& terms, const Terms& count, ir::ElementType type);
// Their means; NaN for a count of 0.
Interval MeanOfTerms(const Interval& terms, const Terms& count, ir::ElementType type);

// Length of an axis (negative: from the end) of the input.
std::optional<double> AxisLength(const Call& call, std::size_t input, std::int64_t axis);
// Number of elements over the axes from `first` (inclusive, negative: from the
// end) to `last` (exclusive) of the input's shape.
Terms TermsOver(const std::vector<ir::Dimension>* shape, std::int64_t first, std::int64_t last);
Terms TermsFrom(const Call& call, std::size_t input, std::int64_t first);

// Rank of the input; absent where unknown.
std::optional<std::size_t> RankOf(const Call& call, std::size_t input);

// Sums over each unit of a weight: what its elements above and below 0 add up to.
struct UnitSums {
  std::vector<double> positive;
  std::vector<double> negative;
  double error = 0;  // of each sum, relative to its magnitude
};

// Of the input's slices along the axis; nothing where the elements are not
// known, or are not all finite.
std::optional<UnitSums> UnitsOf(const Call& call, std::size_t input, std::size_t axis);

// Sum over `count` products of a number from x and an element of the weight, for all units.
Interval WeightedSum(const Interval& x, const UnitSums& units, const Terms& count,
                     ir::ElementType type);

// A sum of so many terms and a bias, which a kernel may start from: the error
// of adding is then one of both.
Interval AddBias(const Interval& sum, const Interval& bias, const Terms& count,
                 ir::ElementType type);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_RANGES_COMMON_H_
