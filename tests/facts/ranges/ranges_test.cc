// The engine of the interval analysis: sources, subgraphs and fixpoints.
#include "analyzer/facts/ranges.h"

#include "tests/facts/ranges/support.h"

namespace onnxcheck::tests {
namespace {

using facts::Between;

TEST(RangesTest, ConstantsAreExactAndInputsAssumed) {
  const Analysed net = Analyse(R"(
<ir_version: 8, opset_import: ["" : 17]>
net (float[N] x) => (float[N] y) <float[2] c = {-0.5, 2}> {
  k = Constant<value = float {3}>()
  a = Mul(c, k)
  r = Relu(x)
  y = Add(r, k)
})");
  EXPECT_EQ(net.Of("c").proved.low, -0.5);
  EXPECT_EQ(net.Of("a").proved.high, 6);
  EXPECT_EQ(net.Of("x").assumed, Between(-50, 50));
  EXPECT_GT(net.Of("x").proved.high, 1e38);
  EXPECT_EQ(net.Of("r").proved.low, 0);
  EXPECT_EQ(net.Of("y").assumed, Between(3, 53));
  EXPECT_EQ(net.Of("y").origin.value, net.model->graph.inputs[0]);
}

TEST(RangesTest, UnknownOperatorsGiveAnything) {
  const Analysed net = Analyse(R"(
<ir_version: 8, opset_import: ["" : 17, "vendor" : 1]>
net (float[N] x) => (float[N] y) {
  h = vendor.Op(x)
  y = Relu(h)
})");
  EXPECT_TRUE(net.Of("h").unknown);
  EXPECT_TRUE(net.Of("y").unknown);
  EXPECT_EQ(net.Of("y").proved.low, 0);
}

TEST(RangesTest, NodesMayLackOutputs) {
  const Analysed net = Analyse(R"(
<ir_version: 8, opset_import: ["" : 17]>
net (float[N] x) => (float[N] y) {
  unused = Add(x, x)
  y = Relu(x)
})");
  net.model->graph.nodes[0].outputs.clear();
  const facts::Ranges again(*net.model);
  EXPECT_EQ(again.Of(net.model->graph, net.model->graph.outputs[0]).proved.low, 0);
}

TEST(RangesTest, BranchesAreJoined) {
  const Analysed net = Analyse(R"(
<ir_version: 8, opset_import: ["" : 17]>
net (bool c, float[2] x) => (float[2] y) {
  p = Relu(x)
  y = If (c) <
    then_branch = yes () => (float[2] a) { one = Constant<value = float {1}>()  a = Add(p, one) },
    else_branch = no () => (float[2] b) { b = Sigmoid(x) }
  >
})");
  EXPECT_EQ(net.Of("y").assumed.low, net.Of("b", 2).assumed.low);
  EXPECT_EQ(net.Of("y").assumed.high, 51);
  EXPECT_EQ(net.Of("a", 1).proved.low, 1);
  EXPECT_EQ(net.ranges->graphs().size(), 3U);
}

TEST(RangesTest, LoopsReachAFixpoint) {
  const Analysed net = Analyse(R"(
<ir_version: 8, opset_import: ["" : 17]>
net (int64 n, bool c, float[2] x) => (float[2] sum, float[2] half, float[K, 2] all) {
  zero = Constant<value = float[2] {0, 0}>()
  start = Sigmoid(x)
  sum, half, all = Loop (n, c, zero, start) <
    body = turn (int64 i, bool go, float[2] s, float[2] h) =>
        (bool go_on, float[2] s2, float[2] h2, float[2] row) {
      go_on = Identity(go)
      one = Constant<value = float {1}>()
      s2 = Add(s, one)
      k = Constant<value = float {0.5}>()
      h2 = Mul(h, k)
      row = Relu(x)
    }
  >
})");
  EXPECT_EQ(net.Of("sum").proved.low, 0);
  EXPECT_EQ(net.Of("sum").proved.high, facts::kInfinity);
  EXPECT_EQ(net.Of("half").proved.low, 0);
  EXPECT_EQ(net.Of("half").proved.high, 1);
  EXPECT_EQ(net.Of("all").proved.low, 0);
  EXPECT_GE(net.Of("s2", 1).proved.low, 0);
}

TEST(RangesTest, ScansCarryTheirStates) {
  const Analysed net = Analyse(R"(
<ir_version: 8, opset_import: ["" : 17]>
net (float[2] x, float[K, 2] xs) => (float[2] last, float[K, 2] ys) {
  start = Relu(x)
  last, ys = Scan (start, xs) <
    num_scan_inputs = 1,
    body = step (float[2] s, float[2] e) => (float[2] s2, float[2] y) {
      m = Max(s, e)
      s2 = Identity(m)
      y = Tanh(m)
    }
  >
})");
  EXPECT_EQ(net.Of("last").proved.low, 0);
  EXPECT_EQ(net.Of("last").assumed.high, 50);
  EXPECT_EQ(net.Of("ys").proved.low, 0);
  EXPECT_LE(net.Of("ys").proved.high, 1.000001);
}

TEST(RangesTest, ElementsFollowDataPropagation) {
  const Analysed fixed = Analyse(R"(
<ir_version: 8, opset_import: ["" : 17]>
net (float[2, 3] x) => (int64[2] t) {
  s = Shape(x)
  t = Mul(s, s)
})");
  EXPECT_EQ(fixed.Of("t").proved.low, 4);
  EXPECT_EQ(fixed.Of("t").proved.high, 9);
  EXPECT_TRUE(fixed.Of("t").proved.integer);
}

}  // namespace
}  // namespace onnxcheck::tests
