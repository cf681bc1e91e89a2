#include "trainer/plan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace onnxcheck::trainer {
namespace {

Plan SamplePlan() {
  Plan plan;
  plan.experiment.model_path = "runs/\"a\"\n/model.onnx";
  plan.experiment.output = "probs";
  plan.experiment.head = ir::Activation::kLogSoftmax;
  plan.experiment.classes = 10;
  plan.experiment.planned_steps = 12.5;
  plan.experiment.change = "loss: categorical_crossentropy";
  plan.experiment.symptom = ir::Symptom::kNonfinite;
  plan.experiment.baseline = {.framework = ir::Framework::kTorch,
                              .loss = ir::LossKind::kHinge,
                              .loss_input = ir::LossInput::kLogProbabilities,
                              .optimizer = "adam",
                              .learning_rate = 0.1 + 0.2,
                              .momentum = 1e-300,
                              .batch_size = -7,
                              .dataset_size = 1LL << 60,
                              .drop_last = true};
  plan.experiment.changed = plan.experiment.baseline;
  plan.experiment.changed.loss = ir::LossKind::kUnknown;
  plan.seeds = 5;
  plan.steps = 17;
  plan.data_path = "data.npz";
  plan.limits = {.seconds = 1.25, .memory_bytes = 3ULL << 40, .threads = 2};
  return plan;
}

TEST(Plan, SurvivesTheRoundTripOnOneLine) {
  const Plan plan = SamplePlan();
  const std::string line = WritePlan(plan);
  EXPECT_EQ(line.find('\n'), line.npos);
  const auto read = ReadPlan(line);
  ASSERT_TRUE(std::holds_alternative<Plan>(read)) << std::get<std::string>(read);
  const Plan& back = std::get<Plan>(read);
  EXPECT_EQ(WritePlan(back), line);
  EXPECT_EQ(back.experiment.model_path, plan.experiment.model_path);
  EXPECT_EQ(back.experiment.head, plan.experiment.head);
  EXPECT_EQ(back.experiment.symptom, plan.experiment.symptom);
  EXPECT_EQ(back.experiment.planned_steps, 12.5);
  EXPECT_EQ(back.experiment.baseline.learning_rate, 0.1 + 0.2);
  EXPECT_EQ(back.experiment.baseline.momentum, 1e-300);
  EXPECT_EQ(back.experiment.baseline.batch_size, -7);
  EXPECT_EQ(back.experiment.baseline.dataset_size, 1LL << 60);
  EXPECT_TRUE(back.experiment.baseline.drop_last);
  EXPECT_EQ(back.experiment.changed.loss, ir::LossKind::kUnknown);
  EXPECT_EQ(back.limits.memory_bytes, 3ULL << 40);
  EXPECT_EQ(back.limits.seconds, 1.25);
}

// Every word of the protocol, so that none is written that cannot be read.
TEST(Plan, EveryEnumeratorSurvives) {
  for (int loss = 0; loss <= static_cast<int>(ir::LossKind::kHinge); ++loss) {
    Plan plan = SamplePlan();
    plan.experiment.baseline.loss = static_cast<ir::LossKind>(loss);
    plan.experiment.baseline.loss_input = static_cast<ir::LossInput>(loss % 4);
    plan.experiment.baseline.framework = static_cast<ir::Framework>(loss % 3);
    plan.experiment.head = static_cast<ir::Activation>(loss % 7);
    plan.experiment.symptom = static_cast<ir::Symptom>(loss % 4);
    const auto read = ReadPlan(WritePlan(plan));
    ASSERT_TRUE(std::holds_alternative<Plan>(read)) << std::get<std::string>(read);
    EXPECT_EQ(static_cast<int>(std::get<Plan>(read).experiment.baseline.loss), loss);
    EXPECT_EQ(WritePlan(std::get<Plan>(read)), WritePlan(plan));
  }
}

TEST(Plan, EveryMissingFieldIsNamed) {
  const std::string whole = WritePlan(SamplePlan());
  for (const char* field : {"version", "experiment", "model", "head", "baseline", "learning_rate",
                            "seeds", "steps", "limits", "seconds", "threads"}) {
    std::string line = whole;
    const std::size_t at = line.find('"' + std::string(field) + '"');
    ASSERT_NE(at, line.npos) << field;
    line[at + 1] = '?';
    const auto read = ReadPlan(line);
    ASSERT_TRUE(std::holds_alternative<std::string>(read)) << field;
    EXPECT_NE(std::get<std::string>(read).find(field), std::string::npos)
        << std::get<std::string>(read);
  }
}

TEST(Plan, ValuesOutOfRangeAreRefused) {
  const auto refused = [](const Plan& plan) {
    return std::holds_alternative<std::string>(ReadPlan(WritePlan(plan)));
  };
  EXPECT_FALSE(refused(SamplePlan()));
  Plan plan = SamplePlan();
  plan.seeds = 0;
  EXPECT_TRUE(refused(plan));
  plan = SamplePlan();
  plan.steps = kMostSteps + 1;
  EXPECT_TRUE(refused(plan));
  plan = SamplePlan();
  plan.limits.seconds = 0;
  EXPECT_TRUE(refused(plan));
  plan = SamplePlan();
  plan.experiment.baseline.learning_rate = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(refused(plan));
}

TEST(Plan, WhatIsNoPlanIsRefused) {
  for (const char* line : {"", "{", "[]", "null", "{\"version\":1}", "\xff\xfe", "1e999"}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(ReadPlan(line))) << line;
  }
  EXPECT_TRUE(std::holds_alternative<std::string>(ReadPlan(std::string(100'000, '['))));
}

TEST(Reply, VerdictSurvivesWithItsGaps) {
  Verdict verdict;
  verdict.outcome = Outcome::kConfirmed;
  verdict.text = "2.29 -> 0.31 with the change";
  verdict.figures = {{"seeds", 3}, {"baseline_last_loss", std::nan("")}};
  verdict.baseline_curve = {2.5, std::numeric_limits<double>::infinity()};
  verdict.changed_curve = {2.5, 0.25};
  verdict.curve_steps = {0, 300};
  const std::optional<Reply> reply = ReadReply(WriteReply(verdict));
  ASSERT_TRUE(reply && std::holds_alternative<Verdict>(*reply));
  const Verdict& back = std::get<Verdict>(*reply);
  EXPECT_EQ(back.outcome, Outcome::kConfirmed);
  EXPECT_EQ(back.text, verdict.text);
  ASSERT_EQ(back.figures.size(), 2U);
  EXPECT_EQ(back.figures[0].second, 3);
  EXPECT_TRUE(std::isnan(back.figures[1].second));
  EXPECT_TRUE(std::isnan(back.baseline_curve[1]));
  EXPECT_EQ(back.changed_curve, verdict.changed_curve);
  EXPECT_EQ(back.curve_steps, verdict.curve_steps);
}

TEST(Reply, ProgressSurvives) {
  const std::optional<Reply> reply =
      ReadReply(WriteReply(Progress{.seed = 2, .arm = "changed", .steps = 300, .loss = 0.125}));
  ASSERT_TRUE(reply && std::holds_alternative<Progress>(*reply));
  EXPECT_EQ(std::get<Progress>(*reply).arm, "changed");
  EXPECT_EQ(std::get<Progress>(*reply).loss, 0.125);
}

TEST(Reply, OtherLinesAreNone) {
  for (const char* line : {"", "Segmentation fault", "{}", "[1]", "{\"type\":\"verdict\"}",
                           "{\"type\":\"verdict\",\"status\":\"sure\"}", "{\"type\":7}"}) {
    EXPECT_FALSE(ReadReply(line)) << line;
  }
}

}  // namespace
}  // namespace onnxcheck::trainer
