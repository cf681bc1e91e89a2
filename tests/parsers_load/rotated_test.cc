#include "parsers/rotated.h"

#include <zlib.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/ir/backup.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parsers/load.h"
#include "tests/support/cases.h"

namespace onnxcheck::parsers {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::string Epochs(int first, int last) {
  std::string text;
  for (int epoch = first; epoch <= last; ++epoch)
    text += "epoch " + std::to_string(epoch) + " loss: 0." + std::to_string(99 - epoch) + "\n";
  return text;
}

RotatedMember Member(std::uint32_t number, std::string text) {
  const std::string path = number == 0 ? "train.log" : "train.log." + std::to_string(number);
  return {number, "", Source::FromBytes(path, std::move(text)), true};
}

RotatedMember DatedMember(const std::string& date, std::string text) {
  return {0, date, Source::FromBytes("train.log." + date, std::move(text)), true};
}

TEST(Rotated, NamesOfBackups) {
  const auto split = [](std::string_view path) {
    const ir::BackupName name = ir::SplitBackupName(path);
    return name.current + " " + (name.date.empty() ? std::to_string(name.number) : name.date);
  };
  EXPECT_EQ(split("logs/train.log.2"), "logs/train.log 2");
  EXPECT_EQ(split("train.log.12.gz"), "train.log 12");
  EXPECT_EQ(split("logs/train.log.2024-03-01"), "logs/train.log 20240301");
  EXPECT_EQ(split("train.log.2024-03-01_14-05"), "train.log 202403011405");
  EXPECT_EQ(split("train.log-20240301.gz"), "train.log 20240301");
  for (const std::string path :
       {"train.log", "train.log.gz", "logs.1/train", "train.log.20241501", "train.log.2024-03",
        "train.log.1700000000", "train-20240301.log", "train.log.0", "train.log.-2024-03-01",
        "run2", "logs/.1", ".1", "1", ""}) {
    EXPECT_EQ(split(path), path + " 0");
  }
}

TEST(Rotated, ReadsDatedMembersInOrderOfDate) {
  const auto log = ParseRotated({Member(0, Epochs(21, 22)), DatedMember("20240302", Epochs(10, 20)),
                                 DatedMember("20240229", Epochs(1, 9))});
  ASSERT_TRUE(log.has_value());
  ASSERT_THAT(log->parts, SizeIs(3));
  EXPECT_EQ(log->parts[0].path, "train.log.20240229");
  EXPECT_EQ(log->input.path, "train.log");
  EXPECT_TRUE(ir::IsRotated(*log));
  EXPECT_THAT(log->segments, SizeIs(1));
}

TEST(Rotated, NumbersAndDatesAreNoSet) {
  EXPECT_FALSE(ParseRotated(
      {Member(0, Epochs(5, 6)), Member(1, Epochs(3, 4)), DatedMember("20240229", Epochs(1, 2))}));
  EXPECT_FALSE(ParseRotated({Member(0, Epochs(5, 6)), DatedMember("202403011405", Epochs(3, 4)),
                             DatedMember("20240229", Epochs(1, 2))}));
}

TEST(Rotated, ReadsMembersInOrderOfAge) {
  const auto log = ParseRotated(
      {Member(0, Epochs(21, 22)), Member(10, "start\n" + Epochs(1, 9)), Member(2, Epochs(10, 20))});
  ASSERT_TRUE(log.has_value());
  EXPECT_EQ(log->input.path, "train.log");
  EXPECT_EQ(log->lines, 23u);
  ASSERT_THAT(log->parts, SizeIs(3));
  EXPECT_EQ(log->parts[0].path, "train.log.10");
  EXPECT_EQ(log->parts[1].first_line, 11u);
  EXPECT_TRUE(ir::IsRotated(*log));
  EXPECT_THAT(log->segments, SizeIs(1));
  ASSERT_THAT(log->series, SizeIs(1));
  EXPECT_EQ(log->series[0].value.size(), 22u);
  EXPECT_TRUE(std::is_sorted(log->series[0].at->epoch.begin(), log->series[0].at->epoch.end()));
  const ir::Location place = ir::LineLocation(*log, 12);
  EXPECT_EQ(place.path, "train.log.2");
  EXPECT_EQ(place.line, 2u);
}

TEST(Rotated, EventsSayTheFileTheyStandIn) {
  const auto log = ParseRotated(
      {Member(1, Epochs(1, 5) + "Traceback (most recent call last):\n  File \"a.py\", line 3, in "
                                "fit\n    x()\nValueError: no batch\n"),
       Member(0, Epochs(6, 9))});
  ASSERT_TRUE(log.has_value());
  ASSERT_FALSE(log->events.empty());
  EXPECT_EQ(log->events[0].location.path, "train.log.1");
  EXPECT_EQ(log->events[0].location.line, 9u);
}

TEST(Rotated, MembersWithoutALastLineEndInUtf16OrEmpty) {
  std::string wide = "\xff\xfe";
  for (const char c : Epochs(1, 4)) wide += {c, '\0'};
  std::string open = Epochs(5, 8);
  open.pop_back();
  const auto log = ParseRotated({Member(2, wide), Member(1, open), Member(0, "")});
  ASSERT_TRUE(log.has_value());
  EXPECT_EQ(log->lines, 8u);
  ASSERT_THAT(log->series, SizeIs(1));
  EXPECT_THAT(log->series[0].at->epoch, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

TEST(Rotated, WhatIsNotOneLog) {
  // Each run has moved the log of the one before.
  EXPECT_FALSE(ParseRotated({Member(1, Epochs(1, 9)), Member(0, Epochs(1, 9))}));
  EXPECT_FALSE(ParseRotated({Member(1, Epochs(1, 9)), Member(1, Epochs(1, 9))}));
  EXPECT_FALSE(ParseRotated({Member(1, "\x1f\x8b\x08 cut"), Member(0, Epochs(1, 9))}));
}

TEST(Rotated, LoadFindsSetsByName) {
  const tests::TemporaryFolder folder;
  std::vector<InputPath> inputs;
  const auto add = [&](const std::string& name, const std::string& text) {
    inputs.push_back({folder.path() + "/" + name, std::nullopt, true});
    tests::WriteFile(inputs.back().path, text);
  };
  add("a.log", Epochs(9, 12));
  add("a.log.1", Epochs(5, 8));
  inputs.push_back({folder.path() + "/a.log.2.gz", std::nullopt, true});
  const gzFile compressed = gzopen(inputs.back().path.c_str(), "wb");
  gzputs(compressed, Epochs(1, 4).c_str());
  gzclose(compressed);
  add("run.log.1", Epochs(1, 4));  // without run.log: two runs
  add("run.log.2", Epochs(5, 8));
  const ir::Run run = LoadRun(folder.path(), inputs);
  ASSERT_THAT(run.logs, SizeIs(3));
  const auto set = std::find_if(run.logs.begin(), run.logs.end(), ir::IsRotated);
  ASSERT_NE(set, run.logs.end());
  EXPECT_EQ(set->input.path, folder.path() + "/a.log");
  EXPECT_EQ(set->parts[0].path, folder.path() + "/a.log.2.gz");
  EXPECT_EQ(set->lines, 12u);
}

}  // namespace
}  // namespace onnxcheck::parsers
