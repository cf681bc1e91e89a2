// W&B's and MLflow's files: values, damage, cuts.
#include "parsers/log/wandb_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "parsers/load.h"
#include "parsers/log/wandb_settings.h"
#include "tests/support/cases.h"

namespace onnxcheck::parsers {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::string RealFile() {
  return tests::ReadFile(std::string(ONNXCHECK_SOURCE_DIR) +
                         "/testdata/runs/healthy-wandb/run-linear.wandb");
}

ir::Log Read(std::string bytes) {
  return ParseWandbFile(*Source::FromBytes("run.wandb", std::move(bytes)));
}

const ir::Series* Find(const ir::Log& log, std::string_view name) {
  for (const ir::Series& series : log.series) {
    if (series.name == name) return &series;
  }
  return nullptr;
}

TEST(WandbFileTest, HistoryOfARealRun) {
  const ir::Log log = Read(RealFile());
  const ir::Series* loss = Find(log, "train/loss");
  ASSERT_NE(loss, nullptr);
  EXPECT_EQ(loss->role, ir::Role::kTrainLoss);
  ASSERT_THAT(loss->value, SizeIs(30));
  for (std::size_t i = 0; i < 30; ++i) {
    const auto step = static_cast<double>(i);
    EXPECT_EQ(loss->value[i], 2 / (step + 1));
    EXPECT_EQ(loss->at->step[i], step);
    EXPECT_EQ(loss->at->epoch[i], static_cast<double>(i / 10));
    EXPECT_GT(loss->time[i], 1.7e9);
  }
  const ir::Series* val = Find(log, "val/loss");
  ASSERT_NE(val, nullptr);
  EXPECT_EQ(val->role, ir::Role::kValidationLoss);
  EXPECT_THAT(val->at->step, ElementsAre(9, 19, 29));
  EXPECT_TRUE(log.input.problems.empty());
  EXPECT_FALSE(log.cut_off);
}

// As wandb.init() and config.update() were given it; each place says in which record.
TEST(WandbFileTest, SettingsOfARealRun) {
  const std::string bytes =
      tests::ReadFile(std::string(ONNXCHECK_SOURCE_DIR) + "/testdata/configs/wandb-0.31/run.wandb");
  const auto read = [](const std::string& part) {
    return ReadWandbSettings(*Source::FromBytes("run.wandb", part));
  };
  const std::optional<ir::Config> config = read(bytes);
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->learning_rate->value, 0.01);  // the later one
  EXPECT_EQ(config->optimizer->value, "adam");
  EXPECT_EQ(config->warmup_steps->value, 10);
  EXPECT_EQ(config->warmup_steps->location.logical, "record 2/scheduler.warmup_steps");
  EXPECT_EQ(config->writer, "wandb");
  bool some = false;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::optional<ir::Config> part = read(bytes.substr(0, size));
    some = some || (part && part->learning_rate->value == 0.005);
  }
  EXPECT_TRUE(some);
  EXPECT_EQ(read(RealFile())->learning_rate->value, 0.1);
  EXPECT_FALSE(read("loss: 0.5\n").has_value());
}

// What stands before the cut is read, and never more than was there.
TEST(WandbFileTest, CutAnywhere) {
  const std::string whole = RealFile();
  std::size_t before = 0;
  for (std::size_t size = 7; size < whole.size(); ++size) {
    const ir::Log log = Read(whole.substr(0, size));
    const ir::Series* loss = Find(log, "train/loss");
    const std::size_t points = loss == nullptr ? 0 : loss->value.size();
    ASSERT_GE(points, before) << size;
    ASSERT_TRUE(log.input.problems.empty()) << size;
    before = points;
  }
  EXPECT_EQ(before, 30u);
}

TEST(WandbFileTest, ADamagedBlockIsLeftOut) {
  std::string file = RealFile();
  file[file.size() / 2] = static_cast<char>(file[file.size() / 2] ^ 1);
  const ir::Log log = Read(file);
  ASSERT_THAT(log.input.problems, SizeIs(1));
  EXPECT_EQ(log.input.problems[0].kind, ir::ProblemKind::kCorruptRecord);
  ASSERT_NE(Find(log, "train/loss"), nullptr);
  EXPECT_LT(Find(log, "train/loss")->value.size(), 30u);
}

TEST(MetricFileTest, ARunsFilesAreOneLog) {
  const tests::TemporaryFolder folder;
  const std::string metrics = folder.path() + "/metrics/";
  tests::WriteFile(metrics + "loss", "1700000000000 0.5 0\n1700000001500 nan 1\n");
  tests::WriteFile(metrics + "val/acc", "1700000002000 0.75 1\n");
  const ir::Run run = LoadRun(folder.path(), {{metrics + "loss"}, {metrics + "val/acc"}});
  ASSERT_THAT(run.logs, SizeIs(1));
  const ir::Log& log = run.logs[0];
  EXPECT_EQ(log.input.format, "mlflow-metrics");
  ASSERT_THAT(log.series, SizeIs(2));
  EXPECT_EQ(log.series[0].role, ir::Role::kTrainLoss);
  EXPECT_THAT(log.series[0].at->step, ElementsAre(0, 1));
  EXPECT_THAT(log.series[0].time, ElementsAre(1700000000, 1700000001.5));
  EXPECT_EQ(log.series[1].name, "val/acc");
  EXPECT_EQ(log.series[1].role, ir::Role::kValidationAccuracy);
  EXPECT_THAT(log.series[1].at->line, ElementsAre(3));
  EXPECT_EQ(ir::LineLocation(log, 3).path, metrics + "val/acc");
  EXPECT_EQ(ir::LineLocation(log, 3).line, 1u);
}

}  // namespace
}  // namespace onnxcheck::parsers
