// Interval arithmetic loses no value: checked on random intervals and numbers in them.
#include "analyzer/facts/interval.h"

#include <cmath>
#include <random>

#include "gtest/gtest.h"

namespace onnxcheck::facts {
namespace {

// Bounds and members of many sizes, with the special ones often.
class Sampler {
 public:
  double Number() {
    static constexpr double kSpecial[] = {0,      1,    -1,    0.5,       2,         1e-300,
                                          -1e300, 3e38, 1e-45, kInfinity, -kInfinity};
    if (Pick(3) == 0) return kSpecial[Pick(std::size(kSpecial))];
    return std::ldexp(std::uniform_real_distribution<>(-1, 1)(random_),
                      static_cast<int>(Pick(80)) - 40);
  }
  Interval Any() {
    const double a = Number();
    const double b = Pick(4) == 0 ? a : Number();
    return Between(std::min(a, b), std::max(a, b));
  }
  double Member(const Interval& x) {
    const std::size_t kind = Pick(4);
    if (kind == 0 || x.low == x.high) return x.low;
    if (kind == 1) return x.high;
    if (kind == 2 && x.low <= 0 && x.high >= 0) return 0;
    const double low = std::max(x.low, -1e308);
    const double high = std::min(x.high, 1e308);
    const double share = std::uniform_real_distribution<>(0, 1)(random_);
    return std::clamp(low * (1 - share) + high * share, x.low, x.high);
  }
  std::size_t Pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }

 private:
  std::mt19937_64 random_{7};
};

constexpr int kRounds = 200000;

TEST(IntervalTest, BinaryOperatorsHoldEveryResult) {
  Sampler sampler;
  for (int i = 0; i < kRounds; ++i) {
    const Interval a = sampler.Any();
    const Interval b = sampler.Any();
    const double x = sampler.Member(a);
    const double y = sampler.Member(b);
    ASSERT_TRUE(Contains(Add(a, b), x + y)) << x << " + " << y;
    ASSERT_TRUE(Contains(Subtract(a, b), x - y)) << x << " - " << y;
    ASSERT_TRUE(Contains(Multiply(a, b), x * y)) << x << " * " << y;
    ASSERT_TRUE(Contains(Divide(a, b), x / y)) << x << " / " << y;
    ASSERT_TRUE(Contains(Minimum(a, b), std::fmin(x, y)));
    ASSERT_TRUE(Contains(Maximum(a, b), std::fmax(x, y)));
    ASSERT_TRUE(Contains(Join(a, b), x));
    ASSERT_TRUE(Encloses(Widen(a, b), a) && Encloses(Widen(a, b), b));
  }
}

TEST(IntervalTest, UnaryOperatorsHoldEveryResult) {
  Sampler sampler;
  for (int i = 0; i < kRounds; ++i) {
    const Interval a = sampler.Any();
    const double x = sampler.Member(a);
    ASSERT_TRUE(Contains(Negate(a), -x));
    ASSERT_TRUE(Contains(Absolute(a), std::abs(x)));
    ASSERT_TRUE(Contains(Square(a), x * x)) << x;
    ASSERT_TRUE(Contains(SquareRoot(a), std::sqrt(x))) << x;
  }
}

TEST(IntervalTest, FloatRoundingStaysInside) {
  Sampler sampler;
  for (int i = 0; i < kRounds; ++i) {
    const Interval a = FitToType(sampler.Any(), ir::ElementType::kFloat);
    const Interval b = FitToType(sampler.Any(), ir::ElementType::kFloat);
    if (!IsBounded(a) || !IsBounded(b)) continue;
    const auto x = static_cast<float>(sampler.Member(a));
    const auto y = static_cast<float>(sampler.Member(b));
    if (x < a.low || x > a.high || y < b.low || y > b.high) continue;
    const volatile float sum = x + y;
    const volatile float product = x * y;
    ASSERT_TRUE(Contains(FitToType(Add(a, b), ir::ElementType::kFloat), sum)) << x << " + " << y;
    ASSERT_TRUE(Contains(FitToType(Multiply(a, b), ir::ElementType::kFloat), product))
        << x << " * " << y;
  }
}

TEST(IntervalTest, BoundsThatAreExactStay) {
  const Interval rest = FitToType(Subtract(Point(1), Between(0, 1)), ir::ElementType::kFloat);
  EXPECT_EQ(rest, Between(0, 1));
  EXPECT_EQ(Square(Between(-3, 2)), Between(0, 9));
}

TEST(IntervalTest, SmallNumbersVanishInTheirType) {
  EXPECT_EQ(FitToType(Between(1e-60, 1), ir::ElementType::kFloat).low, 0);
  EXPECT_GT(FitToType(Between(1e-60, 1), ir::ElementType::kDouble).low, 0);
  EXPECT_EQ(FitToType(Point(1e-12), ir::ElementType::kFloat16).low, 0);
  EXPECT_EQ(FitToType(Point(7e4), ir::ElementType::kFloat16).high, kInfinity);
}

TEST(IntervalTest, IntegersThatOverflowMayBeAny) {
  const Interval x = FitToType(Between(0, 300), ir::ElementType::kUint8);
  EXPECT_EQ(x.low, 0);
  EXPECT_EQ(x.high, 255);
  EXPECT_TRUE(x.integer);
}

TEST(IntervalTest, DivisionSeesZero) {
  EXPECT_EQ(Divide(Point(1), Between(0, 4)).high, kInfinity);
  EXPECT_TRUE(Divide(Between(0, 1), Between(0, 1)).nan);
  EXPECT_FALSE(Divide(Between(0, 1), Between(1, 2)).nan);
  Interval positive = Between(0, 2);
  positive.nonzero = true;
  EXPECT_EQ(Divide(Point(1), positive).low, 0.5);
}

TEST(IntervalTest, WideningEnds) {
  Interval x = Between(0, 1);
  int turns = 0;
  for (; turns < 100; ++turns) {
    const Interval next = Add(x, Between(-1, 1));
    if (Encloses(x, next)) break;
    x = Widen(x, next);
  }
  EXPECT_LT(turns, 20);
}

}  // namespace
}  // namespace onnxcheck::facts
