#include "parsers/log/writing.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onnxcheck::parsers::log {
namespace {

struct Line {
  std::string_view stamp;
  std::string_view body;
  bool measured = false;
  bool overwritten = false;
  std::string_view writer = {};
};

ir::Writing Write(const std::vector<Line>& lines, std::uint64_t bar_states = 0) {
  WritingTracker tracker;
  std::uint32_t number = 0;
  for (const Line& line : lines) {
    Prefix prefix;
    prefix.stamp = line.stamp;
    prefix.time = !line.stamp.empty();
    prefix.writer = line.writer;
    prefix.body = line.body;
    tracker.Add({++number, line.body, false, line.body, &prefix, line.measured, line.overwritten});
  }
  ir::Writing writing;
  tracker.Finish(bar_states, &writing);
  return writing;
}

TEST(Writing, RecordsThatComeTwice) {
  const ir::Writing writing = Write({{"", "start"},
                                     {"", "step 1 loss 3", true},
                                     {"", "step 1 loss 3", true},
                                     {"", "step 2 loss 2", true},
                                     {"", "step 2 loss 2", true},
                                     {"", "saved"},
                                     {"", "saved"}});
  ASSERT_EQ(writing.repetitions.size(), 1u);
  EXPECT_EQ(writing.repetitions[0].first_line, 2u);
  EXPECT_EQ(writing.repetitions[0].records, 3u);
  EXPECT_EQ(writing.repetitions[0].measured, 2u);
  EXPECT_EQ(writing.repetitions[0].times, 2u);
}

TEST(Writing, TimesThatGrowAreSeveralPhases) {
  std::vector<Line> lines;
  const std::vector<std::string> bodies = {"a 1", "b 2", "c 3", "d 4", "e 5", "f 6"};
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    for (std::size_t times = 0; times < 2 + i / 3; ++times) lines.push_back({"", bodies[i], true});
  }
  const ir::Writing writing = Write(lines);
  ASSERT_EQ(writing.repetitions.size(), 2u);
  EXPECT_EQ(writing.repetitions[0].times, 2u);
  EXPECT_EQ(writing.repetitions[1].times, 3u);
  EXPECT_EQ(writing.repetitions[1].first_line, 7u);
}

TEST(Writing, WhatIsNoRepetition) {
  // Too few; apart in time; by different writers.
  EXPECT_TRUE(Write({{"", "a", true}, {"", "a", true}, {"", "b", true}, {"", "b", true}})
                  .repetitions.empty());
  EXPECT_TRUE(Write({{"2024-02-29 10:00:00", "idle"},
                     {"2024-02-29 10:00:10", "idle"},
                     {"2024-02-29 10:00:20", "busy"},
                     {"2024-02-29 10:00:30", "busy"},
                     {"2024-02-29 10:00:40", "idle"},
                     {"2024-02-29 10:00:50", "idle"}})
                  .repetitions.empty());
  std::vector<Line> ranks;
  for (const std::string_view body : {"a", "b", "c", "d"}) {
    ranks.push_back({"", body, true, false, "rank0"});
    ranks.push_back({"", body, true, false, "rank1"});
  }
  EXPECT_TRUE(Write(ranks).repetitions.empty());
}

TEST(Writing, LongRecordsAreNotCompared) {
  const std::string long_body(5000, 'x');
  std::vector<Line> lines(8, Line{"", long_body, true});
  EXPECT_TRUE(Write(lines).repetitions.empty());
}

TEST(Writing, Clock) {
  const ir::Writing writing = Write({{"2024-02-29 10:00:00", "a"},
                                     {"2024-02-29 10:00:10", "b"},
                                     {"2024-02-29 09:59:40", "c"},
                                     {"2024-02-29 10:00:40", "d"}});
  EXPECT_EQ(writing.seconds, 70);  // 10 forth, 30 back, 60 forth
  EXPECT_EQ(writing.clock_steps, 1u);
  ASSERT_EQ(writing.clock_back.size(), 1u);
  EXPECT_EQ(writing.clock_back[0].line, 3u);
  EXPECT_EQ(writing.clock_back[0].seconds, 30);
  EXPECT_TRUE(writing.clock_back[0].dated);
}

TEST(Writing, ListsAreBounded) {
  std::vector<Line> lines;
  for (int i = 0; i < 200; ++i) {
    lines.push_back({"2024-02-29 10:00:10", "a"});
    lines.push_back({"2024-02-29 10:00:00", "b"});
  }
  const ir::Writing writing = Write(lines);
  EXPECT_EQ(writing.clock_steps, 200u);
  EXPECT_EQ(writing.clock_back.size(), 64u);
}

TEST(Writing, Bars) {
  const ir::Writing writing = Write({{"", " 50%|#####     | 5/10 [00:05<00:05, 1.00it/s]"},
                                     {"", "20/20 [====] - 1s 3ms/step"},
                                     {"", "7/10 saving", false, true},
                                     {"", "loss: 0.5 [00:05, 1.00it/s]", true},
                                     {"", "a sentence"}},
                                    12);
  EXPECT_EQ(writing.bars, 3u);
  EXPECT_EQ(writing.bar_states, 12u);
}

TEST(Writing, EpochsWithNothingInThem) {
  WritingTracker tracker;
  Prefix prefix;
  std::uint32_t line = 0;
  const auto header = [&](double epoch) {
    tracker.EpochBegins(++line, epoch);
    tracker.Add({line, "Epoch", false, "Epoch", &prefix, false, false});
  };
  const auto record = [&](std::string_view body, bool measured) {
    tracker.Add({++line, body, false, body, &prefix, measured, false});
  };
  header(1);
  record("loss: 0.5", true);
  header(2);
  record("skipped", false);
  header(2);  // the same again
  header(3);
  record("loss: 0.25", true);
  header(4);
  ir::Writing writing;
  tracker.Finish(0, &writing);
  EXPECT_EQ(writing.epoch_headers, 4u);
  EXPECT_EQ(writing.empty_epochs, 1u);
  ASSERT_EQ(writing.empty.size(), 1u);
  EXPECT_EQ(writing.empty[0].line, 3u);
  EXPECT_EQ(writing.empty[0].epoch, 2);
  // Nothing follows the last one yet.
  EXPECT_EQ(writing.last_header.epoch, 4);
}

}  // namespace
}  // namespace onnxcheck::parsers::log
