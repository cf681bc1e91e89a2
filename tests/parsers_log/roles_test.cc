#include "parsers/log/roles.h"

#include <gtest/gtest.h>

#include <string_view>

namespace onnxcheck::parsers::log {
namespace {

ir::Role Role(std::string_view text) {
  const Name name = ClassifyName(text);
  return RoleOf(name.quantity, name.split);
}

TEST(Roles, MainLosses) {
  for (const auto name : {"loss", "Loss", "train_loss", "trainLoss", "Train Loss", "training_loss",
                          "total loss", "Avg_loss", "train/loss", "train_loss_step",
                          "train_loss_epoch", "running loss", "loss is"}) {
    EXPECT_EQ(Role(name), ir::Role::kTrainLoss) << name;
  }
  for (const auto name : {"val_loss", "valid loss", "eval_loss", "dev_loss", "Val. Total Loss",
                          "val/loss", "validation-loss"}) {
    EXPECT_EQ(Role(name), ir::Role::kValidationLoss) << name;
  }
  EXPECT_EQ(Role("test_loss"), ir::Role::kTestLoss);
}

TEST(Roles, TermsOfALossAreComponents) {
  for (const auto name : {"box_loss", "d_loss", "kl_loss", "reg_loss", "loss_bbox", "spectro loss",
                          "loss1", "train/box_loss", "cross ent", "G_GAN", "policy_loss", "l1 loss",
                          "initial_theta_loss_step"}) {
    EXPECT_EQ(Role(name), ir::Role::kLossComponent) << name;
  }
}

TEST(Roles, RecordsAndSettingsAreNeither) {
  for (const auto name :
       {"best_val_loss", "loss_weight", "best acc", "min_lr", "max_grad_norm", "base_lr",
        "loss function", "learning_rate_decay", "initial loss", "lr_mult"}) {
    EXPECT_EQ(Role(name), ir::Role::kOther) << name;
  }
}

TEST(Roles, Accuracies) {
  EXPECT_EQ(Role("train_acc"), ir::Role::kTrainAccuracy);
  EXPECT_EQ(Role("val_accuracy"), ir::Role::kValidationAccuracy);
  EXPECT_EQ(Role("val_sparse_categorical_accuracy"), ir::Role::kValidationAccuracy);
  EXPECT_EQ(Role("test acc"), ir::Role::kTestAccuracy);
  EXPECT_EQ(Role("Acc@5"), ir::Role::kMetric);
  EXPECT_EQ(Role("acc"), ir::Role::kMetric) << "nothing says whose accuracy it is";
  EXPECT_EQ(ClassifyName("Acc@1").quantity, Quantity::kAccuracy);
  EXPECT_EQ(ClassifyName("top1").quantity, Quantity::kAccuracy);
}

TEST(Roles, MetricsOfDetectionAndSegmentation) {
  for (const auto name : {"IoU", "mIoU", "aAcc", "avg. IoU", "coco/AR (M)", "bbox/APl", "PCK",
                          "Validation Dice Coeff", "dice_coefficient", "jaccard_coef"}) {
    EXPECT_EQ(Role(name), ir::Role::kMetric) << name;
  }
}

TEST(Roles, WordsThatDependOnTheirNeighbours) {
  EXPECT_EQ(Role("CELoss"), ir::Role::kLossComponent);
  EXPECT_EQ(Role("value_loss"), ir::Role::kLossComponent) << "a critic's";
  EXPECT_EQ(Role("lm loss value"), ir::Role::kTrainLoss);
  EXPECT_EQ(Role("lm loss PPL"), ir::Role::kPerplexity);
  EXPECT_EQ(Role("validation/main/loss"), ir::Role::kValidationLoss);
  EXPECT_EQ(Role("predict_loss"), ir::Role::kTestLoss) << "of a prediction job";
  EXPECT_EQ(Role("prediction_loss"), ir::Role::kLossComponent);
  EXPECT_EQ(Role("accuracy_top-1"), ir::Role::kMetric);
  EXPECT_EQ(ClassifyName("accuracy_top-1").quantity, Quantity::kAccuracy);
  EXPECT_EQ(ClassifyName("accuracy_top-5").quantity, Quantity::kMetric);
  EXPECT_EQ(Role("batch_cost"), ir::Role::kTime);
  EXPECT_EQ(Role("elapsed time per iteration (ms)"), ir::Role::kTime);
  EXPECT_EQ(Role("steps_per_second"), ir::Role::kThroughput);
  EXPECT_TRUE(ClassifyName("precision_plugin.py").file);
}

TEST(Roles, TheRest) {
  EXPECT_EQ(Role("lr"), ir::Role::kLearningRate);
  EXPECT_EQ(Role("learning_rate"), ir::Role::kLearningRate);
  EXPECT_EQ(Role("lr-Adam"), ir::Role::kLearningRate);
  EXPECT_EQ(Role("grad_norm"), ir::Role::kGradientNorm);
  EXPECT_EQ(Role("grad_gnorm"), ir::Role::kGradientNorm);
  EXPECT_EQ(Role("loss_scale"), ir::Role::kLossScale);
  EXPECT_EQ(Role("ppl"), ir::Role::kPerplexity);
  EXPECT_EQ(Role("val_f1"), ir::Role::kMetric);
  EXPECT_EQ(Role("mean_td_error"), ir::Role::kMetric);
  EXPECT_EQ(Role("episode_reward_mean"), ir::Role::kReward);
  EXPECT_EQ(Role("samples_per_second"), ir::Role::kThroughput);
  EXPECT_EQ(Role("epoch"), ir::Role::kEpoch);
  EXPECT_EQ(Role("global_step"), ir::Role::kStep);
  EXPECT_EQ(Role("validation_epoch_average"), ir::Role::kOther);
  EXPECT_EQ(Role("batch_size"), ir::Role::kOther);
  EXPECT_EQ(Role("steps_per_epoch"), ir::Role::kOther);
  EXPECT_EQ(Role("time cost"), ir::Role::kTime);
}

}  // namespace
}  // namespace onnxcheck::parsers::log
