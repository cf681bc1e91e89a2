// Whole replays of small models: known faults, and healthy setups that must
// never be confirmed.
#include "trainer/replay.h"

#include <gtest/gtest.h>

#include "tests/trainer/models.h"

namespace onnxcheck::trainer {
namespace {

using ir::Framework;
using ir::LossInput;
using ir::LossKind;
using ir::Symptom;
using tests::Experiment;
using tests::Mlp;

Verdict ReplayOf(const ir::Experiment& experiment) {
  Plan plan;
  plan.experiment = experiment;
  return Replay(plan, Clock::now() + std::chrono::seconds(120), [](const Progress&) {});
}

#define EXPECT_OUTCOME(experiment, expected)                       \
  do {                                                             \
    const Verdict verdict = ReplayOf(experiment);                  \
    EXPECT_EQ(verdict.outcome, Outcome::expected) << verdict.text; \
  } while (false)

ir::Experiment SoftmaxClassifier() {
  return Experiment(Mlp("softmax", 16, 24, 6, "Softmax"), 6, LossKind::kCategoricalCrossEntropy,
                    LossInput::kProbabilities, Framework::kKeras);
}

TEST(Replay, MseOnSoftmaxWithPlainSgdIsConfirmed) {
  ir::Experiment experiment = SoftmaxClassifier();
  experiment.symptom = Symptom::kSlowerToLearn;
  experiment.changed.optimizer = "sgd";
  experiment.changed.learning_rate = 0.1;
  experiment.baseline = experiment.changed;
  experiment.baseline.loss = LossKind::kMeanSquaredError;
  experiment.baseline.loss_input = LossInput::kValues;
  EXPECT_OUTCOME(experiment, kConfirmed);
}

// Where MSE on a softmax learns as well as cross-entropy there is nothing to
// confirm, whatever a rule says.
TEST(Replay, MseOnSoftmaxThatLearnsAsWellIsNotConfirmed) {
  ir::Experiment experiment = SoftmaxClassifier();
  experiment.symptom = Symptom::kSlowerToLearn;
  experiment.baseline.loss = LossKind::kMeanSquaredError;
  experiment.baseline.loss_input = LossInput::kValues;
  const Verdict verdict = ReplayOf(experiment);
  EXPECT_NE(verdict.outcome, Outcome::kConfirmed) << verdict.text;
}

TEST(Replay, DoubleSoftmaxIsConfirmedByItsFloor) {
  ir::Experiment experiment = SoftmaxClassifier();
  experiment.symptom = Symptom::kSlowerToLearn;
  experiment.baseline.loss_input = LossInput::kLogits;
  EXPECT_OUTCOME(experiment, kConfirmed);
}

TEST(Replay, LogitsWithAProbabilityLossIsConfirmed) {
  ir::Experiment experiment =
      Experiment(Mlp("logits", 16, 24, 6, ""), 6, LossKind::kCategoricalCrossEntropy,
                 LossInput::kProbabilities, Framework::kKeras);
  experiment.changed.loss_input = LossInput::kLogits;
  experiment.symptom = Symptom::kSlowerToLearn;
  EXPECT_OUTCOME(experiment, kConfirmed);
}

TEST(Replay, ATinyRateIsConfirmedAndAShortReplayIsNoFault) {
  ir::Experiment experiment = SoftmaxClassifier();
  experiment.symptom = Symptom::kDoesNotLearn;
  experiment.baseline.learning_rate = 1e-10;
  experiment.planned_steps = 100'000;
  EXPECT_OUTCOME(experiment, kConfirmed);
  experiment.baseline.learning_rate = 1e-5;
  EXPECT_OUTCOME(experiment, kRefuted);
}

TEST(Replay, AHugeRateIsConfirmed) {
  ir::Experiment experiment =
      Experiment(Mlp("regression", 8, 16, 1, ""), 0, LossKind::kMeanSquaredError,
                 LossInput::kValues, Framework::kTorch);
  experiment.symptom = Symptom::kNonfinite;
  experiment.changed.learning_rate = 1e-2;
  experiment.baseline.optimizer = "sgd";
  experiment.baseline.learning_rate = 10;
  EXPECT_OUTCOME(experiment, kConfirmed);
}

TEST(Replay, ABatchAboveTheDatasetIsConfirmed) {
  ir::Experiment experiment = SoftmaxClassifier();
  experiment.symptom = Symptom::kNoBatches;
  experiment.baseline.dataset_size = experiment.changed.dataset_size = 100;
  experiment.baseline.batch_size = 128;
  experiment.baseline.drop_last = true;
  EXPECT_OUTCOME(experiment, kConfirmed);
  experiment.baseline.drop_last = false;
  EXPECT_OUTCOME(experiment, kRefuted);
}

// The same healthy setup in both arms, under every symptom.
TEST(Replay, AHealthyRunIsRefutedUnderEverySymptom) {
  for (const Symptom symptom : {Symptom::kDoesNotLearn, Symptom::kSlowerToLearn,
                                Symptom::kNonfinite, Symptom::kNoBatches}) {
    ir::Experiment experiment = SoftmaxClassifier();
    experiment.symptom = symptom;
    EXPECT_OUTCOME(experiment, kRefuted);
    experiment = Experiment(Mlp("healthy", 8, 16, 1, ""), 0, LossKind::kMeanSquaredError,
                            LossInput::kValues, Framework::kTorch);
    experiment.baseline.learning_rate = experiment.changed.learning_rate = 1e-2;
    experiment.symptom = symptom;
    EXPECT_OUTCOME(experiment, kRefuted);
  }
}

TEST(Replay, IsTheSameTwice) {
  const ir::Experiment experiment = SoftmaxClassifier();
  EXPECT_EQ(WriteReply(ReplayOf(experiment)), WriteReply(ReplayOf(experiment)));
}

void ExpectInconclusive(const ir::Experiment& experiment, const std::string& reason) {
  const Verdict verdict = ReplayOf(experiment);
  EXPECT_EQ(verdict.outcome, Outcome::kInconclusive);
  EXPECT_NE(verdict.text.find(reason), std::string::npos) << verdict.text;
}

TEST(Replay, WhatItCannotDoIsInconclusiveAndNamed) {
  ir::Experiment experiment = SoftmaxClassifier();
  experiment.model_path = "/nowhere/model.onnx";
  ExpectInconclusive(experiment, "the model cannot be read");
  experiment = SoftmaxClassifier();
  experiment.output = "logits";
  ExpectInconclusive(experiment, "no output \"logits\"");
  experiment = SoftmaxClassifier();
  experiment.changed.optimizer = "lion";
  ExpectInconclusive(experiment, "optimizer lion");
  experiment = SoftmaxClassifier();
  experiment.model_path = Mlp("hardmax", 16, 24, 6, "Hardmax");
  ExpectInconclusive(experiment, "no operator Hardmax");
  experiment = SoftmaxClassifier();
  experiment.classes = 7;
  ExpectInconclusive(experiment, "one column a class");
  experiment.model_path = tests::WriteModel(
      "weightless",
      "<ir_version: 8, opset_import: [\"\" : 17]> net (float[N, 6] x) => (float[N, 6] y) "
      "{ y = Softmax(x) }");
  experiment.classes = 6;
  ExpectInconclusive(experiment, "no weight");
}

TEST(Replay, NoTimeIsInconclusive) {
  Plan plan;
  plan.experiment = SoftmaxClassifier();
  const Verdict verdict = Replay(plan, Clock::now(), [](const Progress&) {});
  EXPECT_EQ(verdict.outcome, Outcome::kInconclusive);
  EXPECT_EQ(verdict.text, "the replay ran out of time");
}

}  // namespace
}  // namespace onnxcheck::trainer
