#include "parsers/log/known_prefix.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace onnxcheck::parsers::log {
namespace {

// What is known of the second line, from the first.
std::optional<Prefix> From(const std::string& first, std::string* second) {
  KnownPrefix known;
  known.Keep(first, ReadPrefix(first));
  second->resize(second->size() + KnownPrefix::kReach);
  return known.Match(second->data());
}

void ExpectAlike(const std::string& first, std::string second) {
  const Prefix read = ReadPrefix(second);
  const std::string stamp(read.stamp);
  const std::string zone(read.zone);
  const std::string writer(read.writer);
  const std::size_t front = second.size() - read.body.size();
  const std::optional<Prefix> known = From(first, &second);
  ASSERT_TRUE(known) << first;
  EXPECT_EQ(known->time, read.time);
  EXPECT_EQ(known->level, read.level);
  EXPECT_EQ(known->stamp, stamp);
  EXPECT_EQ(known->zone, zone);
  EXPECT_EQ(known->writer, writer);
  EXPECT_EQ(known->body.data() - second.data(), static_cast<std::ptrdiff_t>(front));
}

TEST(KnownPrefixTest, IsWhatReadPrefixFindsWithOtherDigits) {
  ExpectAlike("2024-06-17 10:02:33,125 - trainer - INFO - epoch 1",
              "2025-12-31 23:59:59,999 - trainer - INFO - epoch 20 loss: 0.5");
  ExpectAlike("[rank0]: 2024-06-17T10:02:33.125+02:00 WARNING x",
              "[rank7]: 2024-06-18T11:12:13.900+01:00 WARNING yy");
  ExpectAlike("I0501 10:00:01.123456 77 solver.cpp:228] loss = 1",
              "I0502 11:10:59.654321 78 solver.cpp:338] loss = 0.25");
  ExpectAlike("2024-06-17 10:02:33.125 | INFO | train:fit:57 - loss 1",
              "2024-06-17 10:02:34.250 | INFO | train:fit:68 - loss 0.5");
}

TEST(KnownPrefixTest, IsNothingWhereMoreThanDigitsDiffer) {
  const std::string first = "2024-06-17 10:02:33,125 - trainer - INFO - epoch 1";
  for (std::string other : {"2024-06-17 10:02:33,125 - trainer - WARN - epoch 2",
                            "2024-06-17 10:02:3x,125 - trainer - INFO - epoch 2",
                            "2024-06-17 10:02:33.125 - trainer - INFO - epoch 2", "2024", ""}) {
    EXPECT_FALSE(From(first, &other)) << other;
  }
}

// Without a level, one is looked for in what follows; of seconds since 1970 one digit is fixed.
TEST(KnownPrefixTest, IsNothingWhereDigitsOrTheBodyDecide) {
  for (const std::string first : {"2024-06-17 10:02:33 epoch 1", "1718611353.125000 INFO epoch 1",
                                  "epoch 1", "INFO: epoch 1"}) {
    std::string second = first;
    EXPECT_FALSE(From(first, &second)) << first;
  }
}

}  // namespace
}  // namespace onnxcheck::parsers::log
