// Closed intervals over the extended reals, and arithmetic on them that never
// loses a value: the numbers an operator can give lie inside the result.
//
// Rounding. Bounds are doubles. Sums, products, quotients and square roots of
// bounds are rounded outward (by their exact error, so that a bound that is
// representable, such as 1 - 1 = 0, stays as it is). FitToType then moves each
// bound outward to the next number of the tensor's own type. Rounding to
// nearest is monotonic, so that this covers any correctly rounded kernel.
// Kernels that are not (exp, erf, sums over many terms) need Inexact on top.
#ifndef ONNXCHECK_ANALYZER_FACTS_INTERVAL_H_
#define ONNXCHECK_ANALYZER_FACTS_INTERVAL_H_

#include <limits>
#include <span>

#include "analyzer/ir/tensor.h"

namespace onnxcheck::facts {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The default is everything: any number, infinities and NaN. An infinite bound
// says that the number may be arbitrarily large or infinite itself. Empty (low
// above high) with nan set: nothing but NaN; without: no element at all.
struct Interval {
  double low = -kInfinity;
  double high = kInfinity;
  bool nan = true;       // NaN may occur
  bool integer = false;  // whole numbers (and infinities) only
  bool nonzero = false;  // 0 does not occur, though it may lie between the bounds

  bool operator==(const Interval&) const = default;
};

Interval Between(double low, double high);  // no NaN
Interval Point(double value);               // NaN: the empty interval with nan
Interval NoElement();                       // empty, no NaN
Interval HullOf(std::span<const double> elements);

bool IsEmpty(const Interval& x);
bool IsPoint(const Interval& x);    // exactly one number, never NaN
bool IsBounded(const Interval& x);  // both bounds finite (or empty)
bool Contains(const Interval& x, double value);
bool MayBeZero(const Interval& x);
// True when every number (and NaN) of `inner` is in `outer`.
bool Encloses(const Interval& outer, const Interval& inner);

Interval Join(const Interval& a, const Interval& b);
// What is in both; for two statements about the same numbers.
Interval Intersect(const Interval& a, const Interval& b);
// For fixpoints: a bound of `after` beyond that of `before` goes to the next of
// a few landmarks (0, 1 and the like), then to infinity; a chain of widenings
// is thus short. Encloses both.
Interval Widen(const Interval& before, const Interval& after);

Interval Negate(const Interval& x);
Interval Absolute(const Interval& x);
Interval Add(const Interval& a, const Interval& b);
Interval Subtract(const Interval& a, const Interval& b);
Interval Multiply(const Interval& a, const Interval& b);
Interval Divide(const Interval& a, const Interval& b);  // real division, x/0 included
Interval Minimum(const Interval& a, const Interval& b);
Interval Maximum(const Interval& a, const Interval& b);
Interval Square(const Interval& x);      // x * x of one and the same x
Interval SquareRoot(const Interval& x);  // NaN below 0
// Sum of `least` to `most` numbers from x, in any order and association.
Interval SumOf(const Interval& x, double least, double most);

// f applied to x, for f that never decreases (never increases) on the reals,
// infinities included; `nan` where f(x) is NaN for no number x.
Interval Increasing(double (*f)(double), const Interval& x);
Interval Decreasing(double (*f)(double), const Interval& x);

// The finite numbers of an element type; everything for types that hold none.
Interval NumbersOfType(ir::ElementType type);
bool IsFloatingType(ir::ElementType type);
bool IsIntegerType(ir::ElementType type);  // bool is none
// Distance from 1 to the next number: 2^-23 for float; 0 for integers.
double EpsilonOfType(ir::ElementType type);
double LargestOfType(ir::ElementType type);
double SmallestNormalOfType(ir::ElementType type);

// Bounds moved outward by `units` relative to the type's resolution, without
// passing 0: an error of a few units does not change a sign.
Interval Inexact(const Interval& x, ir::ElementType type, double units);
// The numbers of x as the type holds them: rounded outward; what is too large
// for a floating type is infinite, what is for an integer type may be any.
Interval FitToType(const Interval& x, ir::ElementType type);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_INTERVAL_H_
