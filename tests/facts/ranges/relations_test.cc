// What relations between operands narrow, and which bounds are said to be met.
#include "analyzer/facts/relations.h"

#include "tests/facts/ranges/support.h"

namespace onnxcheck::tests {
namespace {

using facts::Bound;

constexpr const char* kHead = R"(<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 3] x, float[N, 3] z) => (float[N, 3] y)
    <float[3, 3] w = {0.5, -0.3, 0.2, 0.7, 0.1, 0.2, -0.4, 0.9, 0.3}, float zero = {0}, float one = {1}, int64[1] axes = {1}> {
)";

Analysed Body(const std::string& body) { return Analyse(kHead + body + "}"); }

TEST(RelationsTest, DifferencesToTheMaximum) {
  const Analysed net = Body(R"(
  top = ReduceMax<axes = [1]>(x)
  rest = Sub(x, top)
  e = Exp(rest)
  sum = ReduceSum(e, axes)
  p = Div(e, sum)
  total = ReduceSum(p, axes)
  y = Add(p, total))");
  EXPECT_EQ(net.Of("rest").proved.high, 0);
  EXPECT_NEAR(net.Of("e").proved.high, 1, 1e-5);
  EXPECT_EQ(net.Of("sum").proved.low, 1);
  EXPECT_EQ(net.Of("p").proved.high, 1);
  EXPECT_NEAR(net.Of("total").proved.low, 1, 0.02);
  EXPECT_NEAR(net.Of("total").proved.high, 1, 0.02);
}

TEST(RelationsTest, AMaximumOfSomethingElseSaysNothing) {
  const Analysed net = Body(R"(
  top = ReduceMax<axes = [1]>(z)
  rest = Sub(x, top)
  y = Exp(rest))");
  EXPECT_GT(net.Of("rest").assumed.high, 0);
}

TEST(RelationsTest, SumsOverAnotherAxisAreNotShares) {
  const Analysed net = Body(R"(
  p = Softmax<axis = 1>(x)
  across = ReduceSum<keepdims = 1>(p, axes)
  other = Constant<value = int64[1] {0}>()
  along = ReduceSum(p, other)
  y = Add(p, along))");
  EXPECT_NEAR(net.Of("across").proved.high, 1, 0.02);
  EXPECT_GT(net.Of("along").proved.high, 2);
}

TEST(RelationsTest, WhereKnowsItsCondition) {
  const Analysed net = Body(R"(
  positive = Greater(x, zero)
  safe = Where(positive, x, one)
  wrong = Where(positive, one, x)
  y = Add(safe, wrong))");
  EXPECT_EQ(net.Of("safe").proved.low, 0);
  EXPECT_FALSE(facts::MayBeZero(net.Of("safe").proved));
  EXPECT_TRUE(facts::MayBeZero(net.Of("wrong").proved));
  EXPECT_EQ(net.Of("wrong").assumed.low, -50);
}

TEST(AttainedTest, LayersTakeBothSignsAndReluMeetsZero) {
  const Analysed net = Body(R"(
  h = MatMul(x, w)
  r = Relu(h)
  s = Sigmoid(h)
  q = Sub(one, s)
  shifted = Add(r, one)
  y = Add(h, x))");
  EXPECT_FALSE(net.Of("x").generic);
  EXPECT_TRUE(net.Of("h").generic);
  EXPECT_EQ(net.Of("r").low, Bound::kReached);
  EXPECT_EQ(net.Of("s").low, Bound::kApproached);
  EXPECT_EQ(net.Of("q").low, Bound::kApproached);
  EXPECT_EQ(net.Of("shifted").proved.low, 1);
}

TEST(AttainedTest, EntangledSumsAreLeftOpen) {
  const Analysed net = Body(R"(
  h = MatMul(x, w)
  r = Relu(h)
  never_positive = Sub(h, r)
  never_negative = Mul(h, r)
  g = MatMul(z, w)
  free = Sub(h, g)
  a = Add(never_positive, never_negative)
  y = Add(a, free))");
  EXPECT_FALSE(net.Of("never_positive").generic);
  EXPECT_EQ(net.Of("never_positive").proved.high, 0);
  EXPECT_FALSE(net.Of("never_negative").generic);
  EXPECT_TRUE(net.Of("free").generic);
}

}  // namespace
}  // namespace onnxcheck::tests
