#include "analyzer/facts/parameters.h"

#include "gtest/gtest.h"
#include "tests/facts/graph_builder.h"

namespace onnxcheck::facts {
namespace {

TEST(CountParametersTest, WeightsBiasesAndEmbeddings) {
  GraphBuilder graph;
  graph.Input("ids").Weight("table", {100, 8}).Weight("w", {8, 4}).Weight("b", {4});
  graph.Node("Gather", {"table", "ids"}, {"e"}).Node("MatMul", {"e", "w"}, {"m"});
  graph.Node("Add", {"m", "b"}, {"y"}).Output("y");
  EXPECT_EQ(CountParameters(graph.Model()).trainable, 800 + 32 + 4);
}

TEST(CountParametersTest, RunningStatisticsAreNotTrained) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {8, 3, 3, 3}).Node("Conv", {"x", "w"}, {"c"});
  for (const char* name : {"scale", "bias", "mean", "var"}) graph.Weight(name, {8});
  graph.Node("BatchNormalization", {"c", "scale", "bias", "mean", "var"}, {"y"}).Output("y");
  EXPECT_EQ(CountParameters(graph.Model()).trainable, 216 + 16);
  EXPECT_EQ(CountParameters(graph.Model()).not_trainable, 16);
}

TEST(CountParametersTest, FollowsMovesAndCountsSharedWeightsOnce) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {4, 4}).Node("Transpose", {"w"}, {"t"});
  graph.Node("MatMul", {"x", "t"}, {"a"}).Node("MatMul", {"a", "w"}, {"y"}).Output("y");
  EXPECT_EQ(CountParameters(graph.Model()).trainable, 16);
}

TEST(CountParametersTest, ConstantsOfFormulasAndPreprocessingAreNone) {
  GraphBuilder graph;
  graph.Input("x").Float("epsilon", 1e-5F).Weight("mean", {1, 3, 1, 1}).Int("axis", 1);
  graph.Node("Sub", {"x", "mean"}, {"c"}).Node("Add", {"c", "epsilon"}, {"d"});
  graph.Node("ReduceMean", {"d", "axis"}, {"y"}).Output("y");
  EXPECT_EQ(CountParameters(graph.Model()).trainable, 0);
  EXPECT_EQ(CountParameters(graph.Model()).not_trainable, 0);
}

TEST(CountParametersTest, LooksIntoLocalFunctions) {
  GraphBuilder body("functions[0]:dense");
  body.Input("a").Input("k").Node("MatMul", {"a", "k"}, {"b"}).Output("b");
  ir::Model model = GraphBuilder()
                        .Input("x")
                        .Weight("w", {5, 2})
                        .Node("dense", {"x", "w"}, {"y"}, {}, "local")
                        .Output("y")
                        .Model();
  model.functions = {{.name = "dense", .domain = "local", .body = body.Build()}};
  EXPECT_EQ(CountParameters(model).trainable, 10);
}

TEST(CountParametersTest, HugeDimensionsDoNotOverflow) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {1LL << 40, 1LL << 40}).Node("MatMul", {"x", "w"}, {"y"});
  EXPECT_EQ(CountParameters(graph.Output("y").Model()).trainable, 0);
}

}  // namespace
}  // namespace onnxcheck::facts
