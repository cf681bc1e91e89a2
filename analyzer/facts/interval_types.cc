// What the element types hold, and intervals as they hold them.
#include <algorithm>
#include <cmath>

#include "analyzer/facts/interval.h"

namespace onnxcheck::facts {
namespace {

struct TypeFacts {
  double largest;
  double smallest_normal;
  double smallest;  // subnormal
  double epsilon;
};

// Layouts: IEEE 754; bfloat16 and the 8-bit and 4-bit formats as in
// https://onnx.ai/onnx/technical/float8.html and float4.html.
const TypeFacts* FloatFacts(ir::ElementType type) {
  static const TypeFacts kFloat = {0x1.fffffep127, 0x1p-126, 0x1p-149, 0x1p-23};
  static const TypeFacts kDouble = {0x1.fffffffffffffp1023, 0x1p-1022, 0x1p-1074, 0x1p-52};
  static const TypeFacts kHalf = {65504, 0x1p-14, 0x1p-24, 0x1p-10};
  static const TypeFacts kBrain = {0x1.fep127, 0x1p-126, 0x1p-133, 0x1p-7};
  static const TypeFacts kE4M3 = {448, 0x1p-6, 0x1p-9, 0x1p-3};
  static const TypeFacts kE4M3Uz = {240, 0x1p-7, 0x1p-10, 0x1p-3};
  static const TypeFacts kE5M2 = {57344, 0x1p-14, 0x1p-16, 0x1p-2};
  static const TypeFacts kE5M2Uz = {57344, 0x1p-15, 0x1p-17, 0x1p-2};
  static const TypeFacts kE2M1 = {6, 1, 0.5, 0.5};
  static const TypeFacts kE8M0 = {0x1p127, 0x1p-127, 0x1p-127, 1};
  switch (type) {
    case ir::ElementType::kFloat:
      return &kFloat;
    case ir::ElementType::kDouble:
      return &kDouble;
    case ir::ElementType::kFloat16:
      return &kHalf;
    case ir::ElementType::kBfloat16:
      return &kBrain;
    case ir::ElementType::kFloat8E4M3FN:
      return &kE4M3;
    case ir::ElementType::kFloat8E4M3FNUZ:
      return &kE4M3Uz;
    case ir::ElementType::kFloat8E5M2:
      return &kE5M2;
    case ir::ElementType::kFloat8E5M2FNUZ:
      return &kE5M2Uz;
    case ir::ElementType::kFloat4E2M1:
      return &kE2M1;
    case ir::ElementType::kFloat8E8M0:
      return &kE8M0;
    default:
      return nullptr;
  }
}

// Bits of an integer type, negative for a signed one; 0: none.
int IntegerBits(ir::ElementType type) {
  switch (type) {
    case ir::ElementType::kUint8:
      return 8;
    case ir::ElementType::kUint16:
      return 16;
    case ir::ElementType::kUint32:
      return 32;
    case ir::ElementType::kUint64:
      return 64;
    case ir::ElementType::kUint4:
      return 4;
    case ir::ElementType::kInt8:
      return -8;
    case ir::ElementType::kInt16:
      return -16;
    case ir::ElementType::kInt32:
      return -32;
    case ir::ElementType::kInt64:
      return -64;
    case ir::ElementType::kInt4:
      return -4;
    default:
      return 0;
  }
}

// The largest number of the type that is not above `bound`.
double FloorToType(double bound, const TypeFacts& type) {
  if (!std::isfinite(bound) || bound == 0) return bound;
  if (bound > type.largest) return type.largest;
  if (bound < -type.largest) return -kInfinity;
  int exponent = 0;
  std::frexp(std::max(std::abs(bound), type.smallest_normal), &exponent);
  // Spacing of the type's numbers around bound: 2^(exponent-1) * epsilon.
  const double spacing = std::max(std::ldexp(type.epsilon, exponent - 1), type.smallest);
  if (spacing == 0) return bound;
  const double floored = std::floor(bound / spacing) * spacing;
  // Flushed to 0 by hardware that keeps no subnormals.
  if (floored > 0 && floored < type.smallest_normal) return 0;
  if (floored < 0 && floored > -type.smallest_normal) return -type.smallest_normal;
  return floored;
}

double CeilToType(double bound, const TypeFacts& type) { return -FloorToType(-bound, type); }

}  // namespace

bool IsFloatingType(ir::ElementType type) { return FloatFacts(type) != nullptr; }
bool IsIntegerType(ir::ElementType type) { return IntegerBits(type) != 0; }

double EpsilonOfType(ir::ElementType type) {
  const TypeFacts* facts = FloatFacts(type);
  return facts == nullptr ? 0 : facts->epsilon;
}

double LargestOfType(ir::ElementType type) {
  const TypeFacts* facts = FloatFacts(type);
  return facts == nullptr ? NumbersOfType(type).high : facts->largest;
}

double SmallestNormalOfType(ir::ElementType type) {
  const TypeFacts* facts = FloatFacts(type);
  return facts == nullptr ? 1 : facts->smallest_normal;
}

Interval NumbersOfType(ir::ElementType type) {
  if (const TypeFacts* facts = FloatFacts(type)) {
    const bool scale = type == ir::ElementType::kFloat8E8M0;  // powers of 2, no sign
    return Between(scale ? facts->smallest : -facts->largest, facts->largest);
  }
  Interval numbers;
  if (type == ir::ElementType::kBool) {
    numbers = Between(0, 1);
    numbers.integer = true;
  } else if (const int bits = IntegerBits(type); bits != 0) {
    numbers = bits > 0 ? Between(0, std::ldexp(1, bits) - 1)
                       : Between(-std::ldexp(1, -bits - 1), std::ldexp(1, -bits - 1) - 1);
    numbers.integer = true;
  }
  return numbers;
}

Interval Inexact(const Interval& x, ir::ElementType type, double units) {
  if (IsEmpty(x)) return x;
  const double relative = std::max(EpsilonOfType(type), 0x1p-52) * units;
  Interval wide = x;
  const auto lower = [&](double bound) {
    const double moved = bound - std::abs(bound) * relative;
    return bound >= 0 ? std::max(moved, 0.0) : moved;
  };
  if (std::isfinite(x.low)) wide.low = lower(x.low);
  if (std::isfinite(x.high)) wide.high = -lower(-x.high);
  if (x.low == x.high && x.low == 0) wide = x;
  wide.integer = false;
  return wide;
}

Interval FitToType(const Interval& x, ir::ElementType type) {
  if (IsEmpty(x)) return x;
  if (const TypeFacts* facts = FloatFacts(type)) {
    Interval fitted = x;
    fitted.low = FloorToType(x.low, *facts);
    fitted.high = CeilToType(x.high, *facts);
    // A small positive number may be rounded to 0.
    const bool crosses = x.low <= 0 && x.high >= 0;
    fitted.nonzero = x.nonzero && (x.integer || crosses);
    return fitted;
  }
  const Interval numbers = NumbersOfType(type);
  if (type != ir::ElementType::kBool && !IsIntegerType(type)) return x;
  Interval fitted = x;
  fitted.integer = true;
  fitted.nan = false;
  if (x.nan || x.low < numbers.low || x.high > numbers.high) return numbers;
  fitted.low = std::ceil(x.low);
  fitted.high = std::floor(x.high);
  return fitted;
}

}  // namespace onnxcheck::facts
