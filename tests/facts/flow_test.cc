#include "analyzer/facts/flow.h"

#include "gtest/gtest.h"
#include "tests/facts/graph_builder.h"

namespace onnxcheck::facts {
namespace {

ir::ValueId IdOf(const ir::Graph& graph, const std::string& name) {
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    if (graph.values[i].name == name) return static_cast<ir::ValueId>(i);
  }
  return ir::kNone;
}

bool Varies(const GraphFlow& flow, const std::string& name) {
  return flow.Varies(IdOf(*flow.graph, name));
}

bool Live(const GraphFlow& flow, const std::string& name) {
  return flow.LiveValue(IdOf(*flow.graph, name));
}

ir::Attribute Body(std::string name, ir::Graph graph) {
  return {
      .name = std::move(name), .value = std::vector<ir::Graph>{std::move(graph)}, .reference = ""};
}

TEST(FlowsTest, LiveIsWhatAnOutputNeeds) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {2, 2}).Weight("spare", {2});
  graph.Node("MatMul", {"x", "w"}, {"h"}).Node("Relu", {"h"}, {"y"}).Node("Exp", {"h"}, {"lost"});
  const ir::Model model = graph.Output("y").Model();
  const auto flows = Flows(model);
  ASSERT_EQ(flows.size(), 1U);
  EXPECT_EQ(flows[0].live_nodes, std::vector<bool>({true, true, false}));
  EXPECT_TRUE(Live(flows[0], "x"));
  EXPECT_TRUE(Live(flows[0], "w"));
  EXPECT_FALSE(Live(flows[0], "spare"));
  EXPECT_FALSE(Live(flows[0], "lost"));
  EXPECT_TRUE(flows[0].outputs_defined);
}

TEST(FlowsTest, VaryingIsWhatAnInputOrChanceReaches) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {2, 2}).Node("Transpose", {"w"}, {"t"});
  graph.Node("MatMul", {"x", "t"}, {"y"}).Node("RandomNormal", {}, {"noise"});
  graph.Node("Add", {"t", "noise"}, {"z"}).Node("Load", {"w"}, {"v"}, {}, "some.vendor");
  const ir::Model model = graph.Output("y").Model();
  const auto flows = Flows(model);
  EXPECT_FALSE(Varies(flows[0], "w"));
  EXPECT_FALSE(Varies(flows[0], "t"));
  for (const char* name : {"x", "y", "noise", "z", "v"}) EXPECT_TRUE(Varies(flows[0], name));
}

TEST(FlowsTest, ASecondOutputIsNotLiveWithTheFirst) {
  GraphBuilder graph;
  graph.Input("x").Node("Dropout", {"x"}, {"y", "mask"}).Output("y");
  const ir::Model model = graph.Model();
  EXPECT_FALSE(Live(Flows(model)[0], "mask"));
}

// outer: t = Transpose(w), y = If(c) { z = If(d) { q = Neg(t) } }
ir::Model Nested(const std::string& inner_reads, const std::string& output) {
  GraphBuilder innermost("graph/node[1]:If/then_branch/node[0]:If/then_branch");
  innermost.Node("Neg", {inner_reads}, {"q"}).Output("q");
  GraphBuilder middle("graph/node[1]:If/then_branch");
  middle.Node("If", {"d"}, {"z"}, {Body("then_branch", innermost.Build())}).Output("z");
  GraphBuilder graph;
  graph.Input("x").Weight("w", {2, 2}).Weight("c", {}).Weight("d", {});
  graph.Node("Transpose", {"w"}, {"t"});
  graph.Node("If", {"c"}, {"y"}, {Body("then_branch", middle.Build())});
  return graph.Output(output).Model();
}

TEST(FlowsTest, BodiesKeepWhatTheyTakeAlive) {
  const ir::Model model = Nested("t", "y");
  const auto flows = Flows(model);
  ASSERT_EQ(flows.size(), 3U);
  EXPECT_TRUE(flows[0].Live(0));
  EXPECT_TRUE(Live(flows[0], "w"));
  EXPECT_TRUE(Live(flows[0], "d"));
  EXPECT_TRUE(flows[2].live);
  EXPECT_EQ(flows[2].outer, flows[1].graph);
  EXPECT_EQ(flows[1].holder, 1);
}

TEST(FlowsTest, BodiesOfADeadNodeAreDead) {
  const ir::Model model = Nested("t", "w");
  const auto flows = Flows(model);
  EXPECT_FALSE(flows[0].Live(0));
  EXPECT_FALSE(flows[1].live);
  EXPECT_FALSE(flows[2].live);
  EXPECT_FALSE(flows[2].Live(0));
}

TEST(FlowsTest, WhatABodyTakesMakesItsNodeVary) {
  const ir::Model constant = Nested("t", "y");
  EXPECT_FALSE(Varies(Flows(constant)[0], "y"));
  EXPECT_FALSE(Varies(Flows(constant)[2], "q"));
  const ir::Model varying = Nested("x", "y");
  EXPECT_TRUE(Varies(Flows(varying)[0], "y"));
  EXPECT_TRUE(Varies(Flows(varying)[2], "q"));
}

TEST(FlowsTest, ABodyMayGiveBackAValueFromAroundIt) {
  GraphBuilder body("graph/node[1]:If/then_branch");
  body.Output("t");
  GraphBuilder graph;
  graph.Input("x").Weight("c", {}).Node("Neg", {"x"}, {"t"});
  graph.Node("If", {"c"}, {"y"}, {Body("then_branch", body.Build())}).Output("y");
  const ir::Model model = graph.Model();
  EXPECT_TRUE(Flows(model)[0].Live(0));
  EXPECT_TRUE(Varies(Flows(model)[0], "y"));
}

TEST(FlowsTest, ChanceInsideABodyMakesItsNodeVary) {
  GraphBuilder body("graph/node[0]:If/then_branch");
  body.Node("RandomUniform", {}, {"r"}).Output("r");
  GraphBuilder graph;
  graph.Weight("c", {}).Node("If", {"c"}, {"y"}, {Body("then_branch", body.Build())});
  const ir::Model model = graph.Output("y").Model();
  EXPECT_TRUE(Varies(Flows(model)[0], "y"));
}

TEST(FlowsTest, TrainingKeepsWhatItsAlgorithmNames) {
  ir::Model model =
      GraphBuilder().Input("x").Input("label").Node("Relu", {"x"}, {"y"}).Output("y").Model();
  EXPECT_FALSE(Live(Flows(model)[0], "label"));
  model.training.emplace_back().algorithm =
      GraphBuilder("training_info[0]/algorithm").Node("Sub", {"y", "label"}, {"e"}).Build();
  EXPECT_TRUE(Live(Flows(model)[0], "label"));
}

TEST(FlowsTest, CyclesEndAndUndefinedOutputsAreNoted) {
  GraphBuilder graph;
  graph.Node("Add", {"a", "b"}, {"c"}).Node("Neg", {"c"}, {"a"}).Output("c").Output("nothing");
  const ir::Model model = graph.Model();
  const auto flows = Flows(model);
  EXPECT_TRUE(flows[0].Live(1));
  EXPECT_FALSE(flows[0].outputs_defined);
  EXPECT_TRUE(Varies(flows[0], "b"));
}

TEST(FlowsTest, ACutOffFileHasNone) {
  ir::Model model = GraphBuilder().Input("x").Node("Relu", {"x"}, {"y"}).Output("y").Model();
  ir::Problem problem;
  problem.kind = ir::ProblemKind::kTruncated;
  model.input.problems.push_back(problem);
  EXPECT_TRUE(Flows(model).empty());
}

}  // namespace
}  // namespace onnxcheck::facts
