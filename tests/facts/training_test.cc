#include "analyzer/facts/training.h"

#include "analyzer/facts/heads.h"
#include "analyzer/facts/setup.h"
#include "gtest/gtest.h"
#include "tests/facts/graph_builder.h"

namespace onnxcheck::facts {
namespace {

// Logits "z" of a dense layer whose weight "w" the caller fills in, and a target.
GraphBuilder Forward() {
  GraphBuilder graph;
  graph.Input("x").Shape("x", {-1, 4}).Input("target").Shape("target", {-1, 3});
  graph.Input("w").Shape("w", {4, 3}).Node("MatMul", {"x", "w"}, {"z"}).Shape("z", {-1, 3});
  return graph;
}

std::vector<TrainedLoss> LossesOf(GraphBuilder& graph) {
  const ir::Model model = graph.Shape("loss", {}).Output("loss").Model();
  const Training training = ReadTraining(model);
  EXPECT_EQ(training.role,
            training.losses.empty() ? GraphRole::kInference : GraphRole::kEvaluation);
  return training.losses;
}

TEST(TrainingTest, RecognisesBinaryCrossEntropyInPieces) {
  for (const bool logits : {false, true}) {
    GraphBuilder graph = Forward();
    graph.Float("one", 1.0F);
    if (logits) graph.Node("Sigmoid", {"z"}, {"p"});
    const std::string p = logits ? "p" : "z";
    graph.Node("Log", {p}, {"lp"}).Node("Mul", {"lp", "target"}, {"a"});
    graph.Node("Sub", {"one", p}, {"q"}).Node("Log", {"q"}, {"lq"});
    graph.Node("Sub", {"one", "target"}, {"n"}).Node("Mul", {"lq", "n"}, {"b"});
    graph.Node("Add", {"a", "b"}, {"s"}).Node("Neg", {"s"}, {"l"});
    graph.Node("ReduceMean", {"l"}, {"loss"});
    const auto losses = LossesOf(graph);
    ASSERT_EQ(losses.size(), 1U);
    EXPECT_EQ(losses[0].name, logits ? "BCEWithLogitsLoss" : "BCELoss");
    EXPECT_EQ(losses[0].scores_name, "z");
    EXPECT_EQ(losses[0].targets_name, "target");
    EXPECT_EQ(losses[0].reduction, "mean");
  }
}

TEST(TrainingTest, RecognisesDifferencesAndPassesOverPenalties) {
  GraphBuilder graph = Forward();
  graph.Float("rate", 0.01F).Node("Sub", {"target", "z"}, {"d"}).Node("Abs", {"d"}, {"a"});
  graph.Node("ReduceSum", {"a"}, {"l1"}).Node("Mul", {"w", "w"}, {"w2"});
  graph.Node("ReduceSum", {"w2"}, {"norm"}).Node("Mul", {"norm", "rate"}, {"penalty"});
  graph.Node("Add", {"l1", "penalty"}, {"loss"});
  const auto losses = LossesOf(graph);
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(losses[0].name, "L1Loss");
  EXPECT_EQ(losses[0].reduction, "sum");
  EXPECT_EQ(losses[0].scores_name, "z");
}

TEST(TrainingTest, AModelThatReturnsItsReconstructionErrorInfers) {
  GraphBuilder graph;
  graph.Input("x").Shape("x", {-1, 4}).Weight("w", {4, 4}).Node("MatMul", {"x", "w"}, {"y"});
  graph.Node("Sub", {"y", "x"}, {"d"}).Node("Mul", {"d", "d"}, {"s"});
  graph.Node("ReduceMean", {"s"}, {"loss"});
  EXPECT_TRUE(LossesOf(graph).empty());
}

TEST(TrainingTest, HeadsAreWhatTheLossTakes) {
  GraphBuilder graph = Forward();
  graph.Node("Softmax", {"z"}, {"p"}).Shape("p", {-1, 3}).Node("Sub", {"p", "target"}, {"d"});
  graph.Node("Mul", {"d", "d"}, {"s"}).Node("ReduceMean", {"s"}, {"loss"}).Shape("loss", {});
  const ir::Model model = graph.Output("loss").Output("p").Model();
  const auto heads = OutputHeads(ReadTraining(model));
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].name, "p");
  EXPECT_EQ(heads[0].activation, ir::Activation::kSoftmax);
  EXPECT_EQ(heads[0].width, 3);
}

TEST(TrainingTest, StatesWhatNoConfigurationStates) {
  Training training;
  training.role = GraphRole::kTraining;
  training.losses = {{.name = "MSELoss", .reduction = "mean"}};
  training.optimizer = Optimizer{.name = "sgd", .op_type = "Momentum", .learning_rate = 0.1};
  training.optimizer->attributes = {{"alpha", 0.9}};
  ir::Run run;
  const ir::Config alone = MergeConfigs(run, {training});
  EXPECT_EQ(alone.loss->value, "MSELoss");
  EXPECT_EQ(alone.learning_rate->value, 0.1);
  EXPECT_EQ(alone.momentum->value, 0.9);
  run.configs.resize(1);
  run.configs[0].loss = ir::Located<std::string>{.value = "mae", .location = {}};
  run.configs[0].optimizer = ir::Located<std::string>{.value = "adam", .location = {}};
  const ir::Config merged = MergeConfigs(run, {training});
  EXPECT_EQ(merged.loss->value, "mae");
  EXPECT_EQ(merged.optimizer->value, "adam");
  EXPECT_FALSE(merged.learning_rate) << "a rate belongs to its optimizer";
}

}  // namespace
}  // namespace onnxcheck::facts
