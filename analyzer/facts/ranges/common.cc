#include "analyzer/facts/ranges/common.h"

#include <algorithm>
#include <cmath>

namespace onnxcheck::facts {
namespace {

// 0 where a factor is 0, also for a bound without limit.
double Times(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }

// Error of n additions, relative to the sum of the magnitudes (Higham, Accuracy
// and Stability of Numerical Algorithms, 4.2). Kernels add by blocks, in
// several lanes or pairwise, so that long sums do not lose all that n allows.
double AddingError(double count, ir::ElementType type) {
  constexpr double kMost = 0x1p-7;
  return std::min(2 * EpsilonOfType(type) + Times(count, AccumulatorEpsilon(type)), kMost);
}

// Row-major elements of `dims`: the index on `axis` of each in turn.
bool AddUp(const std::vector<double>& elements, const std::vector<std::int64_t>& dims,
           std::size_t axis, UnitSums* sums) {
  double inner = 1;
  for (std::size_t i = axis + 1; i < dims.size(); ++i) inner *= static_cast<double>(dims[i]);
  const auto length = static_cast<double>(dims[axis]);
  // Of a damaged tensor, the dims may promise more than there is.
  if (!(inner * length >= 1 && inner * length <= static_cast<double>(elements.size())))
    return false;
  const auto stride = static_cast<std::size_t>(inner);
  const auto units = static_cast<std::size_t>(length);
  sums->positive.assign(units, 0);
  sums->negative.assign(units, 0);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (!std::isfinite(elements[i])) return false;
    auto& side = elements[i] > 0 ? sums->positive : sums->negative;
    side[i / stride % units] += elements[i];
  }
  return true;
}

std::optional<std::vector<std::int64_t>> FixedDims(const std::vector<ir::Dimension>* shape) {
  if (shape == nullptr) return std::nullopt;
  std::vector<std::int64_t> dims;
  for (const ir::Dimension& dimension : *shape) {
    if (!dimension.size || *dimension.size < 0) return std::nullopt;
    dims.push_back(*dimension.size);
  }
  return dims;
}

}  // namespace

Interval Whole(double low, double high) {
  Interval range = Between(low, high);
  range.integer = true;
  return range;
}

Interval IndexBelow(std::optional<double> length) {
  const double most = length.value_or(kLongestAxis);
  return most < 1 ? NoElement() : Whole(0, most - 1);
}

bool MayBeInfinite(const Interval& x) {
  return !IsEmpty(x) && (std::isinf(x.low) || std::isinf(x.high));
}

double MagnitudeOf(const Interval& x) {
  return IsEmpty(x) ? 0 : std::max(std::abs(x.low), std::abs(x.high));
}

Interval Clamp(const Interval& x, double low, double high) {
  if (IsEmpty(x)) return x;
  Interval clamped = x;
  clamped.low = std::clamp(x.low, low, high);
  clamped.high = std::clamp(x.high, low, high);
  const auto whole = [](double bound) { return std::floor(bound) == bound; };
  clamped.integer = x.integer && whole(low) && whole(high);
  clamped.nonzero = x.nonzero && low != 0 && high != 0;
  return clamped;
}

Interval PartBelow(const Interval& x, double bound) {
  Interval part = Intersect(x, Between(-kInfinity, bound));
  part.nan = x.nan;
  return part;
}

Interval PartAbove(const Interval& x, double bound) {
  Interval part = Intersect(x, Between(bound, kInfinity));
  part.nan = x.nan;
  return part;
}

Interval Loosen(const Interval& x, double error) {
  if (IsEmpty(x)) return x;
  Interval loose = x;
  loose.low -= error;
  loose.high += error;
  loose.integer = false;
  loose.nonzero = false;
  return loose;
}

Interval LoosenWithinSign(const Interval& x, double error) {
  if (IsEmpty(x)) return x;
  Interval loose = Loosen(x, error);
  if (x.low >= 0) loose.low = std::max(loose.low, 0.0);
  if (x.high <= 0) loose.high = std::min(loose.high, 0.0);
  return loose;
}

double AccumulatorEpsilon(ir::ElementType type) {
  if (!IsFloatingType(type) && type != ir::ElementType::kUndefined) return 0;
  return type == ir::ElementType::kDouble ? 0x1p-52 : 0x1p-23;
}

Interval SumOfTerms(const Interval& terms, const Terms& count, ir::ElementType type) {
  Interval sum = SumOf(terms, count.least, count.most);
  if (IsEmpty(sum)) return sum;
  const double largest = LargestOfType(type);
  if (IsFloatingType(type) && sum.high > largest && sum.low < -largest && count.most > 1) {
    sum.nan = true;
  }
  // Adding is monotonic: extreme sums are those of extreme terms of one sign.
  const auto moved = [&](double bound, double term, double direction) {
    const double terms_added = (term < 0) == (direction < 0) ? count.most : count.least;
    return terms_added <= 1 ? bound
                            : bound + direction * std::abs(bound) * AddingError(terms_added, type);
  };
  if (std::isfinite(sum.low)) sum.low = moved(sum.low, terms.low, -1);
  if (std::isfinite(sum.high)) sum.high = moved(sum.high, terms.high, 1);
  return sum;
}

Interval MeanOfTerms(const Interval& terms, const Terms& count, ir::ElementType type) {
  Interval mean = terms;
  mean.integer = false;
  mean.nonzero = false;
  if (count.most == 0) return Point(std::nan(""));
  if (count.least == 0) mean.nan = true;
  if (IsIntegerType(type)) return mean;
  const Interval sum = SumOfTerms(terms, count, type);
  mean.nan = mean.nan || sum.nan;
  const double largest = LargestOfType(type);
  if (sum.high > largest) mean.high = kInfinity;
  if (sum.low < -largest) mean.low = -kInfinity;
  const double error = count.most <= 1 ? 0 : AddingError(count.most, type);
  if (std::isfinite(mean.low)) mean.low -= error * std::abs(mean.low);
  if (std::isfinite(mean.high)) mean.high += error * std::abs(mean.high);
  return mean;
}

std::optional<double> AxisLength(const Call& call, std::size_t input, std::int64_t axis) {
  const auto* shape = call.Shape(input);
  if (shape == nullptr) return std::nullopt;
  if (axis < 0) axis += static_cast<std::int64_t>(shape->size());
  if (axis < 0 || axis >= static_cast<std::int64_t>(shape->size())) return std::nullopt;
  const auto& size = (*shape)[static_cast<std::size_t>(axis)].size;
  if (!size || *size < 0) return std::nullopt;
  return static_cast<double>(*size);
}

Terms TermsOver(const std::vector<ir::Dimension>* shape, std::int64_t first, std::int64_t last) {
  if (shape == nullptr) return {};
  const auto rank = static_cast<std::int64_t>(shape->size());
  if (first < 0) first += rank;
  last = std::min(last, rank);
  if (first < 0) return {};
  Terms terms{1, 1};
  for (std::int64_t axis = first; axis < last; ++axis) {
    const auto& size = (*shape)[static_cast<std::size_t>(axis)].size;
    const bool known = size && *size >= 0;
    terms.least = Times(terms.least, known ? static_cast<double>(*size) : 1);
    terms.most = Times(terms.most, known ? static_cast<double>(*size) : kInfinity);
  }
  if (terms.least == 0) terms.most = 0;
  return terms;
}

Terms TermsFrom(const Call& call, std::size_t input, std::int64_t first) {
  const auto* shape = call.Shape(input);
  return shape == nullptr ? Terms{}
                          : TermsOver(shape, first, static_cast<std::int64_t>(shape->size()));
}

std::optional<std::size_t> RankOf(const Call& call, std::size_t input) {
  const auto* shape = call.Shape(input);
  return shape == nullptr ? std::nullopt : std::optional(shape->size());
}

std::optional<UnitSums> UnitsOf(const Call& call, std::size_t input, std::size_t axis) {
  UnitSums sums;
  if (const auto* elements = call.Elements(input)) {
    const auto dims = FixedDims(call.Shape(input));
    if (!dims || axis >= dims->size() || elements->empty()) return std::nullopt;
    if (!AddUp(*elements, *dims, axis, &sums)) return std::nullopt;
    return sums;
  }
  const ir::TensorStatistics* statistics = call.Statistics(input);
  if (statistics == nullptr || statistics->nan > 0 || statistics->infinite > 0) return std::nullopt;
  for (const ir::TensorStatistics::Slices& slices : statistics->slices) {
    if (slices.axis != axis || slices.positive.empty()) continue;
    sums.positive.assign(slices.positive.begin(), slices.positive.end());
    sums.negative.assign(slices.negative.begin(), slices.negative.end());
    sums.error = 1e-6;  // they are kept in single precision
    return sums;
  }
  return std::nullopt;
}

Interval WeightedSum(const Interval& x, const UnitSums& units, const Terms& count,
                     ir::ElementType type) {
  Interval hull = NoElement();
  hull.nan = x.nan;
  if (IsEmpty(x)) return Join(hull, Point(0));
  const double largest = LargestOfType(type);
  // Of adding here and in the kernel.
  const double error = AddingError(count.most, type) + 0x1p-48 + units.error;
  for (std::size_t i = 0; i < units.positive.size() && i < units.negative.size(); ++i) {
    const double up = units.positive[i];
    const double down = units.negative[i];
    // What the terms above 0 and those below can come to at most.
    const double above = Times(up, std::max(x.high, 0.0)) + Times(down, std::min(x.low, 0.0));
    const double below = Times(up, std::min(x.low, 0.0)) + Times(down, std::max(x.high, 0.0));
    if (!std::isfinite(above) || !std::isfinite(below)) return Interval();
    const double low = Times(up, x.low) + Times(down, x.high);
    const double high = Times(up, x.high) + Times(down, x.low);
    Interval unit = Loosen(Between(low, high), error * Times(up - down, MagnitudeOf(x)));
    if (below == 0) unit.low = std::max(unit.low, 0.0);
    if (above == 0) unit.high = std::min(unit.high, 0.0);
    unit.nan = IsFloatingType(type) && above > largest && below < -largest;
    hull = Join(hull, unit);
  }
  hull.nonzero = false;  // what is near 0 may be rounded to it
  return hull;
}

Interval AddBias(const Interval& sum, const Interval& bias, const Terms& count,
                 ir::ElementType type) {
  const Interval total = Add(sum, bias);
  const double error = AddingError(count.most + 1, type) * MagnitudeOf(bias) +
                       2 * AccumulatorEpsilon(type) * MagnitudeOf(sum);
  if (!std::isfinite(error) || IsEmpty(total)) return total;
  const bool one_sign = (sum.low >= 0 && bias.low >= 0) || (sum.high <= 0 && bias.high <= 0);
  return one_sign ? LoosenWithinSign(total, error) : Loosen(total, error);
}

}  // namespace onnxcheck::facts
