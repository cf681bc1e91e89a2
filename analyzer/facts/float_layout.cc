#include "analyzer/facts/float_layout.h"

#include <cmath>
#include <limits>

namespace onnxcheck::facts {

std::optional<FloatLayout> LayoutOf(ir::ElementType type) {
  using enum SpecialNumbers;
  switch (type) {
    case ir::ElementType::kDouble:
      return FloatLayout{11, 52, 1023, kIeee};
    case ir::ElementType::kFloat:
      return FloatLayout{8, 23, 127, kIeee};
    case ir::ElementType::kFloat16:
      return FloatLayout{5, 10, 15, kIeee};
    case ir::ElementType::kBfloat16:
      return FloatLayout{8, 7, 127, kIeee};
    case ir::ElementType::kFloat8E4M3FN:
      return FloatLayout{4, 3, 7, kNanAllOnes};
    case ir::ElementType::kFloat8E4M3FNUZ:
      return FloatLayout{4, 3, 8, kNanNegative};
    case ir::ElementType::kFloat8E5M2:
      return FloatLayout{5, 2, 15, kIeee};
    case ir::ElementType::kFloat8E5M2FNUZ:
      return FloatLayout{5, 2, 16, kNanNegative};
    case ir::ElementType::kFloat4E2M1:
      return FloatLayout{2, 1, 1, kNone};
    case ir::ElementType::kFloat8E8M0:
      return FloatLayout{8, 0, 127, kScale};
    default:
      return std::nullopt;
  }
}

double FromBits(std::uint32_t bits, const FloatLayout& layout) {
  const int sign_at = layout.exponent_bits + layout.mantissa_bits;
  const std::uint32_t all_ones = (1U << sign_at) - 1;
  const std::uint32_t magnitude = bits & all_ones;
  const auto exponent = static_cast<int>(magnitude >> layout.mantissa_bits);
  const auto mantissa = static_cast<double>(magnitude & ((1U << layout.mantissa_bits) - 1));
  const int top = (1 << layout.exponent_bits) - 1;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  if (layout.special == SpecialNumbers::kScale) {
    return magnitude == all_ones ? nan : std::ldexp(1.0, exponent - layout.bias);
  }
  const double sign = (bits >> sign_at) & 1U ? -1 : 1;
  if (layout.special == SpecialNumbers::kIeee && exponent == top) {
    return mantissa == 0 ? sign * std::numeric_limits<double>::infinity() : nan;
  }
  if (layout.special == SpecialNumbers::kNanAllOnes && magnitude == all_ones) return nan;
  if (layout.special == SpecialNumbers::kNanNegative && magnitude == 0 && sign < 0) return nan;
  const double fraction = mantissa * EpsilonOf(layout);
  if (exponent == 0) return sign * std::ldexp(fraction, 1 - layout.bias);
  return sign * std::ldexp(1 + fraction, exponent - layout.bias);
}

double LargestOf(const FloatLayout& layout) {
  // Of the numbers below the next power of 2, how many places from its end the last finite one is,
  // and whether the largest exponent belongs to numbers.
  const bool all_exponents =
      layout.special != SpecialNumbers::kIeee && layout.special != SpecialNumbers::kScale;
  const double lost = layout.special == SpecialNumbers::kNanAllOnes ? 2 : 1;
  const int top = (1 << layout.exponent_bits) - (all_exponents ? 1 : 2);
  return std::ldexp(2 - lost * EpsilonOf(layout), top - layout.bias);
}

double SmallestNormalOf(const FloatLayout& layout) {
  return std::ldexp(1.0, (layout.special == SpecialNumbers::kScale ? 0 : 1) - layout.bias);
}

double SmallestOf(const FloatLayout& layout) {
  return SmallestNormalOf(layout) * EpsilonOf(layout);
}

double EpsilonOf(const FloatLayout& layout) { return std::ldexp(1.0, -layout.mantissa_bits); }

}  // namespace onnxcheck::facts
