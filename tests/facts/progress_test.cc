#include "analyzer/facts/progress.h"

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/facts/chance.h"
#include "analyzer/facts/divergence.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace onnxcheck::facts {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A table with one row an epoch.
ir::Series Column(std::string name, ir::Role role, std::vector<double> values) {
  ir::Series series;
  series.name = std::move(name);
  series.role = role;
  series.per_epoch = true;
  series.value = std::move(values);
  ir::Positions at;
  for (std::size_t i = 0; i < series.value.size(); ++i) {
    at.line.push_back(static_cast<std::uint32_t>(i + 2));
    at.epoch.push_back(static_cast<double>(i + 1));
    at.step.push_back(kNan);
  }
  series.at = std::make_shared<ir::Positions>(std::move(at));
  return series;
}

ir::Run RunOf(std::vector<ir::Series> columns) {
  ir::Run run;
  ir::Log& log = run.logs.emplace_back();
  log.input.path = "metrics.csv";
  log.series = std::move(columns);
  log.lines = 100;
  log.segments = {{.first_line = 1, .last_line = 100}};
  return run;
}

TEST(RunsOfTest, GathersTheSegmentsOfASeries) {
  ir::Run run = RunOf({Column("loss", ir::Role::kTrainLoss, {4, 3, 2, 4, 3}),
                       Column("acc", ir::Role::kTrainAccuracy, {0, 0, 0, 0, 0})});
  run.logs[0].segments = {{1, 4, ir::SegmentStart::kFirst}, {5, 100, ir::SegmentStart::kRestart}};
  const Facts facts(run);
  const std::vector<SeriesRuns> all = RunsOf(facts, ir::Role::kTrainLoss);
  ASSERT_EQ(all.size(), 1u);
  ASSERT_EQ(all[0].runs.size(), 2u);
  EXPECT_THAT(all[0].runs[1]->value, ElementsAre(4, 3));
  EXPECT_EQ(StartOf(*all[0].runs[1]), ir::SegmentStart::kRestart);
}

TEST(MainLossesTest, PrefersTheLongestTrainingLoss) {
  const ir::Run run = RunOf({Column("val_loss", ir::Role::kValidationLoss, {1, 1, 1, 1}),
                             Column("loss_epoch", ir::Role::kTrainLoss, {1, 1}),
                             Column("loss_step", ir::Role::kTrainLoss, {1, 1, 1})});
  const Facts facts(run);
  const std::vector<SeriesRuns> main = MainLosses(facts);
  ASSERT_EQ(main.size(), 1u);
  EXPECT_EQ(main[0].series->name, "loss_step");
}

TEST(SmoothedTest, TakesOutSpikes) {
  EXPECT_THAT(Smoothed(std::vector<double>{5, 4, 90, 3, 2}), ElementsAre(5, 5, 4, 3, 3));
  EXPECT_THAT(Smoothed(std::vector<double>{5, kNan}), ElementsAre(5));
  EXPECT_EQ(Smoothed(std::vector<double>(1000, 2.0)).size(), 20u);
}

TEST(EpochsSeenTest, CountsFromEpochsOrFromValidation) {
  ir::Run run = RunOf({Column("loss", ir::Role::kTrainLoss, {3, 2, 1}),
                       Column("val_loss", ir::Role::kValidationLoss, {3, 2, 1})});
  {
    const Facts facts(run);
    EXPECT_EQ(EpochsSeen(facts, facts.curves()[0]), 3);
  }
  for (ir::Series& series : run.logs[0].series) {
    ir::Positions at = *series.at;
    at.epoch = {kNan, kNan, kNan};
    series.at = std::make_shared<ir::Positions>(std::move(at));
    series.per_epoch = false;
  }
  {
    const Facts facts(run);
    EXPECT_EQ(EpochsSeen(facts, facts.curves()[0]), 3);
  }
  run.logs[0].series.pop_back();
  const Facts facts(run);
  EXPECT_EQ(EpochsSeen(facts, facts.curves()[0]), std::nullopt);
}

TEST(PairedTest, ByLineOrElseByTheLastOfAnEpoch) {
  const ir::Column<std::uint32_t> first = {2, 3, 4};
  const ir::Column<double> epochs = {1, 2, 3};
  const std::vector<double> losses = {10, 20, 30};
  Curve a;
  a.line = {first, 0, first.size()};
  a.epoch = {epochs, 0, epochs.size()};
  a.value = losses;
  const ir::Column<std::uint32_t> same = {2, 4};
  const ir::Column<double> two_epochs = {1, 3};
  const std::vector<double> two = {0.1, 0.3};
  Curve b;
  b.line = {same, 0, same.size()};
  b.epoch = {two_epochs, 0, two_epochs.size()};
  b.value = two;
  EXPECT_THAT(Paired(a, b), ElementsAre(Pair(10, 0.1), Pair(30, 0.3)));
  const ir::Column<std::uint32_t> later = {7, 8, 9};
  const ir::Column<double> repeated = {1, 1, 3};
  const std::vector<double> three = {0.1, 0.2, 0.3};
  b.line = {later, 0, later.size()};
  b.epoch = {repeated, 0, repeated.size()};
  b.value = three;
  EXPECT_THAT(Paired(a, b), ElementsAre(Pair(10, 0.2), Pair(30, 0.3)));
  const ir::Column<double> unknown = {kNan, kNan, kNan};
  b.epoch = {unknown, 0, unknown.size()};
  EXPECT_TRUE(Paired(a, b).empty());
}

TEST(ScoreRisesTest, KnowsWhichWayIsBetter) {
  const ir::Run run = RunOf({Column("loss", ir::Role::kTrainLoss, {1, 1, 1, 1, 1}),
                             Column("acc", ir::Role::kTrainAccuracy, {.1, .2, .3, .4, .5})});
  const Facts facts(run);
  EXPECT_TRUE(ScoreRises(facts, facts.curves()[0]));
  const ir::Run error = RunOf({Column("loss", ir::Role::kTrainLoss, {1, 1, 1, 1, 1}),
                               Column("wer", ir::Role::kMetric, {.1, .2, .3, .4, .5})});
  const Facts error_facts(error);
  EXPECT_FALSE(ScoreRises(error_facts, error_facts.curves()[0]));
}

TEST(AnotherLossFallsTest, NeedsMoreThanNoise) {
  const ir::Run falls = RunOf({Column("loss", ir::Role::kTrainLoss, {1, 1, 1, 1, 1}),
                               Column("val_loss", ir::Role::kValidationLoss, {5, 4, 3, 2, 1})});
  const Facts facts(falls);
  EXPECT_TRUE(AnotherLossFalls(facts, facts.curves()[0]));
  const ir::Run noise = RunOf({Column("loss", ir::Role::kTrainLoss, {1, 1, 1, 1, 1}),
                               Column("val_loss", ir::Role::kValidationLoss, {5, 3, 5, 3, 4.5})});
  const Facts noise_facts(noise);
  EXPECT_FALSE(AnotherLossFalls(noise_facts, noise_facts.curves()[0]));
}

TEST(HasMovingTargetTest, ReadsWholeWords) {
  const auto moving = [](std::string name) {
    return HasMovingTarget(RunOf({Column(std::move(name), ir::Role::kOther, {1})}).logs[0]);
  };
  EXPECT_TRUE(moving("train/D_loss"));
  EXPECT_TRUE(moving("ep_rew_mean"));
  EXPECT_TRUE(moving("discriminator loss"));
  EXPECT_FALSE(moving("valid_loss"));
  EXPECT_FALSE(moving("Avg_loss"));
}

TEST(WhatPrecededTest, NamesTheLastFiniteValueNormAndRate) {
  const ir::Run run = RunOf({Column("loss", ir::Role::kTrainLoss, {2, 9, kNan}),
                             Column("grad_norm", ir::Role::kGradientNorm, {1, 800, kNan}),
                             Column("lr", ir::Role::kLearningRate, {.1, .1, .1})});
  const Facts facts(run);
  const std::vector<Remark> remarks = WhatPreceded(facts, facts.curves()[0], 2);
  ASSERT_EQ(remarks.size(), 3u);
  EXPECT_EQ(remarks[0].text, "the loss before it was 9");
  EXPECT_EQ(remarks[0].location.line, 3u);
  EXPECT_EQ(remarks[1].text, "the gradient norm was 800");
  EXPECT_EQ(remarks[2].text, "the learning rate was 0.1");
}

constexpr DivergenceLimits kLimits = {
    .over_first = 3, .over_lowest = 2, .gain_lost = 0.5, .negative_factor = 1e6};

TEST(FindDivergenceTest, FindsWhereItStarts) {
  const std::vector<double> values = {2, 2.1, 1.9, 5, 9, 12, 15, 17, 18, 19};
  const auto found = FindDivergence(values, kLimits);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->start, 3u);
  EXPECT_FALSE(found->unbounded_below);
}

TEST(FindDivergenceTest, LeavesSpikesSumsAndCountersAlone) {
  EXPECT_FALSE(FindDivergence(std::vector<double>{2, 2, 2, 90, 90, 9, 2, 2, 1, 1}, kLimits));
  EXPECT_FALSE(FindDivergence(std::vector<double>{.9, 1.8, 2.7, 3.6, 4.5, 5.3, 6.1, 7}, kLimits));
  EXPECT_FALSE(FindDivergence(std::vector<double>{1, 2, 4, 8, 16, 32, 64, 128}, kLimits));
  EXPECT_FALSE(FindDivergence(std::vector<double>{1, 9, 9, 9, 9}, kLimits));
  EXPECT_FALSE(FindDivergence({}, kLimits));
}

TEST(FindFlatLossTest, TellsFlatFrozenAndFalling) {
  const auto flat = FindFlatLoss(std::vector<double>{2.1, 2.11, 2.1, 2.11, 2.1, 2.105}, 0.01);
  ASSERT_TRUE(flat);
  EXPECT_FALSE(flat->frozen);
  const auto frozen = FindFlatLoss(std::vector<double>(8, 16.7422275), 0.01);
  ASSERT_TRUE(frozen);
  EXPECT_TRUE(frozen->frozen);
  const auto rounded = FindFlatLoss(std::vector<double>(8, 16.75), 0.01);
  ASSERT_TRUE(rounded);
  EXPECT_FALSE(rounded->frozen);
  EXPECT_FALSE(FindFlatLoss(std::vector<double>{2.1, 2.0, 1.9, 1.8, 1.7, 1.6}, 0.01));
  EXPECT_FALSE(FindFlatLoss(std::vector<double>{2.1, kNan, 2.1, 2.1, 2.1, 2.1}, 0.01));
  EXPECT_FALSE(FindFlatLoss(std::vector<double>(8, 0.0), 0.01));
}

std::vector<double> Rest(double value) { return std::vector<double>(8, value); }

TEST(RestsAtChanceTest, NeedsASecondSign) {
  const ir::Run alone = RunOf({Column("loss", ir::Role::kTrainLoss, Rest(2.3026))});
  const Facts facts(alone);
  EXPECT_FALSE(RestsAtChance(facts, facts.curves()[0]));
  const ir::Run both = RunOf({Column("loss", ir::Role::kTrainLoss, Rest(2.3026)),
                              Column("acc", ir::Role::kTrainAccuracy, Rest(0.1))});
  const Facts both_facts(both);
  const auto chance = RestsAtChance(both_facts, both_facts.curves()[0]);
  ASSERT_TRUE(chance);
  EXPECT_EQ(chance->classes, 10);
  EXPECT_NEAR(chance->chance_loss, std::log(10), 1e-12);
}

TEST(RestsAtChanceTest, BelievesAnyAccuracyThatIsBetter) {
  const ir::Run run = RunOf({Column("loss", ir::Role::kTrainLoss, Rest(2.3026)),
                             Column("acc", ir::Role::kTrainAccuracy, Rest(0.1)),
                             Column("val_acc", ir::Role::kValidationAccuracy, Rest(0.4))});
  const Facts facts(run);
  EXPECT_FALSE(RestsAtChance(facts, facts.curves()[0]));
}

}  // namespace
}  // namespace onnxcheck::facts
