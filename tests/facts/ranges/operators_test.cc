// How tight the transfer functions are: results that are known to be bounded are.
#include "analyzer/facts/range_operators.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/facts/ranges/support.h"

namespace onnxcheck::tests {
namespace {

using facts::Interval;

// A graph of these nodes, which compute y of x. Its type is left to inference.
Analysed Net(const std::string& nodes, const std::string& type, int opset) {
  return Analyse("<ir_version: 10, opset_import: [\"\" : " + std::to_string(opset) + "]>\nnet (" +
                 type + " x, int64[2] i) => (int64[2] out) {\n" + nodes + "\nout = Identity(i)\n}");
}

// The range of y for an x of any finite floats, and for one within -50 and 50.
Interval Proved(const std::string& nodes, const std::string& type = "float[2, 3]") {
  return Net(nodes, type, 21).Of("y").proved;
}

Interval Assumed(const std::string& nodes, int opset = 21) {
  return Net(nodes, "float[2, 3]", opset).Of("y").assumed;
}

void ExpectWithin(const Interval& range, double low, double high, const std::string& what) {
  EXPECT_GE(range.low, low) << what;
  EXPECT_LE(range.high, high) << what;
}

TEST(Operators, AnyFiniteInputGivesBoundedResults) {
  const struct {
    const char* nodes;
    double low;
    double high;
  } kCases[] = {
      {"y = Sigmoid(x)", 0, 1},
      {"y = HardSigmoid(x)", 0, 1},
      {"y = Softmax(x)", 0, 1},
      {"y = Hardmax(x)", 0, 1},
      {"y = Tanh(x)", -1.000001, 1.000001},
      {"y = Softsign(x)", -1, 1},
      {"y = Erf(x)", -1, 1},
      {"y = Sin(x)", -1, 1},
      {"y = Cos(x)", -1, 1},
      {"y = Atan(x)", -1.5708, 1.5708},
      {"y = Sign(x)", -1, 1},
      {"y = Relu(x)", 0, facts::kInfinity},
      {"y = Abs(x)", 0, facts::kInfinity},
      {"y = Exp(x)", 0, facts::kInfinity},
      {"y = Softplus(x)", 0, facts::kInfinity},
      {"y = Mul(x, x)", 0, facts::kInfinity},
      {"y = Cosh(x)", 0.999, facts::kInfinity},
      {"y = ReduceSumSquare(x)", 0, facts::kInfinity},
      {"y = ReduceL1(x)", 0, facts::kInfinity},
      {"y = ReduceL2(x)", 0, facts::kInfinity},
      {"y = LogSoftmax(x)", -facts::kInfinity, 0},
      {"y = Elu(x)", -1, facts::kInfinity},
      {"y = Celu(x)", -1.001, facts::kInfinity},
      {"y = Selu(x)", -1.7582, facts::kInfinity},
      {"y = Gelu(x)", -0.1701, facts::kInfinity},
      {"y = Gelu<approximate = \"tanh\">(x)", -0.1701, facts::kInfinity},
      {"y = HardSwish(x)", -0.3751, facts::kInfinity},
      {"y = Mish(x)", -0.3089, facts::kInfinity},
      {"lo = Constant<value = float {-2}>() hi = Constant<value = float {3}>() "
       "y = Clip(x, lo, hi)",
       -2, 3},
      {"y = ArgMax<axis = 1>(x)", 0, 2},
      {"k = Constant<value = int64[1] {1}>() v, y = TopK<axis = 1>(x, k)", 0, 2},
      {"y = Shape(x)", 2, 3},
      {"y = Size(x)", 6, 6},
      {"y = NonZero(x)", 0, 2},
      {"y = IsNaN(x)", 0, 0},
      {"y = Less(x, x)", 0, 1},
      {"d = Constant<value = int64 {4}>() v = Constant<value = float[2] {0, 1}>() "
       "y = OneHot(i, d, v)",
       0, 1},
      {"y = EyeLike(x)", 0, 1},
      {"s = Constant<value = float {0.1}>() z = Constant<value = int8 {0}>() "
       "y = QuantizeLinear(x, s, z)",
       -128, 127},
      {"y = Cast<to = 3>(x)", -128, 127},
      {"y, s, z = DynamicQuantizeLinear(x)", 0, 255},
      {"y = Cast<to = 17>(x)", -448, 448},
      {"g = Constant<value = float[3] {1, 2, 0.5}>() y = LayerNormalization(x, g)", -3.4642,
       3.4642},
      {"y = LpNormalization<axis = 1>(x)", -1.25, 1.25},
  };
  for (const auto& known : kCases) {
    ExpectWithin(Proved(known.nodes), known.low, known.high, known.nodes);
  }
}

TEST(Operators, WholeNumbersAreKnownToBe) {
  for (const char* nodes :
       {"y = Round(x)", "y = Floor(x)", "y = Ceil(x)", "y = Sign(x)", "y = Shape(x)",
        "y = Cast<to = 7>(x)", "y = ArgMin(x)", "y = EyeLike(x)", "y = Hardmax(x)"}) {
    EXPECT_TRUE(Proved(nodes).integer) << nodes;
  }
}

TEST(Operators, NanIsSaidOnlyWhereItCanOccur) {
  for (const char* nodes : {"y = Sigmoid(x)", "y = Softmax(x)", "y = Relu(x)", "y = Exp(x)",
                            "a = Abs(x) y = Sqrt(a)", "y = ArgMax(x)"}) {
    EXPECT_FALSE(Proved(nodes).nan) << nodes;
  }
  for (const char* nodes : {"y = Log(x)", "y = Sqrt(x)", "y = Acos(x)", "y = Div(x, x)",
                            "h = Constant<value = float {0.5}>() y = Pow(x, h)",
                            "a = Exp(x) b = Exp(a) c = Neg(b) y = Add(b, c)"}) {
    EXPECT_TRUE(Proved(nodes).nan) << nodes;
  }
}

TEST(Operators, RangesOfTheOperandCount) {
  // Inputs are assumed to be within -50 and 50.
  ExpectWithin(Assumed("y = ReduceMean(x)"), -50.1, 50.1, "ReduceMean");
  ExpectWithin(Assumed("y = ReduceSum(x)"), -300.1, 300.1, "ReduceSum");
  ExpectWithin(Assumed("y = LogSoftmax(x)"), -101.2, 0, "LogSoftmax");
  ExpectWithin(Assumed("y = ReduceLogSumExp(x)"), -50.1, 51.9, "ReduceLogSumExp");
  ExpectWithin(Assumed("p = Constant<value = float {2}>() y = Pow(x, p)"), 0, 2500.1, "Pow 2");
  ExpectWithin(Assumed("p = Constant<value = float {3}>() y = Pow(x, p)"), -125001, 125001,
               "Pow 3");
  ExpectWithin(Assumed("w = Constant<value = float[3, 2] {1, 2, -3, 0.5, 0, 0}>() "
                       "y = MatMul(x, w)"),
               -200.1, 200.1, "MatMul by units");
  ExpectWithin(Assumed("k = Constant<value = int64 {1}>() y = CumSum(x, k)"), -150.1, 150.1,
               "CumSum");
  ExpectWithin(Assumed("z = Constant<value = float {1}>() y = PRelu(x, z)"), -50, 50, "PRelu");
  const Interval softmax = Assumed(
      "q = Constant<value = float {0.02}>() s = Mul(x, q) "
      "y = Softmax(s)");
  ExpectWithin(softmax, 0.06, 0.79, "Softmax of a narrow input");
}

TEST(Operators, SoftmaxOfOlderOpsetsTakesAllAxesTogether) {
  // Equal elements: one in three, or one in six over both axes.
  const std::string nodes =
      "z = Sub(x, x) w = Clip<min = 0.0, max = 0.0>(z) y = Softmax<axis = 0>(w)";
  ExpectWithin(Assumed(nodes, 9), 0.1666, 0.1667, "opset 9");
}

TEST(Operators, EmptyTensorsHaveTheNeutralElement) {
  const std::string empty = "float[2, 0]";
  const std::string axes = "a = Constant<value = int64[1] {1}>() ";
  EXPECT_EQ(Proved(axes + "y = ReduceSum(x, a)", empty).high, 0);
  EXPECT_EQ(Proved(axes + "y = ReduceProd(x, a)", empty).low, 1);
  EXPECT_EQ(Proved(axes + "y = ReduceMax(x, a)", empty).high, -facts::kInfinity);
  EXPECT_EQ(Proved(axes + "y = ReduceMin(x, a)", empty).low, facts::kInfinity);
  EXPECT_TRUE(Proved(axes + "y = ReduceMean(x, a)", empty).nan);
}

TEST(Operators, CastsOverflowToInfinityOrSaturate) {
  const Interval half = Proved("y = Cast<to = 10>(x)");
  EXPECT_EQ(half.high, facts::kInfinity);
  EXPECT_EQ(Assumed("y = Cast<to = 10>(x)").high, 50);
  const Interval loose = Proved("y = Cast<to = 17, saturate = 0>(x)");
  EXPECT_TRUE(loose.nan);
  EXPECT_EQ(Proved("y = Cast<to = 19, saturate = 0>(x)").high, facts::kInfinity);
}

TEST(Operators, DimsThatPromiseMoreThanThereIsDoNoHarm) {
  Analysed net = Net("w = Constant<value = float[3, 2] {1, 2, -3, 0.5, 0, 0}>() y = MatMul(x, w)",
                     "float[2, 3]", 21);
  ir::Model& model = *net.model;
  for (ir::Value& value : model.graph.values) {
    if (value.name == "w") value.type.shape = {{{.size = 1LL << 62}, {.size = 1LL << 62}}};
  }
  net.ranges = std::make_unique<facts::Ranges>(model);
  EXPECT_GE(net.Of("y").assumed.high, 200);
}

TEST(Operators, EveryEntryIsWholeAndOneOfItsName) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  std::size_t count = 0;
  for (const facts::RangeFamily& family : facts::RangeFamilies()) {
    EXPECT_FALSE(family.name.empty());
    for (const facts::RangeOperator& entry : family.operators) {
      ++count;
      EXPECT_TRUE(seen.emplace(entry.domain, entry.op_type).second) << entry.op_type;
      EXPECT_NE(entry.transfer, nullptr) << entry.op_type;
      EXPECT_FALSE(entry.result.empty()) << entry.op_type;
      EXPECT_EQ(facts::FindTransfer(entry.domain, entry.op_type), entry.transfer);
    }
    EXPECT_TRUE(std::ranges::is_sorted(family.operators, {}, [](const facts::RangeOperator& entry) {
      return std::pair(entry.domain, entry.op_type);
    })) << family.name;
  }
  EXPECT_GE(count, 150U);
}

}  // namespace
}  // namespace onnxcheck::tests
