#include "analyzer/facts/heads.h"

#include "analyzer/facts/graph_query.h"
#include "gtest/gtest.h"
#include "tests/facts/graph_builder.h"

namespace onnxcheck::facts {
namespace {

using ir::Activation;

Head OnlyHead(const ir::Model& model) {
  const auto heads = OutputHeads(ReadTraining(model));
  EXPECT_EQ(heads.size(), 1u);
  return heads.at(0);
}

// A dense layer from x to "logits".
GraphBuilder Dense() {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {4, 10}).Weight("b", {10});
  graph.Node("Gemm", {"x", "w", "b"}, {"logits"}).Shape("logits", {-1, 10});
  return graph;
}

TEST(HeadsTest, NamesTheActivationItsNodeAndTheWidth) {
  const Head head =
      OnlyHead(Dense().Node("Softmax", {"logits"}, {"y"}).Shape("y", {-1, 10}).Output("y").Model());
  EXPECT_EQ(head.activation, Activation::kSoftmax);
  EXPECT_EQ(head.name, "y");
  EXPECT_EQ(head.node, 1);
  EXPECT_EQ(head.location.logical, "graph/node[1]:Softmax");
  EXPECT_EQ(head.location.path, "m.onnx");
  EXPECT_EQ(head.width, 10);
  EXPECT_EQ(head.axis_size, 10);
}

TEST(HeadsTest, KnowsTheSimpleActivations) {
  for (const auto& [op, activation] :
       std::vector<std::pair<std::string, Activation>>{{"LogSoftmax", Activation::kLogSoftmax},
                                                       {"Sigmoid", Activation::kSigmoid},
                                                       {"Tanh", Activation::kTanh},
                                                       {"Relu", Activation::kRelu},
                                                       {"LeakyRelu", Activation::kNone},
                                                       {"Softplus", Activation::kUnknown},
                                                       {"ArgMax", Activation::kUnknown},
                                                       {"Clip", Activation::kUnknown}}) {
    EXPECT_EQ(OnlyHead(Dense().Node(op, {"logits"}, {"y"}).Output("y").Model()).activation,
              activation)
        << op;
  }
}

TEST(HeadsTest, LooksThroughMovesAndInferenceDropout) {
  GraphBuilder graph = Dense();
  graph.Int("shape", -1).Node("Softmax", {"logits"}, {"p"});
  graph.Node("Dropout", {"p"}, {"d"}).Node("Reshape", {"d", "shape"}, {"r"});
  graph.Node("Cast", {"r"}, {"c"}, {IntAttr("to", 10)}).Node("Transpose", {"c"}, {"t"});
  graph.Node("DequantizeLinear", {"t"}, {"y"}).Output("y");
  EXPECT_EQ(OnlyHead(graph.Model()).activation, Activation::kSoftmax);
}

TEST(HeadsTest, DoesNotLookThroughACastToIntegers) {
  GraphBuilder graph = Dense();
  graph.Node("Softmax", {"logits"}, {"p"});
  graph.Node("Cast", {"p"}, {"y"}, {IntAttr("to", 7)}).Output("y");
  EXPECT_EQ(OnlyHead(graph.Model()).activation, Activation::kUnknown);
}

TEST(HeadsTest, OldSoftmaxNormalisesAllAxesFromTheFirst) {
  GraphBuilder graph;
  graph.Input("x").Shape("x", {2, 3, 4}).Node("Softmax", {"x"}, {"y"}).Shape("y", {2, 3, 4});
  graph.Output("y");
  EXPECT_EQ(OnlyHead(graph.Model(11)).axis_size, 12);
  EXPECT_EQ(OnlyHead(graph.Model(13)).axis_size, 4);
}

TEST(HeadsTest, AxisAttributeDecidesAndUnknownSizesStayUnknown) {
  GraphBuilder graph;
  graph.Input("x").Shape("x", {-1, 5, 7, 7}).Shape("y", {-1, 5, 7, 7});
  graph.Node("Softmax", {"x"}, {"y"}, {IntAttr("axis", 1)}).Output("y");
  EXPECT_EQ(OnlyHead(graph.Model()).axis_size, 5);
  GraphBuilder batch;
  batch.Input("x").Shape("x", {-1, 5});
  batch.Node("Softmax", {"x"}, {"y"}, {IntAttr("axis", 0)}).Output("y");
  EXPECT_EQ(OnlyHead(batch.Model()).axis_size, std::nullopt);
}

TEST(HeadsTest, SoftmaxInPieces) {
  GraphBuilder stable = Dense();
  stable.Int("axis", -1).Node("ReduceMax", {"logits", "axis"}, {"max"});
  stable.Node("Sub", {"logits", "max"}, {"shifted"}).Node("Exp", {"shifted"}, {"e"});
  stable.Shape("e", {-1, 10}).Node("ReduceSum", {"e", "axis"}, {"sum"});
  GraphBuilder log = stable;
  stable.Node("Div", {"e", "sum"}, {"y"}).Output("y");
  EXPECT_EQ(OnlyHead(stable.Model()).activation, Activation::kSoftmax);
  EXPECT_EQ(OnlyHead(stable.Model()).axis_size, 10);

  log.Node("Log", {"sum"}, {"lse"});
  GraphBuilder unshifted = log;
  log.Node("Sub", {"shifted", "lse"}, {"y"}).Output("y");
  EXPECT_EQ(OnlyHead(log.Model()).activation, Activation::kLogSoftmax);
  unshifted.Node("Add", {"lse", "max"}, {"full"}).Node("Sub", {"logits", "full"}, {"y"});
  EXPECT_EQ(OnlyHead(unshifted.Output("y").Model()).activation, Activation::kLogSoftmax);
}

TEST(HeadsTest, ADivisionByAnotherSumIsNoSoftmax) {
  GraphBuilder graph = Dense();
  graph.Int("axis", -1).Node("Exp", {"logits"}, {"e"}).Node("Exp", {"x"}, {"other"});
  graph.Node("ReduceSum", {"other", "axis"}, {"sum"}).Node("Div", {"e", "sum"}, {"y"});
  EXPECT_EQ(OnlyHead(graph.Output("y").Model()).activation, Activation::kUnknown);
}

TEST(HeadsTest, LogOfSoftmaxAndReduceLogSumExp) {
  GraphBuilder graph = Dense();
  graph.Node("Softmax", {"logits"}, {"p"}).Shape("p", {-1, 10}).Node("Log", {"p"}, {"y"});
  EXPECT_EQ(OnlyHead(graph.Output("y").Model()).activation, Activation::kLogSoftmax);
  GraphBuilder fused = Dense();
  fused.Node("ReduceLogSumExp", {"logits"}, {"lse"}).Node("Sub", {"logits", "lse"}, {"y"});
  EXPECT_EQ(OnlyHead(fused.Output("y").Model()).activation, Activation::kLogSoftmax);
}

TEST(HeadsTest, SigmoidInPieces) {
  GraphBuilder graph = Dense();
  graph.Float("one", 1).Node("Neg", {"logits"}, {"n"}).Node("Exp", {"n"}, {"e"});
  graph.Node("Add", {"e", "one"}, {"d"});
  GraphBuilder reciprocal = graph;
  EXPECT_EQ(OnlyHead(graph.Node("Div", {"one", "d"}, {"y"}).Output("y").Model()).activation,
            Activation::kSigmoid);
  EXPECT_EQ(OnlyHead(reciprocal.Node("Reciprocal", {"d"}, {"y"}).Output("y").Model()).activation,
            Activation::kSigmoid);
}

TEST(HeadsTest, RawOutputsAreThoseOfWeightsAndBias) {
  EXPECT_EQ(OnlyHead(Dense().Output("logits").Model()).activation, Activation::kNone);
  GraphBuilder matmul;
  matmul.Input("x").Weight("w", {4, 1}).Weight("b", {1}).Node("MatMul", {"x", "w"}, {"m"});
  matmul.Node("Add", {"m", "b"}, {"y"}).Output("y");
  EXPECT_EQ(OnlyHead(matmul.Model()).activation, Activation::kNone);
  GraphBuilder pooled;
  pooled.Input("x").Weight("w", {10, 3, 1, 1}).Node("Conv", {"x", "w"}, {"c"});
  pooled.Node("GlobalAveragePool", {"c"}, {"g"}).Node("Flatten", {"g"}, {"y"}).Output("y");
  EXPECT_EQ(OnlyHead(pooled.Model()).activation, Activation::kNone);
}

TEST(HeadsTest, DynamicQuantisationIsSeenThrough) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {4, 10}).Weight("b", {10});
  graph.Node("DynamicQuantizeLinear", {"x"}, {"q", "scale", "zero"});
  graph.Node("MatMulInteger", {"q", "w", "zero"}, {"i"});
  graph.Node("Cast", {"i"}, {"f"}, {IntAttr("to", 1)}).Node("Mul", {"f", "scale"}, {"s"});
  graph.Node("Add", {"s", "b"}, {"y"}).Output("y");
  EXPECT_EQ(OnlyHead(graph.Model()).activation, Activation::kNone);
}

TEST(HeadsTest, WhatMayBeBoundedIsUnknown) {
  GraphBuilder grouped = Dense();
  grouped.Weight("groups", {10, 2}).Node("Softmax", {"logits"}, {"p"});
  grouped.Node("MatMul", {"p", "groups"}, {"y"}).Output("y");
  EXPECT_EQ(OnlyHead(grouped.Model()).activation, Activation::kUnknown);
  GraphBuilder shifted = Dense();
  shifted.Float("half", 0.5F).Node("Sigmoid", {"logits"}, {"s"});
  shifted.Node("Add", {"s", "half"}, {"y"}).Output("y");
  EXPECT_EQ(OnlyHead(shifted.Model()).activation, Activation::kUnknown);
  GraphBuilder similarity;
  similarity.Input("a").Input("b").Node("MatMul", {"a", "b"}, {"y"}).Output("y");
  EXPECT_EQ(OnlyHead(similarity.Model()).activation, Activation::kUnknown);
  GraphBuilder foreign = Dense();
  foreign.Node("Softmax", {"logits"}, {"y"}, {}, "com.example").Output("y");
  EXPECT_EQ(OnlyHead(foreign.Model()).activation, Activation::kUnknown);
}

TEST(HeadsTest, AnInputPassedOnHasNoNode) {
  GraphBuilder graph;
  const Head head = OnlyHead(graph.Input("x").Output("x").Model());
  EXPECT_EQ(head.node, ir::kNone);
  EXPECT_EQ(head.activation, Activation::kUnknown);
}

TEST(HeadsTest, CyclesAndDiamondsEnd) {
  GraphBuilder cycle;
  cycle.Node("Identity", {"b"}, {"a"}).Node("Identity", {"a"}, {"b"}).Output("b");
  EXPECT_EQ(OnlyHead(cycle.Model()).activation, Activation::kUnknown);
  GraphBuilder diamonds = Dense();
  std::string last = "logits";
  for (int i = 0; i < 2000; ++i) {
    const std::string next = "d" + std::to_string(i);
    diamonds.Node("Add", {last, last}, {next});
    last = next;
  }
  EXPECT_EQ(OnlyHead(diamonds.Output(last).Model()).activation, Activation::kUnknown);
}

TEST(HeadsTest, RecursiveFunctionsEnd) {
  GraphBuilder body("functions[0]:f");
  body.Input("a").Node("f", {"a"}, {"b"}, {}, "local").Output("b");
  ir::Model model = Dense().Node("f", {"logits"}, {"y"}, {}, "local").Output("y").Model();
  model.functions = {{.name = "f", .domain = "local", .body = body.Build()}};
  EXPECT_EQ(OnlyHead(model).activation, Activation::kUnknown);
}

}  // namespace
}  // namespace onnxcheck::facts
