// Functions of one number, and predicates.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "analyzer/facts/ranges/common.h"

namespace onnxcheck::facts {
namespace {

constexpr double kPi = std::numbers::pi;

template <Interval (*f)(const Interval&)>
void Exact(const Call& call, std::span<Interval> outputs) {
  outputs[0] = f(call.Range(0));
}

double ExpOf(double x) { return std::exp(x); }
double LogOf(double x) { return std::log(x); }
double AtanOf(double x) { return std::atan(x); }
double AsinOf(double x) { return std::asin(x); }
double AcosOf(double x) { return std::acos(x); }
double SinhOf(double x) { return std::sinh(x); }
double CoshOf(double x) { return std::cosh(x); }
double AsinhOf(double x) { return std::asinh(x); }
double AcoshOf(double x) { return std::acosh(x); }
double AtanhOf(double x) { return std::atanh(x); }
double ErfOf(double x) { return std::erf(x); }
double CeilOf(double x) { return std::ceil(x); }
double FloorOf(double x) { return std::floor(x); }
double RoundOf(double x) { return std::nearbyint(x); }
double SignOf(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

// A function that never decreases, defined everywhere.
template <double (*f)(double)>
void Rising(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Inexact(Increasing(f, call.Range(0)), call.OutputElement(0), kKernelUnits);
}

// One that never decreases and is defined from `low` to `high`: NaN elsewhere.
template <double (*f)(double), int low, int high>
void RisingWithin(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const Interval inside = PartBelow(PartAbove(x, low), high);
  outputs[0] = Inexact(Increasing(f, inside), call.OutputElement(0), kKernelUnits);
  outputs[0].nan = x.nan || (!IsEmpty(x) && (x.low < low || x.high > high));
}

template <double (*f)(double)>
void ToWhole(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Increasing(f, call.Range(0));
  outputs[0].integer = true;
}

void LogRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  outputs[0] = Inexact(Increasing(LogOf, PartAbove(x, 0)), call.OutputElement(0), kKernelUnits);
  outputs[0].nan = x.nan || (!IsEmpty(x) && x.low < 0);
}

void AcosRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  outputs[0] = Inexact(Decreasing(AcosOf, Clamp(x, -1, 1)), call.OutputElement(0), kKernelUnits);
  outputs[0].nan = x.nan || (!IsEmpty(x) && (x.low < -1 || x.high > 1));
}

void AcoshRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  outputs[0] = Inexact(Increasing(AcoshOf, PartAbove(x, 1)), call.OutputElement(0), kKernelUnits);
  outputs[0].nan = x.nan || (!IsEmpty(x) && x.low < 1);
}

void CoshRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] =
      Inexact(Increasing(CoshOf, Absolute(call.Range(0))), call.OutputElement(0), kKernelUnits);
}

void ErfRange(const Call& call, std::span<Interval> outputs) {
  Rising<ErfOf>(call, outputs);
  outputs[0] = Clamp(outputs[0], -1, 1);
}

// Beyond this, where a period begins is not known well enough.
constexpr double kLargestAngle = 1e6;
constexpr double kAngleError = 1e-9;

// True when low <= offset + k * period <= high for a whole k.
bool Hits(double low, double high, double offset, double period) {
  const double k = std::ceil((low - kAngleError - offset) / period);
  return offset + k * period <= high + kAngleError;
}

// A wave of period 2 pi between -1 and 1 with its crest and trough there.
void Wave(double (*f)(double), double crest, double trough, const Call& call, Interval* output) {
  const Interval x = call.Range(0);
  *output = NoElement();
  output->nan = x.nan || MayBeInfinite(x);
  if (IsEmpty(x)) return;
  output->low = -1;
  output->high = 1;
  if (!(MagnitudeOf(x) <= kLargestAngle)) return;
  const double error = std::max(kAngleError, kKernelUnits * EpsilonOfType(call.OutputElement(0)));
  if (!Hits(x.low, x.high, crest, 2 * kPi)) {
    output->high = std::min(1.0, std::max(f(x.low), f(x.high)) + error);
  }
  if (!Hits(x.low, x.high, trough, 2 * kPi)) {
    output->low = std::max(-1.0, std::min(f(x.low), f(x.high)) - error);
  }
}

void SinRange(const Call& call, std::span<Interval> outputs) {
  Wave([](double x) { return std::sin(x); }, kPi / 2, -kPi / 2, call, &outputs[0]);
}

void CosRange(const Call& call, std::span<Interval> outputs) {
  Wave([](double x) { return std::cos(x); }, 0, kPi, call, &outputs[0]);
}

void TanRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  outputs[0] = IsEmpty(x) ? NoElement() : Between(-kInfinity, kInfinity);
  outputs[0].nan = x.nan || MayBeInfinite(x);
  if (IsEmpty(x) || !(MagnitudeOf(x) <= kLargestAngle)) return;
  if (Hits(x.low, x.high, kPi / 2, kPi)) return;
  const Interval branch = Between(std::tan(x.low), std::tan(x.high));
  const double error = std::max(kAngleError, EpsilonOfType(call.OutputElement(0)));
  // The slope of tan is 1 + tan^2.
  const double steepness = 1 + MagnitudeOf(branch) * MagnitudeOf(branch);
  outputs[0] = Loosen(branch, kKernelUnits * error * steepness);
  outputs[0].nan = x.nan;
}

void ReciprocalRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Divide(Point(1), call.Range(0));
}

// ONNX leaves the sign of NaN open: kernels give NaN or 0.
void SignRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  outputs[0] = Increasing(SignOf, x);
  if (x.nan) outputs[0] = Join(outputs[0], Point(0));
  outputs[0].nan = x.nan;
  outputs[0].integer = true;
  outputs[0].nonzero = x.nonzero && !x.nan;
}

Interval Truth(bool may_be_true, bool may_be_false) {
  if (!may_be_true && !may_be_false) return NoElement();
  return Whole(may_be_false ? 0 : 1, may_be_true ? 1 : 0);
}

void IsNanRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  outputs[0] = Truth(x.nan, !IsEmpty(x));
}

void IsInfRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Truth(MayBeInfinite(call.Range(0)), true);
}

void NotRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Subtract(Point(1), call.Range(0));
}

void AnyTruth(const Call&, std::span<Interval> outputs) { outputs[0] = Whole(0, 1); }

void LessRange(const Call& call, std::span<Interval> outputs) {
  const Interval a = call.Range(0);
  const Interval b = call.Range(1);
  outputs[0] = Truth(a.low < b.high, a.nan || b.nan || a.high >= b.low);
}

void LessOrEqualRange(const Call& call, std::span<Interval> outputs) {
  const Interval a = call.Range(0);
  const Interval b = call.Range(1);
  outputs[0] = Truth(a.low <= b.high, a.nan || b.nan || a.high > b.low);
}

void GreaterRange(const Call& call, std::span<Interval> outputs) {
  const Interval a = call.Range(0);
  const Interval b = call.Range(1);
  outputs[0] = Truth(a.high > b.low, a.nan || b.nan || a.low <= b.high);
}

void GreaterOrEqualRange(const Call& call, std::span<Interval> outputs) {
  const Interval a = call.Range(0);
  const Interval b = call.Range(1);
  outputs[0] = Truth(a.high >= b.low, a.nan || b.nan || a.low < b.high);
}

void EqualRange(const Call& call, std::span<Interval> outputs) {
  const Interval a = call.Range(0);
  const Interval b = call.Range(1);
  const Interval both = Intersect(a, b);
  const bool apart = IsEmpty(both) || (both.nonzero && both.low == 0 && both.high == 0);
  const bool same = IsPoint(a) && IsPoint(b) && a.low == b.low;
  outputs[0] = Truth(!apart, !same);
}

void AndRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Minimum(call.Range(0), call.Range(1));
}

void OrRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Maximum(call.Range(0), call.Range(1));
}

constexpr RangeOperator kElementwise[] = {
    {"", "Abs", Exact<Absolute>, "not negative"},
    {"", "Acos", AcosRange, "0 to pi; NaN outside -1 to 1"},
    {"", "Acosh", AcoshRange, "not negative; NaN below 1"},
    {"", "And", AndRange, "0 or 1"},
    {"", "Asin", RisingWithin<AsinOf, -1, 1>, "-pi/2 to pi/2; NaN outside -1 to 1"},
    {"", "Asinh", Rising<AsinhOf>, "function at the bounds"},
    {"", "Atan", Rising<AtanOf>, "-pi/2 to pi/2"},
    {"", "Atanh", RisingWithin<AtanhOf, -1, 1>, "infinite at -1 and 1; NaN outside"},
    {"", "Ceil", ToWhole<CeilOf>, "whole numbers"},
    {"", "Cos", CosRange, "-1 to 1; extremes within the operand's range"},
    {"", "Cosh", CoshRange, "1 and above"},
    {"", "Equal", EqualRange, "0 or 1; decided where the ranges are apart"},
    {"", "Erf", ErfRange, "-1 to 1"},
    {"", "Exp", Rising<ExpOf>, "not negative; infinite above the type's limit"},
    {"", "Floor", ToWhole<FloorOf>, "whole numbers"},
    {"", "Greater", GreaterRange, "0 or 1; decided where the ranges are apart"},
    {"", "GreaterOrEqual", GreaterOrEqualRange, "0 or 1; decided where the ranges are apart"},
    {"", "IsInf", IsInfRange, "0 or 1; 0 for bounded operands"},
    {"", "IsNaN", IsNanRange, "0 or 1; 0 for operands without NaN"},
    {"", "Less", LessRange, "0 or 1; decided where the ranges are apart"},
    {"", "LessOrEqual", LessOrEqualRange, "0 or 1; decided where the ranges are apart"},
    {"", "Log", LogRange, "-inf at 0; NaN below"},
    {"", "Neg", Exact<Negate>, "exact"},
    {"", "Not", NotRange, "0 or 1"},
    {"", "OptionalHasElement", AnyTruth, "0 or 1"},
    {"", "Or", OrRange, "0 or 1"},
    {"", "Reciprocal", ReciprocalRange, "infinite at 0"},
    {"", "RegexFullMatch", AnyTruth, "0 or 1"},
    {"", "Round", ToWhole<RoundOf>, "whole numbers"},
    {"", "Sign", SignRange, "-1, 0 or 1"},
    {"", "Sin", SinRange, "-1 to 1; extremes within the operand's range"},
    {"", "Sinh", Rising<SinhOf>, "function at the bounds"},
    {"", "Sqrt", Exact<SquareRoot>, "not negative; NaN below 0"},
    {"", "Tan", TanRange, "function at the bounds within one branch"},
    {"", "Xor", AnyTruth, "0 or 1"},
};

}  // namespace

std::span<const RangeOperator> ElementwiseRanges() { return kElementwise; }

}  // namespace onnxcheck::facts
