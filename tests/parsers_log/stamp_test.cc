#include "parsers/log/stamp.h"

#include <gtest/gtest.h>

#include <string_view>

namespace onnxcheck::parsers::log {
namespace {

// Days since 1970, as `date -d 2024-02-29 +%s` / 86400 says.
constexpr std::int64_t kLeapDay = 19782;

TEST(Stamp, DatesInTheirForms) {
  for (const std::string_view stamp :
       {"2024-02-29 10:20:30", "2024/02/29 10:20:30,123", "2024.02.29 10:20:30",
        "2024-02-29T10:20:30.5", "20240229 10:20:30", "29.02.2024 10:20:30", "29 Feb 2024 10:20:30",
        "[2024-02-29 10:20:30"}) {
    const auto moment = ReadMoment(stamp, "");
    ASSERT_TRUE(moment.has_value()) << stamp;
    EXPECT_EQ(moment->day, kLeapDay) << stamp;
    EXPECT_EQ(moment->second, 10 * 3600 + 20 * 60 + 30) << stamp;
  }
}

TEST(Stamp, DatesThatLeaveADoubt) {
  // 12 November or 11 December; no year; no such day.
  for (const std::string_view stamp :
       {"12/11/2024 10:20:30", "Feb 29 10:20:30", "2023-02-29 10:20:30", "10:20:30"}) {
    const auto moment = ReadMoment(stamp, "");
    ASSERT_TRUE(moment.has_value()) << stamp;
    EXPECT_FALSE(moment->day.has_value()) << stamp;
    EXPECT_EQ(moment->second, 10 * 3600 + 20 * 60 + 30) << stamp;
  }
}

TEST(Stamp, NoTimeOfDay) {
  for (const std::string_view stamp : {"", "2024-02-29", ":", "1:2", "ab:cd", "10:", "1700000000"})
    EXPECT_FALSE(ReadMoment(stamp, "").has_value()) << stamp;
}

TEST(Stamp, Zones) {
  EXPECT_EQ(ReadMoment("2024-02-29 10:20:30", "+0130")->second, 8 * 3600 + 50 * 60 + 30);
  EXPECT_EQ(ReadMoment("2024-02-29 10:20:30", "-01:30")->second, 11 * 3600 + 50 * 60 + 30);
  EXPECT_EQ(ReadMoment("2024-02-29 10:20:30", "Z")->second, 10 * 3600 + 20 * 60 + 30);
  // Behind midnight in UTC: the day before.
  EXPECT_EQ(ReadMoment("2024-03-01 00:10:00", "+0100")->second, -50 * 60);
}

double Between(std::string_view from, std::string_view to) {
  const auto seconds = SecondsBetween(*ReadMoment(from, ""), *ReadMoment(to, ""));
  return seconds.value_or(-1e9);
}

TEST(Stamp, SecondsBetween) {
  EXPECT_EQ(Between("2024-02-29 23:59:50", "2024-03-01 00:00:10"), 20);
  EXPECT_EQ(Between("2024-03-01 00:00:10", "2024-02-29 23:59:50"), -20);
  EXPECT_EQ(Between("10:00:00", "10:00:05"), 5);
  EXPECT_EQ(Between("10:00:05", "10:00:00"), -5);
  EXPECT_EQ(Between("23:59:50", "00:00:10"), 20);  // midnight
  EXPECT_EQ(Between("Feb 29 10:00:00", "Feb 29 10:00:05"), 5);
  EXPECT_EQ(Between("Feb 29 23:59:50", "Mar 1 00:00:10"), -1e9);  // only the text differs
}

}  // namespace
}  // namespace onnxcheck::parsers::log
