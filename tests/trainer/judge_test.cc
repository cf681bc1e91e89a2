// Verdicts on made-up arms: what each symptom needs, and what it does not.
#include "trainer/judge.h"

#include <gtest/gtest.h>

#include <cmath>

namespace onnxcheck::trainer {
namespace {

// An arm whose progress rises along `shape` (one value a measure).
Arm Learning(std::vector<double> progress, double first_loss, double last_loss) {
  Arm arm;
  const std::vector<std::int64_t> steps = MeasureSteps(300);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(steps.size() - 1);
    const auto at = static_cast<std::size_t>(share * static_cast<double>(progress.size() - 1));
    arm.measures.push_back(
        {steps[i], first_loss + (last_loss - first_loss) * progress[at], progress[at]});
  }
  arm.steps = 300;
  return arm;
}

Arm Fast() { return Learning({0, 0.2, 0.6, 0.9, 1, 1, 1}, 2.3, 0.01); }
Arm Slow() { return Learning({0, 0, 0, 0, 0.1, 0.4, 0.6}, 2.3, 0.01); }
Arm Never() { return Learning({0, 0, 0, 0, 0, 0, 0}, 2.3, 2.3); }
Arm Broken() {
  Arm arm;
  arm.measures = {{0, 2.3, 0}, {1, std::nan(""), 0}};
  arm.steps = 1;
  arm.nonfinite = true;
  return arm;
}
Arm Empty() {
  Arm arm;
  arm.measures = {{0, 2.3, 0}};
  return arm;
}

Outcome Of(ir::Symptom symptom, const Arm& baseline, const Arm& changed) {
  ir::Experiment experiment;
  experiment.symptom = symptom;
  return Judge(experiment, std::vector<Trial>(3, Trial{baseline, changed, {}})).outcome;
}

using enum ir::Symptom;

TEST(Judge, DoesNotLearn) {
  EXPECT_EQ(Of(kDoesNotLearn, Never(), Fast()), Outcome::kConfirmed);
  EXPECT_EQ(Of(kDoesNotLearn, Broken(), Fast()), Outcome::kConfirmed);
  EXPECT_EQ(Of(kDoesNotLearn, Fast(), Fast()), Outcome::kRefuted);
  EXPECT_EQ(Of(kDoesNotLearn, Fast(), Never()), Outcome::kRefuted);
  EXPECT_EQ(Of(kDoesNotLearn, Never(), Never()), Outcome::kInconclusive);
  EXPECT_EQ(Of(kDoesNotLearn, Learning({0, 0.3}, 2.3, 1), Fast()), Outcome::kInconclusive);
}

TEST(Judge, ALuckyStartIsNotLearning) {
  EXPECT_EQ(Of(kDoesNotLearn, Learning({0.2, 0.22}, 2.3, 2.3), Fast()), Outcome::kConfirmed);
}

TEST(Judge, SlowerToLearn) {
  EXPECT_EQ(Of(kSlowerToLearn, Slow(), Fast()), Outcome::kConfirmed);
  EXPECT_EQ(Of(kSlowerToLearn, Never(), Fast()), Outcome::kConfirmed);
  EXPECT_EQ(Of(kSlowerToLearn, Fast(), Fast()), Outcome::kRefuted);
  EXPECT_EQ(Of(kSlowerToLearn, Fast(), Slow()), Outcome::kRefuted);
  EXPECT_EQ(Of(kSlowerToLearn, Never(), Never()), Outcome::kInconclusive);
  EXPECT_EQ(Of(kSlowerToLearn, Fast(), Never()), Outcome::kRefuted);
}

// The changed run needs nearly the whole replay: nothing says that the
// baseline would not have caught up just after.
TEST(Judge, SlowerNeedsRoomToBeSeen) {
  const Arm late = Learning({0, 0, 0, 0, 0, 0, 0, 0, 0, 0.1, 1}, 2.3, 0.01);
  EXPECT_EQ(Of(kSlowerToLearn, Never(), late), Outcome::kInconclusive);
}

// As fast in accuracy, yet the loss rests high above 0: a double softmax.
TEST(Judge, ALossOnItsFloorIsSlower) {
  Arm floor = Fast();
  for (Measure& measure : floor.measures) measure.loss = measure.progress < 0.9 ? 2.3 : 1.47;
  EXPECT_EQ(Of(kSlowerToLearn, floor, Fast()), Outcome::kConfirmed);
  // The same loss, still falling, is only behind.
  double loss = 2.3;
  for (Measure& measure : floor.measures) measure.loss = loss *= 0.97;
  EXPECT_NE(Of(kSlowerToLearn, floor, Fast()), Outcome::kConfirmed);
  // And one that rests as high with the change is the task's own.
  EXPECT_NE(Of(kSlowerToLearn, floor, floor), Outcome::kConfirmed);
}

TEST(Judge, Nonfinite) {
  EXPECT_EQ(Of(kNonfinite, Broken(), Fast()), Outcome::kConfirmed);
  Arm diverged = Never();
  diverged.measures.back().loss = 500;
  EXPECT_EQ(Of(kNonfinite, diverged, Fast()), Outcome::kConfirmed);
  EXPECT_EQ(Of(kNonfinite, Never(), Fast()), Outcome::kConfirmed);  // dead units, at chance
  EXPECT_EQ(Of(kNonfinite, Fast(), Fast()), Outcome::kRefuted);
  EXPECT_EQ(Of(kNonfinite, Broken(), Broken()), Outcome::kInconclusive);
  EXPECT_EQ(Of(kNonfinite, Slow(), Fast()), Outcome::kRefuted);
}

TEST(Judge, NoBatches) {
  EXPECT_EQ(Of(kNoBatches, Empty(), Slow()), Outcome::kConfirmed);
  EXPECT_EQ(Of(kNoBatches, Slow(), Slow()), Outcome::kRefuted);
  EXPECT_EQ(Of(kNoBatches, Empty(), Empty()), Outcome::kInconclusive);
}

// A rate that only needs the steps of the run itself is no fault.
TEST(Judge, TheExtendedArmCanRefute) {
  ir::Experiment experiment;
  experiment.symptom = kDoesNotLearn;
  const auto outcome = [&](const Arm& extended) {
    return Judge(experiment, std::vector<Trial>(3, Trial{Never(), Fast(), extended})).outcome;
  };
  EXPECT_EQ(outcome(Fast()), Outcome::kRefuted);
  EXPECT_EQ(outcome(Never()), Outcome::kConfirmed);
  EXPECT_EQ(outcome(Learning({0, 0.3}, 2.3, 1)), Outcome::kInconclusive);
}

TEST(Judge, OneSeedApartIsInconclusive) {
  for (const ir::Symptom symptom : {kDoesNotLearn, kSlowerToLearn, kNonfinite}) {
    ir::Experiment experiment;
    experiment.symptom = symptom;
    const Trial shown{Never(), Fast(), {}};
    const Trial absent{Fast(), Fast(), {}};
    EXPECT_EQ(Judge(experiment, {shown, shown, absent}).outcome, Outcome::kInconclusive);
  }
}

TEST(Judge, TellsTheLossesOfBothArms) {
  ir::Experiment experiment;
  experiment.symptom = kSlowerToLearn;
  const Verdict verdict =
      Judge(experiment, std::vector<Trial>(3, Trial{Learning({0, 0.01}, 0.09, 0.088), Fast(), {}}));
  EXPECT_EQ(verdict.text, "2.30 -> 0.010 with the change, 0.090 -> 0.090 without (3 seeds)");
  EXPECT_EQ(verdict.baseline_curve.size(), verdict.curve_steps.size());
  EXPECT_EQ(verdict.changed_curve.size(), verdict.curve_steps.size());
  EXPECT_EQ(verdict.curve_steps.front(), 0);
  EXPECT_EQ(verdict.curve_steps.back(), 300);
}

TEST(Judge, NothingAtAllIsInconclusive) {
  EXPECT_EQ(Judge(ir::Experiment(), {}).outcome, Outcome::kInconclusive);
  EXPECT_EQ(Judge(ir::Experiment(), {Trial()}).outcome, Outcome::kInconclusive);
}

TEST(MeasureSteps, CoverTheReplayOnALogScale) {
  EXPECT_EQ(MeasureSteps(1), (std::vector<std::int64_t>{0, 1}));
  const std::vector<std::int64_t> steps = MeasureSteps(300);
  EXPECT_EQ(steps.front(), 0);
  EXPECT_EQ(steps.back(), 300);
  EXPECT_LT(steps.size(), 25U);
  for (std::size_t i = 1; i < steps.size(); ++i) EXPECT_GT(steps[i], steps[i - 1]);
}

}  // namespace
}  // namespace onnxcheck::trainer
