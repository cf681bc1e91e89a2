#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/parsers_config/support.h"

namespace onnxcheck::parsers {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Values(const std::vector<ir::Located<std::string>>& list) {
  std::vector<std::string> values;
  for (const auto& item : list) values.push_back(item.value);
  return values;
}

TEST(Fields, OwnSchema) {
  const ir::Config config = Yaml(
      "framework: PyTorch\n"
      "loss: {name: CrossEntropyLoss, from_logits: true}\n"
      "optimizer: {name: torch.optim.SGD, lr: 1e-3, momentum: 0.9}\n"
      "schedule: {name: StepLR}\n"
      "batch_size: 32\n"
      "dataset_size: 1000\n"
      "drop_last: yes\n"
      "epochs: 5\n"
      "steps_per_epoch: 31\n"
      "labels: one-hot\n"
      "classes: [cat, dog, cow]\n"
      "frozen: [conv1, bn1]\n"
      "metrics: [accuracy, {name: auc}]\n"
      "precision: 16-mixed\n");
  EXPECT_EQ(config.framework->value, "torch");
  EXPECT_EQ(config.loss->value, "CrossEntropyLoss");
  EXPECT_TRUE(config.from_logits->value);
  EXPECT_EQ(config.optimizer->value, "sgd");
  EXPECT_EQ(config.learning_rate->value, 1e-3);
  EXPECT_EQ(At(config, "optimizer.lr").value, ir::Scalar("1e-3"));
  EXPECT_EQ(config.momentum->value, 0.9);
  EXPECT_EQ(config.schedule->value, "StepLR");
  EXPECT_EQ(config.batch_size->value, 32);
  EXPECT_EQ(config.dataset_size->value, 1000);
  EXPECT_TRUE(config.drop_last->value);
  EXPECT_EQ(config.epochs->value, 5);
  EXPECT_EQ(config.steps_per_epoch->value, 31);
  EXPECT_EQ(config.labels->value, ir::LabelEncoding::kOneHot);
  EXPECT_EQ(config.classes->value, 3);
  EXPECT_THAT(Values(config.frozen), ElementsAre("conv1", "bn1"));
  EXPECT_FALSE(config.all_frozen.has_value());
  EXPECT_THAT(Values(config.metrics), ElementsAre("accuracy", "auc"));
  EXPECT_EQ(config.precision->value, "mixed_float16");
  EXPECT_TRUE(IsTrainingConfig(config));
}

TEST(Fields, AbsentStaysAbsent) {
  const ir::Config config = Yaml("seed: 1\nlr: null\nbatch_size: auto\nloss: 0.35\nepochs: true\n");
  EXPECT_FALSE(config.learning_rate.has_value());
  EXPECT_FALSE(config.batch_size.has_value());
  EXPECT_FALSE(config.loss.has_value());
  EXPECT_FALSE(config.epochs.has_value());
  EXPECT_FALSE(IsTrainingConfig(config));
}

TEST(Fields, OddNumbersAreKeptForTheRules) {
  const ir::Config config = Yaml("batch_size: -4\nepochs: 0\nlr: -0.5\nlabels: sparse\n");
  EXPECT_EQ(config.batch_size->value, -4);
  EXPECT_EQ(config.epochs->value, 0);
  EXPECT_EQ(config.learning_rate->value, -0.5);
  EXPECT_EQ(config.labels->value, ir::LabelEncoding::kInteger);
}

TEST(Fields, LearningRateGoesByManyNames) {
  for (const char* text :
       {"lr: 0.25", "learning_rate: 0.25", "base_lr: 0.25", "Learning-Rate: 0.25",
        "optimizer: {lr: 0.25}", "optim: {learning_rate: 0.25}", "training: {lr: 0.25}",
        "train: {optimizer: {params: {lr: 0.25}}}", "trainer: {optimizer: {init_args: {lr: 0.25}}}",
        "model: {optimizer: {lr: 0.25}}", "hyperparameters: {learning_rate: '0.25'}",
        "SOLVER: {BASE_LR: 0.25}", "optimizer.lr: 0.25", "_wandb: {v: 1}\nlr: {value: 0.25}",
        "args: {training: {learning_rate: 0.25}}", "lr0: 0.25"}) {
    const ir::Config config = Yaml(text);
    ASSERT_TRUE(config.learning_rate.has_value()) << text;
    EXPECT_EQ(config.learning_rate->value, 0.25) << text;
  }
}

TEST(Fields, OtherKeysAreLeftAlone) {
  for (const char* text :
       {"warmup_lr: 1", "validation: {lr: 1}", "discriminator: {lr: 1}", "lr: {value: 1}",
        "log_history: [{lr: 1, batch_size: 3, epochs: 9}]", "eval: {batch_size: 3}",
        "validation_ds: {batch_size: 3}", "model: {bn: {momentum: 0.1}}", "lr_x: 1",
        "train_size: 0.8", "classes: [0, 2]", "freeze: 10", "on: {schedule: [{cron: x}]}",
        "max_epochs: -1", "batch: -1", "_step: 7\nlearning_rate: 0.00000001"}) {
    const ir::Config config = Yaml(text);
    EXPECT_FALSE(IsTrainingConfig(config)) << text;
    EXPECT_FALSE(config.learning_rate || config.batch_size || config.epochs || config.classes ||
                 config.dataset_size || config.momentum || config.all_frozen)
        << text;
  }
}

TEST(Fields, TheMostSpecificAliasWins) {
  const ir::Config config =
      Yaml("base_lr: 3\nlr: 2\noptimizer: {lr: 1}\ntraining: {batch_size: 8}\nbatch_size: 4\n");
  EXPECT_EQ(config.learning_rate->value, 1);
  EXPECT_EQ(config.learning_rate->location.logical, "optimizer.lr");
  EXPECT_EQ(config.batch_size->value, 4);
}

TEST(Fields, UltralyticsAutoIgnoresLr0) {
  const std::string rest = "lr0: 0.01\nmomentum: 0.937\nbatch: 16\nepochs: 3\namp: true\n";
  const ir::Config automatic = Yaml("optimizer: auto\n" + rest);
  EXPECT_FALSE(automatic.optimizer || automatic.learning_rate || automatic.momentum);
  EXPECT_EQ(automatic.batch_size->value, 16);
  EXPECT_EQ(automatic.precision->value, "mixed_float16");
  EXPECT_EQ(Yaml("optimizer: AdamW\n" + rest).learning_rate->value, 0.01);
}

TEST(Fields, HuggingFace) {
  const ir::Config config = Json(
      R"({"num_train_epochs": 3.0, "per_device_train_batch_size": 8, "learning_rate": 5e-05,
          "lr_scheduler_type": "linear", "optim": "adamw_torch_fused", "bf16": true, "fp16": false,
          "dataloader_drop_last": false, "problem_type": "multi_label_classification",
          "log_level": "passive", "per_device_eval_batch_size": 64})");
  EXPECT_EQ(config.epochs->value, 3);
  EXPECT_EQ(config.batch_size->value, 8);
  EXPECT_EQ(config.learning_rate->value, 5e-5);
  EXPECT_EQ(config.schedule->value, "linear");
  EXPECT_EQ(config.optimizer->value, "adamw");
  EXPECT_EQ(config.precision->value, "mixed_bfloat16");
  EXPECT_FALSE(config.drop_last->value);
  EXPECT_EQ(config.labels->value, ir::LabelEncoding::kMultiHot);
  EXPECT_FALSE(config.log_level.has_value());
}

TEST(Fields, FrozenTrueFreezesAll) {
  EXPECT_TRUE(Yaml("model: {frozen: true}").all_frozen->value);
  EXPECT_TRUE(Yaml("frozen: all").all_frozen->value);
  EXPECT_FALSE(Yaml("frozen: false").all_frozen->value);
}

TEST(Fields, NotATrainingConfig) {
  for (const char* text :
       {"", "{}", "[]", "just text", "- a\n- b\n", "name: app\nversion: 1.0\nscripts: {test: x}\n",
        "services: {web: {image: nginx, logging: {driver: json-file}}}\n",
        "repos: [{repo: x, hooks: [{id: y}]}]\n", "log_level: info\nport: 80\n",
        "schedule: {interval: weekly}\n", "artifact_uri: x\nrun_id: y\n",
        "metrics: {enabled: true}\nserver: {port: 1}\n"}) {
    EXPECT_FALSE(IsTrainingConfig(Yaml(text))) << text;
  }
}

}  // namespace
}  // namespace onnxcheck::parsers
