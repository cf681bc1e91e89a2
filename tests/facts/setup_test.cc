#include "analyzer/facts/setup.h"

#include "gtest/gtest.h"

namespace onnxcheck::facts {
namespace {

ir::Located<double> Number(double value) { return {.value = value, .location = {}}; }
ir::Located<std::string> Text(std::string value, std::string path = "") {
  ir::Located<std::string> text;
  text.value = std::move(value);
  text.location.path = std::move(path);
  return text;
}

TEST(MergeConfigsTest, FirstConfigWinsAndOthersFillIn) {
  ir::Run run;
  run.configs.resize(2);
  run.configs[0].input.path = "a.yaml";
  run.configs[0].loss = Text("mse", "a.yaml");
  run.configs[0].metrics = {Text("accuracy")};
  run.configs[1].loss = Text("mae", "b.yaml");
  run.configs[1].batch_size = Number(8);
  run.configs[1].metrics = {Text("auc")};
  const ir::Config merged = MergeConfigs(run);
  EXPECT_EQ(merged.input.path, "a.yaml");
  EXPECT_EQ(merged.loss->location.path, "a.yaml");
  EXPECT_EQ(merged.batch_size->value, 8);
  EXPECT_EQ(merged.metrics.size(), 2u);
}

TEST(MergeConfigsTest, QualifiersAreNotTakenFromAConfigOfSomethingElse) {
  ir::Run run;
  run.configs.resize(2);
  run.configs[0].loss = Text("CategoricalCrossentropy");
  run.configs[0].optimizer = Text("adam");
  run.configs[1].loss = Text("binary_crossentropy");
  run.configs[1].from_logits = ir::Located<bool>{.value = true, .location = {}};
  run.configs[1].optimizer = Text("sgd");
  run.configs[1].learning_rate = Number(0.1);
  EXPECT_FALSE(MergeConfigs(run).from_logits);
  EXPECT_FALSE(MergeConfigs(run).learning_rate);
  run.configs[1].loss = Text("categoricalCrossentropy");
  run.configs[1].optimizer.reset();
  EXPECT_TRUE(MergeConfigs(run).from_logits);
  EXPECT_TRUE(MergeConfigs(run).learning_rate);
}

TEST(MergeConfigsTest, NoConfigGivesAnEmptyOne) { EXPECT_FALSE(MergeConfigs({}).loss); }

TEST(StepsPerEpochTest, KeepsOrDropsTheLastBatch) {
  EXPECT_EQ(StepsPerEpoch(100, 32, false), 4);
  EXPECT_EQ(StepsPerEpoch(100, 32, true), 3);
  EXPECT_EQ(StepsPerEpoch(10, 32, true), 0);
  EXPECT_EQ(StepsPerEpoch(10, 32, false), 1);
  EXPECT_EQ(StepsPerEpoch(10, 0, false), 0);
}

TEST(PlannedStepsTest, TakesConfigBeforeLog) {
  ir::Run run;
  run.logs.resize(1);
  run.logs[0].planned_epochs = Number(7);
  run.logs[0].steps_per_epoch = Number(5);
  ir::Config config;
  EXPECT_EQ(PlannedSteps(run, config), 35);
  config.epochs = Number(2);
  config.dataset_size = Number(100);
  config.batch_size = Number(32);
  EXPECT_EQ(PlannedSteps(run, config), 8);
  config.drop_last = ir::Located<bool>{.value = true, .location = {}};
  EXPECT_EQ(PlannedSteps(run, config), 6);
  config.steps_per_epoch = Number(10);
  EXPECT_EQ(PlannedSteps(run, config), 20);
}

TEST(PlannedStepsTest, IsUnknownWithoutEpochsOrWithImpossibleNumbers) {
  ir::Config config;
  config.steps_per_epoch = Number(10);
  EXPECT_EQ(PlannedSteps({}, config), std::nullopt);
  config.epochs = Number(-1);
  EXPECT_EQ(PlannedSteps({}, config), std::nullopt);
  config.epochs = Number(3);
  config.steps_per_epoch.reset();
  config.dataset_size = Number(100);
  config.batch_size = Number(0);
  EXPECT_EQ(PlannedSteps({}, config), std::nullopt);
}

}  // namespace
}  // namespace onnxcheck::facts
