// What the element types hold, and intervals as they hold them.
#include <algorithm>
#include <cmath>

#include "analyzer/facts/float_layout.h"
#include "analyzer/facts/interval.h"

namespace onnxcheck::facts {
namespace {

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
double FloorToType(double bound, const FloatLayout& type) {
  if (!std::isfinite(bound) || bound == 0) return bound;
  const double largest = LargestOf(type);
  const double smallest_normal = SmallestNormalOf(type);
  if (bound > largest) return largest;
  if (bound < -largest) return -kInfinity;
  int exponent = 0;
  std::frexp(std::max(std::abs(bound), smallest_normal), &exponent);
  // Spacing of the type's numbers around bound: 2^(exponent-1) * epsilon.
  const double spacing = std::max(std::ldexp(EpsilonOf(type), exponent - 1), SmallestOf(type));
  if (spacing == 0) return bound;
  const double floored = std::floor(bound / spacing) * spacing;
  // Flushed to 0 by hardware that keeps no subnormals.
  if (floored > 0 && floored < smallest_normal) return 0;
  if (floored < 0 && floored > -smallest_normal) return -smallest_normal;
  return floored;
}

double CeilToType(double bound, const FloatLayout& type) { return -FloorToType(-bound, type); }

}  // namespace

bool IsFloatingType(ir::ElementType type) { return LayoutOf(type).has_value(); }
bool IsIntegerType(ir::ElementType type) { return IntegerBits(type) != 0; }

double EpsilonOfType(ir::ElementType type) {
  const auto layout = LayoutOf(type);
  return layout ? EpsilonOf(*layout) : 0;
}

double LargestOfType(ir::ElementType type) {
  const auto layout = LayoutOf(type);
  return layout ? LargestOf(*layout) : NumbersOfType(type).high;
}

double SmallestNormalOfType(ir::ElementType type) {
  const auto layout = LayoutOf(type);
  return layout ? SmallestNormalOf(*layout) : 1;
}

Interval NumbersOfType(ir::ElementType type) {
  if (const auto layout = LayoutOf(type)) {
    const double largest = LargestOf(*layout);
    const bool scale = layout->special == SpecialNumbers::kScale;
    return Between(scale ? SmallestOf(*layout) : -largest, largest);
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
  if (const auto layout = LayoutOf(type)) {
    Interval fitted = x;
    fitted.low = FloorToType(x.low, *layout);
    fitted.high = CeilToType(x.high, *layout);
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
