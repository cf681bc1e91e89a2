#include "analyzer/facts/macs.h"

#include "gtest/gtest.h"
#include "tests/facts/graph_builder.h"

namespace onnxcheck::facts {
namespace {

MacCount MacsOf(const ir::Model& model) { return CountMacs(ReadTraining(model)); }

TEST(CountMacsTest, ConvolutionsCountEachPlaceOfTheirOutput) {
  GraphBuilder graph;
  graph.Input("x").Shape("x", {-1, 4, 8, 8}).Weight("w", {8, 2, 3, 3}).Weight("v", {8, 4, 2, 2});
  graph.Node("Conv", {"x", "w"}, {"c"}, {IntAttr("group", 2)}).Shape("c", {-1, 8, 6, 6});
  graph.Node("ConvTranspose", {"c", "v"}, {"y"}).Output("y");
  const MacCount macs = MacsOf(graph.Model());
  EXPECT_EQ(macs.total, 8 * 36 * (2 * 9) + 8 * 36 * (4 * 4));
  EXPECT_TRUE(macs.open_sizes);
  EXPECT_EQ(macs.uncounted, 0);
}

TEST(CountMacsTest, ProductsBroadcastTheirBatches) {
  GraphBuilder graph;
  graph.Input("q").Shape("q", {2, 3, 5, 7}).Input("k").Shape("k", {3, 7, 11});
  graph.Weight("w", {4, 11}).Node("MatMul", {"q", "k"}, {"s"}).Shape("s", {2, 3, 5, 11});
  graph.Input("g").Shape("g", {6, 11});
  graph.Node("Gemm", {"g", "w"}, {"y"}, {IntAttr("transB", 1)}).Output("y").Output("s");
  const MacCount macs = MacsOf(graph.Model());
  EXPECT_EQ(macs.total, 2 * 3 * 5 * 7 * 11 + 6 * 11 * 4);
  EXPECT_FALSE(macs.open_sizes);
}

TEST(CountMacsTest, RecurrentLayersCountEveryGateOfEveryStep) {
  GraphBuilder graph;
  graph.Input("x").Shape("x", {10, 1, 5}).Weight("w", {2, 12, 5}).Weight("r", {2, 12, 3});
  graph.Node("LSTM", {"x", "w", "r"}, {"y"}).Output("y");
  EXPECT_EQ(MacsOf(graph.Model()).total, 10 * 2 * 12 * (5 + 3));
}

TEST(CountMacsTest, EinsumIsTheLoopNestOfItsLetters) {
  GraphBuilder graph;
  graph.Input("a").Shape("a", {2, 3, 4}).Input("b").Shape("b", {2, 4, 5});
  graph.Node("Einsum", {"a", "b"}, {"y"},
             {{.name = "equation", .value = std::string("bij,bjk->bik"), .reference = ""}});
  EXPECT_EQ(MacsOf(graph.Output("y").Model()).total, 2 * 3 * 4 * 5);
}

TEST(CountMacsTest, AttentionCountsScoresAndValues) {
  GraphBuilder graph;
  graph.Input("q").Shape("q", {1, 4, 10, 8}).Input("k").Shape("k", {1, 4, 20, 8});
  graph.Input("v").Shape("v", {1, 4, 20, 6});
  graph.Node("Attention", {"q", "k", "v"}, {"y"}).Output("y");
  EXPECT_EQ(MacsOf(graph.Model()).total, 4 * 10 * 20 * (8 + 6));
}

TEST(CountMacsTest, OfAnIfTheLargerBranchCounts) {
  const auto branch = [](std::int64_t units) {
    GraphBuilder body("graph/node[0]:If/then_branch");
    body.Shape("x", {1, 4}).Weight("w", {4, units}).Node("MatMul", {"x", "w"}, {"y"});
    return std::vector<ir::Graph>{body.Output("y").Build()};
  };
  GraphBuilder graph;
  graph.Input("c").Input("x").Shape("x", {1, 4});
  graph.Node(
      "If", {"c"}, {"y"},
      {{.name = "then_branch", .value = branch(3)}, {.name = "else_branch", .value = branch(7)}});
  EXPECT_EQ(MacsOf(graph.Output("y").Model()).total, 28);
}

TEST(CountMacsTest, UnknownShapesAreSaidToBeUncountedAndHugeOnesSaturate) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {4, 4}).Node("MatMul", {"x", "w"}, {"y"}).Output("y");
  EXPECT_EQ(MacsOf(graph.Model()).uncounted, 1);
  graph.Shape("x", {1LL << 40, 4}).Weight("v", {4, 1LL << 40});
  graph.Node("MatMul", {"x", "v"}, {"z"}).Output("z");
  EXPECT_EQ(MacsOf(graph.Model()).total, std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace onnxcheck::facts
