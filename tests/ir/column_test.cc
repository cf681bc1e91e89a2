#include "analyzer/ir/column.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace onnxcheck::ir {
namespace {

using ::testing::ElementsAre;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

std::vector<std::uint64_t> Bits(const std::vector<double>& numbers) {
  std::vector<std::uint64_t> bits(numbers.size());
  std::transform(numbers.begin(), numbers.end(), bits.begin(),
                 [](double number) { return std::bit_cast<std::uint64_t>(number); });
  return bits;
}

template <typename T>
Column<T> ColumnOf(const std::vector<T>& numbers) {
  Column<T> column;
  for (const T number : numbers) column.push_back(number);
  return column;
}

void ExpectKept(const std::vector<double>& numbers) {
  const Column<double> column = ColumnOf(numbers);
  EXPECT_EQ(Bits({column.begin(), column.end()}), Bits(numbers));
}

// Stretches that count, stand still, jump, and everything that is hard to count with, at all places
// of the blocks that are kept.
TEST(ColumnTest, GivesEveryNumberBackWithAllOfItsBits) {
  std::mt19937 random(1);
  const std::vector<double> odd = {kNaN, -kNaN,  kInf, -kInf, 0.0,  -0.0, 0.1,
                                   0.3,  5e-324, 1e15, 1e300, 1e18, -7.0, 9007199254740993.0};
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<double> numbers;
    while (numbers.size() < 2000) {
      const double first =
          random() % 3 != 0 ? static_cast<double>(random() % 1000) : odd[random() % odd.size()];
      const double step = static_cast<double>(random() % 4) * (random() % 5 == 0 ? 0.25 : 1);
      const std::size_t count = random() % 600;
      for (std::size_t i = 0; i < count; ++i)
        numbers.push_back(first + step * static_cast<double>(i));
      numbers.push_back(odd[random() % odd.size()]);
    }
    ExpectKept(numbers);
  }
}

TEST(ColumnTest, KeepsNumbersThatDoNotCount) {
  ExpectKept({5, kNaN, kNaN, 5});
  ExpectKept({5, kInf, kInf});
  ExpectKept({kInf, kInf, -kInf});
  ExpectKept({-0.0, -0.0, 0.0});
  ExpectKept({0.1, 0.2, 0.30000000000000004, 0.4});
  ExpectKept({-1e308, 1e308, kInf});
  const std::vector<std::uint32_t> lines = {7, 5, 3, 1, UINT32_MAX, 0, 1, 1};
  const Column<std::uint32_t> column = ColumnOf(lines);
  EXPECT_TRUE(std::equal(column.begin(), column.end(), lines.begin(), lines.end()));
}

TEST(ColumnTest, IsSearchedLikeAVector) {
  Column<std::uint32_t> lines;
  for (std::uint32_t line = 1; line <= 10000; ++line) lines.push_back(line * 3);
  const auto at = std::lower_bound(lines.begin(), lines.end(), 2001u);
  EXPECT_EQ(at - lines.begin(), 666);
  EXPECT_EQ(*at, 2001u);
  EXPECT_EQ(std::upper_bound(lines.begin(), lines.end(), 30000u), lines.end());
  const Column<std::uint32_t>::Part part(lines, 300, 3);
  EXPECT_THAT(part, ElementsAre(903, 906, 909));
  EXPECT_EQ(part.front(), 903u);
  EXPECT_EQ(part.back(), 909u);
  EXPECT_THAT(lines.First(2), ElementsAre(3, 6));
  Column<std::uint32_t> half = lines.First(700);
  half.push_back(1);
  EXPECT_EQ(half.size(), 701u);
  EXPECT_EQ(half[699], 2100u);
  EXPECT_EQ(half.back(), 1u);
}

}  // namespace
}  // namespace onnxcheck::ir
