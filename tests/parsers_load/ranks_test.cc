#include "parsers/ranks.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "parsers/log/log.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {
namespace {

TEST(Ranks, Names) {
  const auto split = [](std::string_view path) {
    const auto name = SplitRankName(path);
    return name ? name->group + " " + std::to_string(name->rank) : "";
  };
  EXPECT_EQ(split("logs/rank_0.log"), "logs/rank_.log 0");
  EXPECT_EQ(split("logs/rank_0003.log"), "logs/rank_.log 3");
  EXPECT_EQ(split("Rank12.txt"), "Rank.txt 12");
  EXPECT_EQ(split("log_rank3.txt"), "log_rank.txt 3");
  EXPECT_EQ(split("train.rank-1.log"), "train.rank-.log 1");
  EXPECT_EQ(split("log_globalrank-1_localrank-1.txt"), split("log_globalrank-1_localrank-9.txt"));
  for (const std::string path : {"train.log", "rank.log", "crank3.log", "ranking.log",
                                 "rank3/a.log", "rank_1234567.log", "top_ranked_5.log", ""}) {
    EXPECT_EQ(split(path), "") << path;
  }
}

ir::Log Parse(const std::string& path, const std::string& text) {
  return ParseLog(*Source::FromBytes(path, text));
}

constexpr char kCurve[] = "epoch 1 loss: 0.9\nepoch 2 loss: 0.7\nepoch 3 loss: 0.6\n";

TEST(Ranks, TheMainProcessSpeaksForTheRun) {
  std::vector<ir::Log> logs;
  logs.push_back(Parse("run/rank_1.log", kCurve));
  logs.push_back(Parse("run/rank_0.log", kCurve));
  logs.push_back(Parse("other/rank_1.log", kCurve));
  JoinRanks(&logs);
  EXPECT_FALSE(ir::Trains(logs[0]));
  EXPECT_EQ(logs[0].nature_reason, "process 1 of a run that rank_0.log speaks for");
  EXPECT_TRUE(ir::Trains(logs[1]));
  EXPECT_TRUE(ir::Trains(logs[2]));
}

TEST(Ranks, AMainProcessWithoutMetricsSpeaksForNone) {
  std::vector<ir::Log> logs;
  logs.push_back(Parse("rank_0.log", "loading data\n"));
  logs.push_back(Parse("rank_1.log", kCurve));
  JoinRanks(&logs);
  EXPECT_TRUE(ir::Trains(logs[1]));
}

}  // namespace
}  // namespace onnxcheck::parsers
