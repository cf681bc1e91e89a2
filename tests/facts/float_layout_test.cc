#include "analyzer/facts/float_layout.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace onnxcheck::facts {
namespace {

using enum ir::ElementType;

TEST(FloatLayout, GivesTheNumbersOfTheHostsTypes) {
  const FloatLayout single = *LayoutOf(kFloat);
  EXPECT_EQ(LargestOf(single), std::numeric_limits<float>::max());
  EXPECT_EQ(SmallestNormalOf(single), std::numeric_limits<float>::min());
  EXPECT_EQ(SmallestOf(single), std::numeric_limits<float>::denorm_min());
  EXPECT_EQ(EpsilonOf(single), std::numeric_limits<float>::epsilon());
  const FloatLayout twice = *LayoutOf(kDouble);
  EXPECT_EQ(LargestOf(twice), std::numeric_limits<double>::max());
  EXPECT_EQ(SmallestNormalOf(twice), std::numeric_limits<double>::min());
  EXPECT_EQ(SmallestOf(twice), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(EpsilonOf(twice), std::numeric_limits<double>::epsilon());
}

// The tables of https://onnx.ai/onnx/technical/float8.html and float4.html, and of the OCP
// specification of MX types for E8M0.
TEST(FloatLayout, GivesTheNumbersOfTheSmallTypes) {
  const struct {
    ir::ElementType type;
    double largest, smallest_normal, smallest, epsilon;
  } kTable[] = {
      {kFloat16, 65504, 0x1p-14, 0x1p-24, 0x1p-10},
      {kBfloat16, 0x1.fep127, 0x1p-126, 0x1p-133, 0x1p-7},
      {kFloat8E4M3FN, 448, 0x1p-6, 0x1p-9, 0x1p-3},
      {kFloat8E4M3FNUZ, 240, 0x1p-7, 0x1p-10, 0x1p-3},
      {kFloat8E5M2, 57344, 0x1p-14, 0x1p-16, 0x1p-2},
      {kFloat8E5M2FNUZ, 57344, 0x1p-15, 0x1p-17, 0x1p-2},
      {kFloat4E2M1, 6, 1, 0.5, 0.5},
      {kFloat8E8M0, 0x1p127, 0x1p-127, 0x1p-127, 1},
  };
  for (const auto& row : kTable) {
    const FloatLayout layout = *LayoutOf(row.type);
    EXPECT_EQ(LargestOf(layout), row.largest);
    EXPECT_EQ(SmallestNormalOf(layout), row.smallest_normal);
    EXPECT_EQ(SmallestOf(layout), row.smallest);
    EXPECT_EQ(EpsilonOf(layout), row.epsilon);
  }
}

TEST(FloatLayout, TheLargestIsTheLargestThatBitsCanSay) {
  for (const auto type : {kFloat16, kBfloat16, kFloat8E4M3FN, kFloat8E4M3FNUZ, kFloat8E5M2,
                          kFloat8E5M2FNUZ, kFloat4E2M1, kFloat8E8M0}) {
    const FloatLayout layout = *LayoutOf(type);
    const int sign = layout.special == SpecialNumbers::kScale ? 0 : 1;
    double largest = 0;
    double smallest = std::numeric_limits<double>::infinity();
    const std::uint32_t end = 1U << (sign + layout.exponent_bits + layout.mantissa_bits);
    for (std::uint32_t bits = 0; bits < end; ++bits) {
      const double value = FromBits(bits, layout);
      if (!std::isfinite(value)) continue;
      largest = std::max(largest, value);
      if (value > 0) smallest = std::min(smallest, value);
    }
    EXPECT_EQ(largest, LargestOf(layout));
    EXPECT_EQ(smallest, SmallestOf(layout));
  }
}

TEST(FloatLayout, IsNoneOfAnIntegerType) { EXPECT_FALSE(LayoutOf(kInt8)); }

}  // namespace
}  // namespace onnxcheck::facts
