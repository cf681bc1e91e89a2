#include "analyzer/facts/layers.h"

#include "gtest/gtest.h"
#include "tests/facts/graph_builder.h"

namespace onnxcheck::facts {
namespace {

ir::Attribute Perm(std::vector<std::int64_t> order) {
  return {.name = "perm", .value = std::move(order), .reference = ""};
}

TEST(LayersTest, GemmCountsRowsAsInputsWhicheverWayTheMatrixLies) {
  for (const bool transposed : {false, true}) {
    GraphBuilder graph;
    graph.Input("x").Weight(
        "w", transposed ? std::vector<std::int64_t>{3, 5} : std::vector<std::int64_t>{5, 3});
    graph.Weight("b", {3}).Node("Gemm", {"x", "w", "b"}, {"y"}, {IntAttr("transB", transposed)});
    const ir::Model model = graph.Output("y").Model();
    const std::vector<Layer> layers = Layers(model);
    ASSERT_EQ(layers.size(), 1U);
    EXPECT_EQ(layers[0].kind, LayerKind::kDense);
    EXPECT_EQ(layers[0].in_features, 5);
    EXPECT_EQ(layers[0].out_features, 3);
    ASSERT_EQ(layers[0].weights.size(), 2U);
    const LayerWeight& weight = layers[0].weights[0];
    EXPECT_EQ(weight.tensor, &model.graph.initializers[0]);
    EXPECT_EQ(weight.fan_in, 5);
    EXPECT_EQ(weight.fan_out, 3);
    EXPECT_EQ(weight.out_axis, transposed ? 0U : 1U);
    EXPECT_EQ(weight.in_axis, transposed ? 1U : 0U);
    EXPECT_EQ(layers[0].weights[1].role, WeightRole::kBias);
  }
}

TEST(LayersTest, MatMulOwnsTheBiasAddedAfterIt) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {4, 6}).Weight("b", {6}).Weight("c", {4}).Weight("d", {4});
  graph.Node("Transpose", {"w"}, {"t"}, {Perm({1, 0})}).Shape("t", {6, 4});
  graph.Node("MatMul", {"x", "t"}, {"m"}).Node("Add", {"b", "m"}, {"e"});
  graph.Node("Add", {"m", "c"}, {"z"}).Node("Add", {"z", "d"}, {"y"}).Output("y");
  const ir::Model model = graph.Model();
  const std::vector<Layer> layers = Layers(model);
  ASSERT_EQ(layers.size(), 3U) << "b does not have one number a unit, d follows no layer";
  EXPECT_EQ(layers[0].in_features, 6);
  EXPECT_EQ(layers[0].out_features, 4);
  EXPECT_EQ(layers[0].weights[0].out_axis, 0U);
  EXPECT_EQ(layers[0].weights[0].in_axis, 1U);
  EXPECT_EQ(layers[0].weights[0].value, graph.Value("w"));
  ASSERT_EQ(layers[0].weights.size(), 2U);
  EXPECT_EQ(layers[0].weights[1].role, WeightRole::kBias);
  EXPECT_EQ(layers[0].weights[1].value, graph.Value("c"));
  EXPECT_EQ(layers[1].weights[0].value, graph.Value("b"));
  EXPECT_EQ(layers[2].kind, LayerKind::kElementwise);
}

TEST(LayersTest, ConvolutionsCountTheirKernels) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {8, 2, 3, 3}).Weight("v", {8, 4, 2, 2}).Weight("b", {4});
  graph.Node("Conv", {"x", "w"}, {"c"}, {IntAttr("group", 2)});
  graph.Node("ConvTranspose", {"c", "v", "b"}, {"y"}).Output("y");
  const ir::Model model = graph.Model();
  const std::vector<Layer> layers = Layers(model);
  ASSERT_EQ(layers.size(), 2U);
  EXPECT_EQ(layers[0].in_features, 4);
  EXPECT_EQ(layers[0].out_features, 8);
  EXPECT_EQ(layers[0].weights[0].fan_in, 18);
  EXPECT_EQ(layers[0].weights[0].fan_out, 72);
  EXPECT_EQ(layers[1].kind, LayerKind::kTransposedConvolution);
  EXPECT_EQ(layers[1].in_features, 8);
  EXPECT_EQ(layers[1].out_features, 4);
  EXPECT_EQ(layers[1].weights[0].out_axis, 1U);
  EXPECT_EQ(layers[1].weights[0].fan_in, 16) << "as torch.nn.init counts it: size(1) x kernel";
}

TEST(LayersTest, GatesStackedFromPiecesBelongToTheRecurrentLayer) {
  GraphBuilder graph;
  graph.Input("x").Weight("ih", {12, 5}).Weight("hh", {12, 3}).Weight("b", {1, 24});
  graph.Shape("W", {1, 12, 5}).Shape("R", {1, 12, 3});
  graph.Node("Slice", {"ih"}, {"i"}).Node("Slice", {"ih"}, {"o"});
  graph.Node("Concat", {"i", "o"}, {"io"}).Node("Unsqueeze", {"io"}, {"W"});
  graph.Node("Unsqueeze", {"hh"}, {"R"});
  graph.Node("LSTM", {"x", "W", "R", "b"}, {"y"}).Output("y");
  const ir::Model model = graph.Model();
  const std::vector<Layer> layers = Layers(model);
  ASSERT_EQ(layers.size(), 1U);
  EXPECT_EQ(layers[0].in_features, 5);
  EXPECT_EQ(layers[0].out_features, 3);
  ASSERT_EQ(layers[0].weights.size(), 3U) << "a tensor taken in slices is one weight";
  EXPECT_EQ(layers[0].weights[0].value, graph.Value("ih"));
  EXPECT_EQ(layers[0].weights[0].fan_in, 5);
  EXPECT_FALSE(layers[0].weights[0].out_axis) << "the gates are in another order";
  EXPECT_EQ(layers[0].weights[1].role, WeightRole::kRecurrent);
  EXPECT_EQ(layers[0].weights[2].role, WeightRole::kBias);
}

TEST(LayersTest, DequantisedWeightsAreThoseThatAreStored) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {4, 3}).Float("s", 0.1F);
  ir::Model model = graph.Node("DequantizeLinear", {"w", "s"}, {"f"})
                        .Shape("f", {4, 3})
                        .Node("MatMul", {"x", "f"}, {"y"})
                        .Output("y")
                        .Model();
  model.graph.initializers[0].element = ir::ElementType::kInt8;
  const std::vector<Layer> layers = Layers(model);
  ASSERT_EQ(layers.size(), 1U);
  EXPECT_TRUE(layers[0].weights[0].dequantised);
  EXPECT_EQ(layers[0].weights[0].in_axis, 0U);
}

TEST(LayersTest, WeightsAroundASubgraphAreFound) {
  GraphBuilder body("graph/node[0]:If/then_branch");
  body.Node("MatMul", {"x", "w"}, {"y"}).Output("y");
  GraphBuilder graph;
  graph.Input("c").Input("x").Weight("w", {4, 4});
  graph.Node("If", {"c"}, {"y"},
             {{.name = "then_branch", .value = std::vector<ir::Graph>{body.Build()}}});
  const ir::Model model = graph.Output("y").Model();
  const std::vector<Layer> layers = Layers(model);
  ASSERT_EQ(layers.size(), 1U);
  EXPECT_EQ(layers[0].weights[0].tensor, &model.graph.initializers[0]);
  EXPECT_EQ(layers[0].weights[0].graph, &model.graph);
  EXPECT_NE(layers[0].graph, &model.graph);
  EXPECT_EQ(layers[0].out_features, 4);
}

TEST(LayersTest, FormulasPreprocessingAndConstantFoldsAreNoLayers) {
  GraphBuilder graph;
  graph.Input("x").Weight("mean", {1, 3, 1, 1}).Float("half", 0.5F).Weight("w", {2, 2});
  graph.Node("Transpose", {"x"}, {"t"}).Node("Sub", {"t", "mean"}, {"a"});
  graph.Node("Mul", {"a", "half"}, {"y"}).Node("MatMul", {"w", "w"}, {"z"});
  const ir::Model model = graph.Output("y").Model();
  EXPECT_TRUE(Layers(model).empty());
}

}  // namespace
}  // namespace onnxcheck::facts
