#include "analyzer/facts/neighbours.h"

#include "gtest/gtest.h"
#include "tests/facts/graph_builder.h"

namespace onnxcheck::facts {
namespace {

TEST(ModeOfTest, DropoutByItsInputsAndOpset) {
  GraphBuilder graph;
  graph.Input("x").Float("ratio", 0.5F).Float("zero", 0).Int("on", 1).Int("off", 0);
  const auto mode = [&](const std::vector<std::string>& inputs, std::int64_t opset) {
    graph.Node("Dropout", inputs, {"y"});
    const ir::Graph built = graph.Build();
    return ModeOf(built, built.nodes.back(), opset);
  };
  EXPECT_EQ(mode({"x", "ratio", "on"}, 17), Mode::kTraining);
  EXPECT_EQ(mode({"x", "", "on"}, 12), Mode::kTraining);
  EXPECT_EQ(mode({"x", "zero", "on"}, 17), Mode::kInference);
  EXPECT_EQ(mode({"x", "ratio", "off"}, 17), Mode::kInference);
  EXPECT_EQ(mode({"x", "ratio"}, 17), Mode::kInference);
  EXPECT_EQ(mode({"x", "ratio", "x"}, 17), Mode::kUnknown);
  EXPECT_EQ(mode({"x"}, 11), Mode::kInference);
  EXPECT_EQ(mode({"x"}, 6), Mode::kUnknown);
}

TEST(ModeOfTest, BatchNormalizationByAttributeOrOutputs) {
  GraphBuilder graph;
  graph.Node("BatchNormalization", {"x"}, {"a"}, {IntAttr("training_mode", 1)});
  graph.Node("BatchNormalization", {"x"}, {"b", "mean", "var", "sm", "sv"});
  graph.Node("BatchNormalization", {"x"}, {"c"}, {IntAttr("is_test", 0)});
  const ir::Graph built = graph.Build();
  EXPECT_EQ(ModeOf(built, built.nodes[0], 17), Mode::kTraining);
  EXPECT_EQ(ModeOf(built, built.nodes[1], 17), Mode::kInference);
  EXPECT_EQ(ModeOf(built, built.nodes[1], 11), Mode::kTraining);
  EXPECT_EQ(ModeOf(built, built.nodes[2], 6), Mode::kTraining);
  EXPECT_EQ(ModeOf(built, built.nodes[2], 9), Mode::kInference);
  EXPECT_EQ(ModeOf(built, built.nodes[2], std::nullopt), Mode::kUnknown);
}

TEST(OriginTest, GoesThroughWhatChangesNoNumber) {
  GraphBuilder graph;
  graph.Input("x").Node("Cast", {"x"}, {"a"}, {IntAttr("to", 1)});
  graph.Node("Identity", {"a"}, {"b"}).Node("Flatten", {"b"}, {"c"});
  graph.Node("Dropout", {"c"}, {"d", "mask"}).Node("Cast", {"d"}, {"e"}, {IntAttr("to", 7)});
  const auto x = graph.Value("x");
  const auto c = graph.Value("c");
  const ir::Graph built = graph.Build();
  EXPECT_EQ(Origin(built, graph.Value("d"), Passing::kSamePlace), c);
  EXPECT_EQ(Origin(built, graph.Value("d"), Passing::kMoved), x);
  EXPECT_EQ(Origin(built, graph.Value("e"), Passing::kMoved), graph.Value("e"));
  EXPECT_EQ(Origin(built, graph.Value("mask"), Passing::kMoved), graph.Value("mask"));
  EXPECT_EQ(Origin(built, ir::kNone, Passing::kMoved), ir::kNone);
}

TEST(OriginTest, EndsInACycle) {
  GraphBuilder graph;
  graph.Node("Identity", {"a"}, {"b"}).Node("Identity", {"b"}, {"a"});
  const ir::Graph built = graph.Build();
  EXPECT_NE(Origin(built, graph.Value("a"), Passing::kMoved), ir::kNone);
}

TEST(SoftmaxAxisTest, CountsFromTheFrontAndKnowsTheDefaults) {
  GraphBuilder graph;
  graph.Input("x").Shape("x", {2, 3, 4}).Node("Softmax", {"x"}, {"y"});
  const ir::Graph built = graph.Build();
  EXPECT_EQ(SoftmaxAxis(built, built.nodes[0], 17), 2);
  EXPECT_EQ(SoftmaxAxis(built, built.nodes[0], 11), 1);
  EXPECT_EQ(SoftmaxAxis(built, built.nodes[0], std::nullopt), std::nullopt);
}

TEST(OnlyReaderTest, OneOrNone) {
  GraphBuilder graph;
  graph.Input("x").Node("Neg", {"x"}, {"a"}).Node("Exp", {"a"}, {"b"}).Node("Abs", {"a"}, {"c"});
  const ir::Graph built = graph.Build();
  EXPECT_EQ(OnlyReader(built, graph.Value("x")), 0);
  EXPECT_EQ(OnlyReader(built, graph.Value("a")), ir::kNone);
  EXPECT_EQ(OnlyReader(built, graph.Value("b")), ir::kNone);
}

}  // namespace
}  // namespace onnxcheck::facts
