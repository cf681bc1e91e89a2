#include "analyzer/facts/parameters.h"

#include "gtest/gtest.h"
#include "tests/facts/graph_builder.h"

namespace onnxcheck::facts {
namespace {

ParameterCount CountOf(const ir::Model& model) {
  return CountParameters(ReadTraining(model), Layers(model));
}

TEST(CountParametersTest, WeightsBiasesAndEmbeddings) {
  GraphBuilder graph;
  graph.Input("ids").Weight("table", {100, 8}).Weight("w", {8, 4}).Weight("b", {4});
  graph.Node("Gather", {"table", "ids"}, {"e"}).Node("MatMul", {"e", "w"}, {"m"});
  graph.Node("Add", {"m", "b"}, {"y"}).Output("y");
  EXPECT_EQ(CountOf(graph.Model()).trainable, 800 + 32 + 4);
}

TEST(CountParametersTest, RunningStatisticsAreNotTrained) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {8, 3, 3, 3}).Node("Conv", {"x", "w"}, {"c"});
  for (const char* name : {"scale", "bias", "mean", "var"}) graph.Weight(name, {8});
  graph.Node("BatchNormalization", {"c", "scale", "bias", "mean", "var"}, {"y"}).Output("y");
  EXPECT_EQ(CountOf(graph.Model()).trainable, 216 + 16);
  EXPECT_EQ(CountOf(graph.Model()).not_trainable, 16);
}

TEST(CountParametersTest, FollowsMovesAndCountsSharedWeightsOnce) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {4, 4}).Node("Transpose", {"w"}, {"t"});
  graph.Node("MatMul", {"x", "t"}, {"a"}).Node("MatMul", {"a", "w"}, {"y"}).Output("y");
  const ir::Model model = graph.Model();
  const std::vector<Layer> layers = Layers(model);
  EXPECT_EQ(CountParameters(ReadTraining(model), layers).trainable, 16);
  const std::vector<TiedWeight> tied = TiedWeights(layers);
  ASSERT_EQ(tied.size(), 1U);
  EXPECT_EQ(tied[0].tensor->name, "w");
  ASSERT_EQ(tied[0].layers.size(), 2U);
  EXPECT_EQ(tied[0].layers[1]->node, 2);
}

// TorchScript's exporter: two parameters of equal values are one tensor and an Identity; one that
// two layers share is one tensor, whichever way they reach it.
TEST(CountParametersTest, ParametersOfEqualValuesThatWereStoredOnce) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {4, 4}).Weight("s", {4}).Weight("b", {4});
  graph.Node("Identity", {"s"}, {"norm2.weight"}).Node("Identity", {"w"}, {"w2"});
  graph.Node("LayerNormalization", {"x", "s", "b"}, {"n"}).Node("MatMul", {"n", "w"}, {"m"});
  graph.Node("LayerNormalization", {"m", "norm2.weight", "b"}, {"o"});
  graph.Node("MatMul", {"o", "w2"}, {"p"}).Node("MatMul", {"p", "w2"}, {"y"}).Output("y");
  ir::Model model = graph.Model();
  EXPECT_EQ(CountOf(model).trainable, 16 + 4 + 4);
  EXPECT_EQ(TiedWeights(Layers(model))[0].layers.size(), 3U);
  model.producer_name = "pytorch";
  EXPECT_EQ(CountOf(model).trainable, 32 + 8 + 4);
  const std::vector<Layer> layers = Layers(model);
  const std::vector<TiedWeight> tied = TiedWeights(layers);
  ASSERT_EQ(tied.size(), 1U);
  EXPECT_EQ(tied[0].layers.size(), 2U);
}

TEST(CountParametersTest, PositionsAddedBehindAClassToken) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {8, 8}).Weight("token", {1, 1, 8}).Weight("position", {1, 5, 8});
  graph.Node("MatMul", {"x", "w"}, {"patches"});
  graph.Node("Concat", {"token", "patches"}, {"c"}, {IntAttr("axis", 1)});
  graph.Node("Add", {"c", "position"}, {"y"}).Output("y");
  EXPECT_EQ(CountOf(graph.Model()).trainable, 64 + 8 + 40);
}

TEST(CountParametersTest, MeansOfJoinedInputsAreNone) {
  GraphBuilder graph;
  graph.Input("a").Input("b").Weight("mean", {4}).Node("Concat", {"a", "b"}, {"c"});
  graph.Node("Sub", {"c", "mean"}, {"y"}).Output("y");
  EXPECT_EQ(CountOf(graph.Model()).trainable, 0);
}

TEST(CountParametersTest, NormalisationWrittenOut) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {8, 4}).Weight("mean", {4}).Weight("scale", {4}).Weight("bias", {4});
  graph.Node("MatMul", {"x", "w"}, {"m"}).Node("Sub", {"m", "mean"}, {"c"});
  graph.Node("Mul", {"c", "scale"}, {"s"}).Node("Add", {"s", "bias"}, {"y"}).Output("y");
  EXPECT_EQ(CountOf(graph.Model()).trainable, 32 + 8);
  EXPECT_EQ(CountOf(graph.Model()).not_trainable, 4);
}

// tf2onnx: a layer normalisation by way of a batch normalisation without scale and bias.
TEST(CountParametersTest, OnesThatAreRepeatedToAList) {
  GraphBuilder graph;
  graph.Input("x").Input("shape").Input("mean").Input("var").Float("one", 1).Float("zero", 0);
  graph.Node("Expand", {"one", "shape"}, {"ones"}).Node("Expand", {"zero", "shape"}, {"zeros"});
  graph.Node("BatchNormalization", {"x", "ones", "zeros", "mean", "var"}, {"y"}).Output("y");
  EXPECT_EQ(CountOf(graph.Model()).trainable, 0);
}

TEST(CountParametersTest, ConstantsOfFormulasAndPreprocessingAreNone) {
  GraphBuilder graph;
  graph.Input("x").Float("epsilon", 1e-5F).Weight("mean", {1, 3, 1, 1}).Int("axis", 1);
  graph.Node("Sub", {"x", "mean"}, {"c"}).Node("Add", {"c", "epsilon"}, {"d"});
  graph.Node("ReduceMean", {"d", "axis"}, {"y"}).Output("y");
  EXPECT_EQ(CountOf(graph.Model()).trainable, 0);
  EXPECT_EQ(CountOf(graph.Model()).not_trainable, 0);
}

TEST(CountParametersTest, KerasKeepsOneBiasAGate) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {1, 12, 5}).Weight("r", {1, 12, 3}).Weight("b", {1, 24});
  graph.Node("LSTM", {"x", "w", "r", "b"}, {"y"}).Output("y");
  ir::Model model = graph.Model();
  EXPECT_EQ(CountOf(model).trainable, 60 + 36 + 24);
  model.producer_name = "tf2onnx";
  EXPECT_EQ(CountOf(model).trainable, 60 + 36 + 12);
}

TEST(CountParametersTest, PackedWeightsCountByTheirMatrix) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {32, 2, 16}).Weight("s", {64});
  graph.Node("MatMulNBits", {"x", "w", "s"}, {"y"}, {IntAttr("K", 64), IntAttr("N", 32)},
             "com.microsoft");
  EXPECT_EQ(CountOf(graph.Output("y").Model()).trainable, 64 * 32);
}

TEST(CountParametersTest, HugeDimensionsDoNotOverflow) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {1LL << 40, 1LL << 40}).Node("MatMul", {"x", "w"}, {"y"});
  EXPECT_EQ(CountOf(graph.Output("y").Model()).trainable, 0);
}

}  // namespace
}  // namespace onnxcheck::facts
