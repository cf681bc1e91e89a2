// Casts between element types, and quantisation.
#include <algorithm>
#include <cmath>

#include "analyzer/facts/ranges/common.h"

namespace onnxcheck::facts {
namespace {

using ir::ElementType;

bool IsFloat8(ElementType type) {
  return type == ElementType::kFloat8E4M3FN || type == ElementType::kFloat8E4M3FNUZ ||
         type == ElementType::kFloat8E5M2 || type == ElementType::kFloat8E5M2FNUZ;
}

// What the type makes of numbers beyond its largest: with saturation, that.
Interval ToSmallFloat(const Interval& x, ElementType type, bool saturate) {
  const Interval numbers = NumbersOfType(type);
  if (saturate) return Clamp(x, numbers.low, numbers.high);
  if (IsEmpty(x) || (x.low >= numbers.low && x.high <= numbers.high)) return x;
  Interval result = x;
  // E5M2 alone has infinities.
  if (type != ElementType::kFloat8E5M2) {
    result = Clamp(x, numbers.low, numbers.high);
    result.nan = true;
  }
  return result;
}

// What is not 0 may become it in a type of less resolution.
bool MayVanish(ElementType from, ElementType to) {
  return IsFloatingType(to) && (SmallestNormalOfType(to) > SmallestNormalOfType(from) ||
                                EpsilonOfType(to) > EpsilonOfType(from));
}

Interval CastTo(const Interval& given, ElementType from, ElementType to, bool saturate) {
  Interval x = given;
  if (MayVanish(from, to) && !x.integer) x.nonzero = false;
  const Interval numbers = NumbersOfType(to);
  if (from == ElementType::kString) return numbers.integer ? numbers : Interval();
  if (to == ElementType::kBool) {
    if (IsEmpty(x) && !x.nan) return NoElement();
    const bool always = !MayBeZero(x) && !(IsEmpty(x) && !x.nan);
    const bool never = x.low == 0 && x.high == 0 && !x.nan;
    return Whole(always ? 1 : 0, never ? 0 : 1);
  }
  if (IsIntegerType(to)) {
    if (x.nan) return numbers;
    if (IsEmpty(x)) return x;
    // Cut off towards 0. What does not fit is undefined or wraps: FitToType.
    return Whole(std::trunc(x.low), std::trunc(x.high));
  }
  if (to == ElementType::kFloat8E8M0) {
    // Powers of 2; signs are lost.
    Interval result = Between(numbers.low, numbers.high);
    result.nan = true;
    return result;
  }
  if (IsFloat8(to)) return ToSmallFloat(x, to, saturate);
  if (to == ElementType::kFloat4E2M1) {
    if (x.nan || IsEmpty(x)) return numbers;
    return Clamp(x, numbers.low, numbers.high);
  }
  return x;
}

void CastRange(const Call& call, std::span<Interval> outputs) {
  const auto to = static_cast<ElementType>(call.Int("to", 0));
  outputs[0] =
      FitToType(CastTo(call.Range(0), call.Element(0), to, call.Int("saturate", 1) != 0), to);
}

void CastLikeRange(const Call& call, std::span<Interval> outputs) {
  const ElementType to = call.Element(1);
  if (to == ElementType::kUndefined) return;
  outputs[0] = CastTo(call.Range(0), call.Element(0), to, call.Int("saturate", 1) != 0);
}

// Any pattern of bits: any whole number, or any number and NaN.
void BitCastRange(const Call& call, std::span<Interval> outputs) {
  const Interval numbers = NumbersOfType(static_cast<ElementType>(call.Int("to", 0)));
  if (numbers.integer) outputs[0] = numbers;
}

// x / scale rounded to even, plus the zero point, saturated.
Interval Quantised(const Interval& x, const Interval& scale, const Interval& zero_point,
                   ElementType to, ElementType from, bool saturate) {
  Interval quotient = Inexact(Divide(x, scale), from, kKernelUnits);
  const Interval numbers = NumbersOfType(to);
  if (numbers.integer) {
    if (quotient.nan || IsEmpty(quotient)) return IsEmpty(x) && !x.nan ? NoElement() : numbers;
    quotient = Increasing([](double v) { return std::nearbyint(v); }, quotient);
    return Clamp(Add(quotient, zero_point), numbers.low, numbers.high);
  }
  if (IsFloat8(to)) return ToSmallFloat(quotient, to, saturate);
  if (to == ElementType::kFloat4E2M1) return Clamp(quotient, numbers.low, numbers.high);
  return Interval();
}

ElementType QuantisedType(const Call& call, std::size_t zero_point) {
  if (call.Has(zero_point) && call.Element(zero_point) != ElementType::kUndefined) {
    return call.Element(zero_point);
  }
  const auto named = static_cast<ElementType>(call.Int("output_dtype", 0));
  return named == ElementType::kUndefined ? ElementType::kUint8 : named;
}

void QuantizeRange(const Call& call, std::span<Interval> outputs) {
  const Interval zero_point = call.Has(2) ? call.Range(2) : Point(0);
  outputs[0] = Quantised(call.Range(0), call.Range(1), zero_point, QuantisedType(call, 2),
                         call.Element(1), call.Int("saturate", 1) != 0);
  outputs[0].integer = NumbersOfType(QuantisedType(call, 2)).integer;
}

void DequantizeRange(const Call& call, std::span<Interval> outputs) {
  const Interval zero_point = call.Has(2) ? call.Range(2) : Point(0);
  const Interval steps = Subtract(call.Range(0), zero_point);
  outputs[0] = Inexact(Multiply(steps, call.Range(1)), call.Element(1), kKernelUnits);
}

// scale = (max(x, 0) - min(x, 0)) / 255.
void DynamicQuantizeRange(const Call& call, std::span<Interval> outputs) {
  const Interval bytes = NumbersOfType(ElementType::kUint8);
  outputs[0] = bytes;
  if (outputs.size() > 1) {
    const Interval x = Join(call.Range(0), Point(0));
    const Interval width = Subtract(Point(x.high), Point(x.low));
    Interval scale = Between(0, width.high / 255);
    scale.nan = x.nan || MayBeInfinite(x);
    outputs[1] = Inexact(scale, ElementType::kFloat, kKernelUnits);
  }
  if (outputs.size() > 2) outputs[2] = bytes;
}

// Results that are saturated to the type of the zero point there.
template <std::size_t zero_point>
void SaturatedRange(const Call& call, std::span<Interval> outputs) {
  const Interval numbers =
      NumbersOfType(call.Has(zero_point) ? call.Element(zero_point) : call.OutputElement(0));
  if (numbers.integer) outputs[0] = numbers;
}

// com.microsoft: A float, B int8, scale and zero point of B, bias. A is
// quantised to 8 bits of its own range.
void DynamicQuantizeMatMulRange(const Call& call, std::span<Interval> outputs) {
  Interval b = call.Range(1);
  if (call.Has(3)) b = Subtract(b, call.Range(3));
  b = Multiply(b, call.Range(2));
  // Up to half a step of 1/255 of the width (which includes 0) is rounded.
  const Interval a = Join(call.Range(0), Point(0));
  const Interval stepped = Loosen(a, (a.high - a.low) / 255);
  const auto length = AxisLength(call, 1, -2);
  const Terms terms = length ? Terms{*length, *length} : Terms{};
  const ElementType type = ElementType::kFloat;
  const Interval sum = Inexact(SumOfTerms(Multiply(stepped, b), terms, type), type, 8);
  outputs[0] = call.Has(4) ? AddBias(sum, call.Range(4), terms, type) : sum;
}

constexpr std::string_view kMicrosoft = "com.microsoft";
constexpr std::string_view kWithin = "numbers of the zero point's type";

constexpr RangeOperator kQuantization[] = {
    {"", "BitCast", BitCastRange, "numbers of the type"},
    {"", "Cast", CastRange, "rounded or cut off; infinite, saturated or any where it does not fit"},
    {"", "CastLike", CastLikeRange, "as Cast"},
    {"", "DequantizeLinear", DequantizeRange, "scaled distance from the zero point"},
    {"", "DynamicQuantizeLinear", DynamicQuantizeRange, "0 to 255; scale by the width"},
    {"", "QLinearConv", SaturatedRange<7>, kWithin},
    {"", "QLinearMatMul", SaturatedRange<7>, kWithin},
    {"", "QuantizeLinear", QuantizeRange, "rounded steps, saturated"},
    {kMicrosoft, "DequantizeLinear", DequantizeRange, "scaled distance from the zero point"},
    {kMicrosoft, "DynamicQuantizeMatMul", DynamicQuantizeMatMulRange, "scaled sums of products"},
    {kMicrosoft, "QLinearAdd", SaturatedRange<7>, kWithin},
    {kMicrosoft, "QLinearAveragePool", SaturatedRange<4>, kWithin},
    {kMicrosoft, "QLinearConcat", SaturatedRange<1>, kWithin},
    {kMicrosoft, "QLinearGlobalAveragePool", SaturatedRange<4>, kWithin},
    {kMicrosoft, "QLinearLeakyRelu", SaturatedRange<4>, kWithin},
    {kMicrosoft, "QLinearMul", SaturatedRange<7>, kWithin},
    {kMicrosoft, "QLinearSigmoid", SaturatedRange<4>, kWithin},
    {kMicrosoft, "QLinearSoftmax", SaturatedRange<4>, kWithin},
    {kMicrosoft, "QuantizeLinear", QuantizeRange, "rounded steps, saturated"},
};

}  // namespace

std::span<const RangeOperator> QuantizationRanges() { return kQuantization; }

}  // namespace onnxcheck::facts
