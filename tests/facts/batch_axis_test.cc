#include "analyzer/facts/batch_axis.h"

#include "analyzer/facts/axis_step.h"
#include "gtest/gtest.h"
#include "tests/facts/graph_builder.h"

namespace onnxcheck::facts {
namespace {

using Kind = AxisStep::Kind;

ir::Attribute IntsAttr(std::string name, std::vector<std::int64_t> values) {
  return {.name = std::move(name), .value = std::move(values), .reference = ""};
}

TEST(FollowAxisTest, MatMulSumsOverItsInnerAxes) {
  GraphBuilder graph;
  graph.Shape("a", {2, 3, 4}).Shape("b", {4, 5}).Shape("y", {2, 3, 5}).Input("a").Input("b");
  graph.Node("MatMul", {"a", "b"}, {"y"});
  const ir::Graph built = graph.Build();
  const ir::Node& node = built.nodes[0];
  EXPECT_EQ(FollowAxis(built, node, 0, 0, 0).axis, 0);
  EXPECT_EQ(FollowAxis(built, node, 0, 1, 0).axis, 1);
  EXPECT_EQ(FollowAxis(built, node, 0, 2, 0).kind, Kind::kMixed);
  EXPECT_EQ(FollowAxis(built, node, 1, 0, 0).kind, Kind::kMixed);
  EXPECT_EQ(FollowAxis(built, node, 1, 1, 0).kind, Kind::kMixed);
}

TEST(FollowAxisTest, MovesOfAxes) {
  GraphBuilder graph;
  graph.Shape("x", {2, 3, 4}).Shape("u", {1, 2, 3, 1, 4}).Input("x");
  graph.Node("Transpose", {"x"}, {"t"}, {IntsAttr("perm", {2, 0, 1})});
  graph.Node("Unsqueeze", {"x"}, {"u"}, {IntsAttr("axes", {0, -2})});
  graph.Node("Squeeze", {"u"}, {"s"}, {IntsAttr("axes", {0, 3})});
  graph.Node("ReduceSum", {"x"}, {"r"}, {IntsAttr("axes", {0}), IntAttr("keepdims", 0)});
  const ir::Graph built = graph.Build();
  EXPECT_EQ(FollowAxis(built, built.nodes[0], 0, 0, 0).axis, 1);
  EXPECT_EQ(FollowAxis(built, built.nodes[1], 0, 0, 0).axis, 1);
  EXPECT_EQ(FollowAxis(built, built.nodes[1], 0, 2, 0).axis, 4);
  EXPECT_EQ(FollowAxis(built, built.nodes[2], 0, 4, 0).axis, 2);
  EXPECT_EQ(FollowAxis(built, built.nodes[2], 0, 0, 0).kind, Kind::kLost);
  EXPECT_EQ(FollowAxis(built, built.nodes[3], 0, 0, 0).kind, Kind::kMixed);
  EXPECT_EQ(FollowAxis(built, built.nodes[3], 0, 2, 0).axis, 1);
}

TEST(FollowAxisTest, UnknownOperatorsAndDomainsLoseIt) {
  GraphBuilder graph;
  graph.Input("x").Node("NonZero", {"x"}, {"a"}).Node("Relu", {"x"}, {"b"}, {}, "some.vendor");
  const ir::Graph built = graph.Build();
  EXPECT_EQ(FollowAxis(built, built.nodes[0], 0, 0, 0).kind, Kind::kLost);
  EXPECT_EQ(FollowAxis(built, built.nodes[1], 0, 0, 0).kind, Kind::kLost);
}

TEST(FollowBatchTest, AConvolutionTellsTheBatch) {
  GraphBuilder graph;
  graph.Input("x").Shape("x", {1, 3, 8, 8}).Weight("k", {4, 3, 1, 1});
  graph.Node("Conv", {"x", "k"}, {"c"}).Node("Flatten", {"c"}, {"y"}).Output("y");
  const ir::Model model = graph.Model();
  const BatchAxes axes = FollowBatch(model);
  const BatchEvidence* evidence = axes.Of(model.graph.outputs[0]);
  ASSERT_NE(evidence, nullptr);
  EXPECT_TRUE(evidence->by_operator);
  EXPECT_FALSE(evidence->mixed);
  EXPECT_FALSE(evidence->lost);
}

TEST(FollowBatchTest, RowsThatMeetSpeakAgainstIt) {
  GraphBuilder graph;
  graph.Input("x").Shape("x", {-1, 4}).Weight("w", {4, 4}).Shape("w", {4, 4}).Shape("h", {-1, 4});
  graph.Node("MatMul", {"x", "w"}, {"h"});
  graph.Node("ReduceSum", {"h"}, {"y"}, {IntsAttr("axes", {0})}).Output("y");
  const ir::Model model = graph.Model();
  const BatchAxes axes = FollowBatch(model);
  const BatchEvidence* evidence = axes.Of(model.graph.inputs[0]);
  ASSERT_NE(evidence, nullptr);
  EXPECT_TRUE(evidence->only_open);
  EXPECT_TRUE(evidence->by_layer);
  EXPECT_TRUE(evidence->mixed);
  EXPECT_EQ(axes.Of(model.graph.outputs[0]), nullptr);
}

TEST(FollowBatchTest, InputsAddedRowByRowShareTheirEvidence) {
  GraphBuilder graph;
  graph.Input("x").Shape("x", {1, 3, 8, 8}).Input("z").Shape("z", {1, 3, 8, 8});
  graph.Shape("s", {1, 3, 8, 8}).Node("Add", {"x", "z"}, {"s"});
  graph.Weight("k", {4, 3, 1, 1}).Node("Conv", {"s", "k"}, {"y"}).Output("y");
  const ir::Model model = graph.Model();
  const BatchAxes axes = FollowBatch(model);
  EXPECT_EQ(axes.Of(model.graph.inputs[0]), axes.Of(model.graph.inputs[1]));
  EXPECT_TRUE(axes.Of(model.graph.inputs[1])->by_operator);
}

}  // namespace
}  // namespace onnxcheck::facts
