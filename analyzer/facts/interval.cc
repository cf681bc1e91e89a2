#include "analyzer/facts/interval.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace onnxcheck::facts {
namespace {

double Down(double value) { return std::nextafter(value, -kInfinity); }
double Up(double value) { return std::nextafter(value, kInfinity); }

// A rounded result and the sign of what rounding took away from it.
struct Rounded {
  double value = 0;
  double error = 0;  // exact result minus value; only its sign counts
};

// Finite operands whose result overflowed lie above (below) the largest number.
Rounded OfOverflow(double value) { return {value, value > 0 ? -1.0 : 1.0}; }

Rounded SumRounded(double a, double b) {
  const double sum = a + b;
  if (!std::isfinite(a) || !std::isfinite(b)) return {sum, 0};
  if (!std::isfinite(sum)) return OfOverflow(sum);
  // Knuth's TwoSum.
  const double other = sum - a;
  return {sum, (a - (sum - other)) + (b - other)};
}

Rounded ProductRounded(double a, double b) {
  const double product = a * b;
  if (!std::isfinite(a) || !std::isfinite(b)) return {product, 0};
  if (!std::isfinite(product)) return OfOverflow(product);
  const double error = std::fma(a, b, -product);
  // The error of a product near the subnormals is itself rounded away.
  if (error == 0 && std::abs(product) < 1e-290 && a != 0 && b != 0) {
    return {product, (a > 0) == (b > 0) ? 1.0 : -1.0};
  }
  return {product, error};
}

Rounded QuotientRounded(double a, double b) {
  const double quotient = a / b;
  if (!std::isfinite(a) || !std::isfinite(b) || b == 0) return {quotient, 0};
  if (!std::isfinite(quotient)) return OfOverflow(quotient);
  const double rest = std::fma(-quotient, b, a);
  if (rest == 0 && (std::abs(quotient) < 1e-290 || std::abs(a) < 1e-290) && a != 0) {
    return {quotient, (a > 0) == (b > 0) ? 1.0 : -1.0};
  }
  return {quotient, b > 0 ? rest : -rest};
}

double LowBound(Rounded rounded) { return rounded.error < 0 ? Down(rounded.value) : rounded.value; }
double HighBound(Rounded rounded) { return rounded.error > 0 ? Up(rounded.value) : rounded.value; }

bool MayBeInfinite(const Interval& x) {
  return !IsEmpty(x) && (std::isinf(x.low) || std::isinf(x.high));
}

// Adds the candidates of the corners; one that is NaN (0 * inf, inf / inf)
// marks the result and stands for its limits, which the caller adds.
struct Hull {
  Interval interval = NoElement();
  void Take(Rounded rounded) {
    if (std::isnan(rounded.value)) {
      interval.nan = true;
      return;
    }
    interval.low = std::min(interval.low, LowBound(rounded));
    interval.high = std::max(interval.high, HighBound(rounded));
  }
};

}  // namespace

Interval Between(double low, double high) {
  return {.low = low, .high = high, .nan = false, .integer = false, .nonzero = false};
}

Interval Point(double value) {
  if (std::isnan(value)) {
    Interval only_nan = NoElement();
    only_nan.nan = true;
    return only_nan;
  }
  Interval point = Between(value, value);
  point.integer = std::floor(value) == value;
  return point;
}

Interval NoElement() { return Between(kInfinity, -kInfinity); }

Interval HullOf(std::span<const double> elements) {
  Interval hull = NoElement();
  hull.integer = true;
  hull.nonzero = true;
  for (const double element : elements) {
    if (std::isnan(element)) {
      hull.nan = true;
      continue;
    }
    hull.low = std::min(hull.low, element);
    hull.high = std::max(hull.high, element);
    hull.integer = hull.integer && std::floor(element) == element;
    hull.nonzero = hull.nonzero && element != 0;
  }
  return hull;
}

bool IsEmpty(const Interval& x) { return x.low > x.high; }
bool IsPoint(const Interval& x) { return x.low == x.high && !x.nan; }
bool IsBounded(const Interval& x) {
  return IsEmpty(x) || (std::isfinite(x.low) && std::isfinite(x.high));
}

bool Contains(const Interval& x, double value) {
  if (std::isnan(value)) return x.nan;
  if (value == 0 && x.nonzero) return false;
  if (x.integer && std::floor(value) != value) return false;
  return x.low <= value && value <= x.high;
}

bool MayBeZero(const Interval& x) { return Contains(x, 0); }

bool Encloses(const Interval& outer, const Interval& inner) {
  if (inner.nan && !outer.nan) return false;
  if (IsEmpty(inner)) return true;
  if (outer.integer && !inner.integer) return false;
  if (outer.nonzero && MayBeZero(inner)) return false;
  return outer.low <= inner.low && inner.high <= outer.high;
}

Interval Join(const Interval& a, const Interval& b) {
  const bool nan = a.nan || b.nan;
  if (IsEmpty(a) || IsEmpty(b)) {
    Interval other = IsEmpty(a) ? b : a;
    other.nan = nan;
    return other;
  }
  return {.low = std::min(a.low, b.low),
          .high = std::max(a.high, b.high),
          .nan = nan,
          .integer = a.integer && b.integer,
          .nonzero = !MayBeZero(a) && !MayBeZero(b)};
}

Interval Intersect(const Interval& a, const Interval& b) {
  return {.low = std::max(a.low, b.low),
          .high = std::min(a.high, b.high),
          .nan = a.nan && b.nan,
          .integer = a.integer || b.integer,
          .nonzero = a.nonzero || b.nonzero};
}

Interval Widen(const Interval& before, const Interval& after) {
  // Where loops most often stop: signs, probabilities, what a 32-bit counter or
  // a float can hold.
  static constexpr std::array<double, 4> kLandmarks = {0, 1, 2147483647.0, 0x1.fffffep127};
  Interval wide = Join(before, after);
  if (IsEmpty(before) || IsEmpty(wide)) return wide;
  if (wide.high > before.high) {
    double bound = kInfinity;
    for (const double mark : kLandmarks) {
      if (mark >= wide.high) bound = std::min(bound, mark);
      if (-mark >= wide.high) bound = std::min(bound, -mark);
    }
    wide.high = bound;
  }
  if (wide.low < before.low) {
    double bound = -kInfinity;
    for (const double mark : kLandmarks) {
      if (mark <= wide.low) bound = std::max(bound, mark);
      if (-mark <= wide.low) bound = std::max(bound, -mark);
    }
    wide.low = bound;
  }
  return wide;
}

Interval Negate(const Interval& x) {
  Interval negated = x;
  negated.low = -x.high;
  negated.high = -x.low;
  return negated;
}

Interval Absolute(const Interval& x) {
  if (IsEmpty(x) || x.low >= 0) return x;
  if (x.high <= 0) return Negate(x);
  Interval magnitude = x;
  magnitude.low = 0;
  magnitude.high = std::max(-x.low, x.high);
  return magnitude;
}

Interval Add(const Interval& a, const Interval& b) {
  Interval sum = NoElement();
  sum.nan = a.nan || b.nan;
  if (IsEmpty(a) || IsEmpty(b)) return sum;
  sum.integer = a.integer && b.integer;
  const Rounded low = SumRounded(a.low, b.low);
  const Rounded high = SumRounded(a.high, b.high);
  // inf - inf: with one infinite bound on each side, in opposite directions.
  if ((a.low == -kInfinity && b.high == kInfinity) ||
      (a.high == kInfinity && b.low == -kInfinity)) {
    sum.nan = true;
  }
  sum.low = std::isnan(low.value) ? -kInfinity : LowBound(low);
  sum.high = std::isnan(high.value) ? kInfinity : HighBound(high);
  return sum;
}

Interval Subtract(const Interval& a, const Interval& b) { return Add(a, Negate(b)); }

Interval Multiply(const Interval& a, const Interval& b) {
  Hull hull;
  hull.interval.nan = a.nan || b.nan;
  if (IsEmpty(a) || IsEmpty(b)) return hull.interval;
  for (const double x : {a.low, a.high}) {
    for (const double y : {b.low, b.high}) {
      // 0 times a number that grows without bound is 0; times infinity, NaN.
      const bool undefined = (x == 0 && std::isinf(y)) || (y == 0 && std::isinf(x));
      hull.Take(undefined ? Rounded{0, 0} : ProductRounded(x, y));
    }
  }
  Interval product = hull.interval;
  if ((MayBeInfinite(a) && MayBeZero(b)) || (MayBeInfinite(b) && MayBeZero(a))) product.nan = true;
  product.integer = a.integer && b.integer;
  // A product of numbers other than 0 may underflow unless both are whole.
  product.nonzero = product.integer && !MayBeZero(a) && !MayBeZero(b);
  return product;
}

Interval Divide(const Interval& a, const Interval& b) {
  Hull hull;
  hull.interval.nan = a.nan || b.nan;
  if (IsEmpty(a) || IsEmpty(b)) return hull.interval;
  if (MayBeInfinite(a) && MayBeInfinite(b)) hull.interval.nan = true;
  if (MayBeZero(a) && MayBeZero(b)) hull.interval.nan = true;
  const bool crosses = b.low < 0 && b.high > 0;
  if (crosses || (MayBeZero(b) && (b.low == 0 || b.high == 0))) {
    // Near 0 the quotient grows without bound, and 0 itself has two signs.
    const bool both = crosses || MayBeZero(b);
    hull.interval.low = both || a.low < 0 ? -kInfinity : 0;
    hull.interval.high = both || a.high > 0 ? kInfinity : 0;
    return hull.interval;
  }
  for (const double x : {a.low, a.high}) {
    for (double y : {b.low, b.high}) {
      if (y == 0) {  // approached from one side, never reached
        const double sign = b.high > 0 ? 1 : -1;
        hull.Take({x == 0 ? 0 : x * sign * kInfinity, 0});
      } else if (std::isinf(x) && std::isinf(y)) {
        hull.Take({0, 0});
        hull.Take({(x > 0) == (y > 0) ? kInfinity : -kInfinity, 0});
      } else {
        hull.Take(QuotientRounded(x, y));
      }
    }
  }
  return hull.interval;
}

Interval Minimum(const Interval& a, const Interval& b) {
  Interval least = NoElement();
  least.nan = a.nan || b.nan;
  if (IsEmpty(a) || IsEmpty(b)) return least;
  least.low = std::min(a.low, b.low);
  least.high = std::min(a.high, b.high);
  least.integer = a.integer && b.integer;
  least.nonzero = !MayBeZero(a) && !MayBeZero(b);
  return least;
}

Interval Maximum(const Interval& a, const Interval& b) {
  return Negate(Minimum(Negate(a), Negate(b)));
}

Interval Square(const Interval& x) {
  const Interval magnitude = Absolute(x);
  Interval square = Multiply(magnitude, magnitude);
  square.nan = x.nan;
  return square;
}

Interval SquareRoot(const Interval& x) {
  Interval root = NoElement();
  root.nan = x.nan || x.low < 0;
  if (IsEmpty(x) || x.high < 0) return root;
  const double low = std::max(x.low, 0.0);
  const auto rounded = [](double value) {
    const double result = std::sqrt(value);
    if (!std::isfinite(result) || result == 0) return Rounded{result, 0};
    return Rounded{result, std::fma(-result, result, value)};
  };
  root.low = LowBound(rounded(low));
  root.high = HighBound(rounded(x.high));
  root.nonzero = x.nonzero && x.low >= 0;
  return root;
}

Interval SumOf(const Interval& x, double least, double most) {
  Interval sum = NoElement();
  sum.nan = x.nan;
  if (IsEmpty(x)) return least > 0 ? sum : Join(sum, Point(0));
  const Interval fewest = Multiply(x, Point(least));
  const Interval largest = Multiply(x, Point(most));
  sum = Join(fewest, largest);
  if (x.low == -kInfinity && x.high == kInfinity && most > 1) sum.nan = true;
  if (std::isfinite(x.low) && std::isfinite(x.high)) sum.nan = x.nan;
  sum.integer = x.integer;
  sum.nonzero = false;
  return sum;
}

Interval Increasing(double (*f)(double), const Interval& x) {
  Interval result = NoElement();
  result.nan = x.nan;
  if (IsEmpty(x)) return result;
  result.low = f(x.low);
  result.high = f(x.high);
  return result;
}

Interval Decreasing(double (*f)(double), const Interval& x) {
  Interval result = NoElement();
  result.nan = x.nan;
  if (IsEmpty(x)) return result;
  result.low = f(x.high);
  result.high = f(x.low);
  return result;
}

}  // namespace onnxcheck::facts
