// Elementwise operators of two or more operands, and selection among them.
#include <algorithm>
#include <cmath>

#include "analyzer/facts/ranges/common.h"

namespace onnxcheck::facts {
namespace {

bool SameOperands(const Call& call) {
  const ir::Node& node = call.node;
  return node.inputs.size() == 2 && node.inputs[0] == node.inputs[1];
}

void AddRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Add(call.Range(0), call.Range(1));
}

void SubRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Subtract(call.Range(0), call.Range(1));
}

void MulRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = SameOperands(call) ? Square(call.Range(0)) : Multiply(call.Range(0), call.Range(1));
}

void DivRange(const Call& call, std::span<Interval> outputs) {
  Interval quotient = Divide(call.Range(0), call.Range(1));
  if (IsIntegerType(call.OutputElement(0)) && !IsEmpty(quotient)) {
    // Integers are cut off towards 0 (or towards -inf, by some kernels).
    quotient.low = std::floor(quotient.low);
    quotient.high = quotient.high < 0 ? 0 : std::floor(quotient.high);
    quotient.nonzero = false;
  }
  outputs[0] = quotient;
}

// fmod 1: the sign is the dividend's; else, for integers, the divisor's.
// Integers have no remainder of a division by 0: kernels give 0 or trap.
void ModRange(const Call& call, std::span<Interval> outputs) {
  const Interval a = call.Range(0);
  const Interval b = call.Range(1);
  Interval rest = NoElement();
  rest.nan = a.nan || b.nan;
  if (IsEmpty(a) || IsEmpty(b)) {
    outputs[0] = rest;
    return;
  }
  const bool integers = a.integer && b.integer;
  const double most = std::max(MagnitudeOf(b) - (integers ? 1 : 0), 0.0);
  if (call.Int("fmod", 0) == 1) {
    rest.low = std::max(std::min(a.low, 0.0), -most);
    rest.high = std::min(std::max(a.high, 0.0), most);
  } else {
    rest.low = b.low < 0 ? -most : 0;
    rest.high = b.high > 0 ? most : 0;
    if (a.low >= 0 && b.low >= 0) rest.high = std::min(rest.high, a.high);
  }
  if (!IsIntegerType(call.OutputElement(0))) {
    rest.nan = rest.nan || MayBeZero(b) || MayBeInfinite(a);
  }
  rest.integer = integers;
  outputs[0] = rest;
}

// x^y for x of 0 and above: monotonic in each, so that the corners are extreme.
Interval PowerOfPositive(const Interval& x, const Interval& y) {
  Interval result = NoElement();
  if (IsEmpty(x) || IsEmpty(y)) return result;
  for (const double base : {x.low, x.high}) {
    for (const double exponent : {y.low, y.high}) {
      const double power = std::pow(base == 0 ? 0.0 : base, exponent);
      result.low = std::min(result.low, power);
      result.high = std::max(result.high, power);
    }
  }
  return result;
}

Interval PowerOf(const Interval& x, const Interval& y) {
  Interval result = PowerOfPositive(PartAbove(x, 0), y);
  const Interval below = PartBelow(x, 0);
  if (!IsEmpty(below) && !IsEmpty(y)) {
    const Interval magnitude = PowerOfPositive(Absolute(below), y);
    const bool even = IsPoint(y) && std::fmod(y.low, 2) == 0;
    const bool odd = IsPoint(y) && std::abs(std::fmod(y.low, 2)) == 1;
    if (!odd) result = Join(result, magnitude);
    // Odd powers of -0 are negative, too.
    if (!even) result = Join(result, Negate(magnitude));
    result.nan = below.low < 0 && !y.integer;
  }
  const bool constant = IsPoint(y) && y.low == 0;  // NaN to the 0 is 1
  result.nan = result.nan || (x.nan && !constant) || y.nan;
  if (x.nan && constant) result = Join(result, Point(1));
  return result;
}

void PowRange(const Call& call, std::span<Interval> outputs) {
  constexpr std::size_t kExponents = 64;
  const Interval x = call.Range(0);
  Interval result = NoElement();
  const auto* exponents = call.Elements(1);
  if (exponents != nullptr && exponents->size() <= kExponents) {
    for (const double exponent : *exponents) result = Join(result, PowerOf(x, Point(exponent)));
  } else {
    result = PowerOf(x, call.Range(1));
  }
  if (IsIntegerType(call.OutputElement(0))) {
    // A power below 1 is cut off.
    if (!IsEmpty(result)) result = Join(result, Point(std::trunc(result.low)));
    outputs[0] = Inexact(result, ir::ElementType::kDouble, 2 * kKernelUnits);
    return;
  }
  outputs[0] = Inexact(result, call.OutputElement(0), 2 * kKernelUnits);
  outputs[0].nonzero = false;  // what is near 0 may be rounded to it
}

template <Interval (*fold)(const Interval&, const Interval&)>
void Folded(const Call& call, std::span<Interval> outputs) {
  Interval result = call.Range(0);
  for (std::size_t i = 1; i < call.inputs.size(); ++i) result = fold(result, call.Range(i));
  outputs[0] = result;
}

// A sum of many terms may be rounded at each.
void SumRange(const Call& call, std::span<Interval> outputs) {
  double magnitude = 0;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) magnitude += MagnitudeOf(call.Range(i));
  Folded<Add>(call, outputs);
  const auto terms = static_cast<double>(call.inputs.size());
  if (terms <= 1 || !std::isfinite(magnitude)) return;
  const bool positive = std::all_of(call.inputs.begin(), call.inputs.end(),
                                    [](const Operand& x) { return x.range.low >= 0; });
  const double error = magnitude * terms * std::max(EpsilonOfType(call.OutputElement(0)), 0x1p-52);
  outputs[0] = positive ? LoosenWithinSign(outputs[0], error) : Loosen(outputs[0], error);
}

void MeanRange(const Call& call, std::span<Interval> outputs) {
  SumRange(call, outputs);
  const Interval sum = FitToType(outputs[0], call.OutputElement(0));  // overflows, and stays so
  const auto count = static_cast<double>(std::max<std::size_t>(call.inputs.size(), 1));
  outputs[0] = Divide(sum, Point(count));
}

void WhereRange(const Call& call, std::span<Interval> outputs) {
  const Interval condition = call.Range(0);
  outputs[0] = NoElement();
  if (Contains(condition, 1)) outputs[0] = Join(outputs[0], call.Range(1));
  if (Contains(condition, 0)) outputs[0] = Join(outputs[0], call.Range(2));
}

// Shifts by more bits than the type has are undefined.
void BitShiftRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const Interval bits = Clamp(call.Range(1), 0, 64);
  if (IsEmpty(x) || IsEmpty(bits) || x.low < 0) return;
  const bool left = call.String("direction", "LEFT") == "LEFT";
  const double most = std::ldexp(1, static_cast<int>(bits.high));
  const double least = std::ldexp(1, static_cast<int>(bits.low));
  outputs[0] = left ? Whole(x.low * least, x.high * most)
                    : Whole(std::floor(x.low / most), std::floor(x.high / least));
}

// Numbers of 0 and above: what is in both is below each.
void BitwiseAndRange(const Call& call, std::span<Interval> outputs) {
  const Interval a = call.Range(0);
  const Interval b = call.Range(1);
  if (IsEmpty(a) || IsEmpty(b)) {
    outputs[0] = NoElement();
  } else if (a.low >= 0 || b.low >= 0) {
    const double high = std::min(a.low >= 0 ? a.high : kInfinity, b.low >= 0 ? b.high : kInfinity);
    outputs[0] = Whole(0, high);
  }
}

// Numbers of 0 and above: no bit above the highest of either.
template <bool keeps>
void BitwiseJoinRange(const Call& call, std::span<Interval> outputs) {
  const Interval a = call.Range(0);
  const Interval b = call.Range(1);
  if (IsEmpty(a) || IsEmpty(b)) {
    outputs[0] = NoElement();
  } else if (a.low >= 0 && b.low >= 0 && IsBounded(a) && IsBounded(b)) {
    int bits = 0;
    std::frexp(std::max(a.high, b.high), &bits);
    outputs[0] = Whole(keeps ? std::max(a.low, b.low) : 0, std::ldexp(1, bits) - 1);
  }
}

void BitwiseNotRange(const Call& call, std::span<Interval> outputs) {
  const Interval numbers = NumbersOfType(call.Element(0));
  if (numbers.integer) {
    outputs[0] = Subtract(Add(Point(numbers.low), Point(numbers.high)), call.Range(0));
  }
}

constexpr std::string_view kMicrosoft = "com.microsoft";

constexpr RangeOperator kArithmetic[] = {
    {"", "Add", AddRange, "sum of the bounds"},
    {"", "BitShift", BitShiftRange, "shifted bounds"},
    {"", "BitwiseAnd", BitwiseAndRange, "within the operand that is not negative"},
    {"", "BitwiseNot", BitwiseNotRange, "exact"},
    {"", "BitwiseOr", BitwiseJoinRange<true>, "no bit above the highest of either"},
    {"", "BitwiseXor", BitwiseJoinRange<false>, "no bit above the highest of either"},
    {"", "Div", DivRange, "infinite and NaN where the divisor may be 0; integers cut off"},
    {"", "Max", Folded<Maximum>, "greatest bounds"},
    {"", "Mean", MeanRange, "within the operands"},
    {"", "Min", Folded<Minimum>, "least bounds"},
    {"", "Mod", ModRange, "below the divisor, in the sign that fmod says"},
    {"", "Mul", MulRange, "product of the bounds; not negative for a square"},
    {"", "Pow", PowRange, "each constant exponent; NaN for fractions of negative numbers"},
    {"", "Sub", SubRange, "difference of the bounds"},
    {"", "Sum", SumRange, "sum of the bounds"},
    {"", "Where", WhereRange, "both choices, or the one that is always made"},
    {kMicrosoft, "BiasAdd", Folded<Add>, "sum of the bounds"},
};

}  // namespace

std::span<const RangeOperator> ArithmeticRanges() { return kArithmetic; }

}  // namespace onnxcheck::facts
