#include "parsers/log/record_format.h"

#include <string>

#include "gtest/gtest.h"

namespace onnxcheck::parsers::log {
namespace {

TEST(RecordFormat, IsNeededWhereTheLogItselfDoesNotShowWhatIsWhat) {
  for (const char* const usual :
       {"%(message)s", "%(asctime)s %(message)s",
        "%(asctime)s - %(name)s - %(levelname)s - %(message)s",
        "[%(asctime)s][%(name)s][%(levelname)s] - %(message)s",
        "%(levelname)s:%(name)s:%(message)s",
        "%(asctime)s [%(threadName)s] %(filename)s:%(lineno)d %(message)s",
        "{asctime} {levelname:<8} {message}", "$asctime ${levelname} $message", "%(asctime)s",
        "loss", ""}) {
    EXPECT_FALSE(NeedsItsFormat(usual)) << usual;
  }
  for (const char* const odd :
       {"%(message)s <- %(name)s:%(lineno)d", "%(message)s; pid=%(process)d",
        "step=%(lineno)d %(message)s", "%(process)d %(thread)d %(asctime)s %(message)s",
        "{message} @{lineno:>4}", "${message} [$asctime]"}) {
    EXPECT_TRUE(NeedsItsFormat(odd)) << odd;
  }
}

TEST(RecordFormat, TakesRecordsApart) {
  const auto usual = [](const std::string& text, const char* format) {
    return InUsualFormat(text, {"%(message)s", format});
  };
  EXPECT_EQ(usual("loss: 0.5 <- train.loop:57\nloss: 0.25 <- train.loop:57\n",
                  "%(message)s <- %(name)s:%(lineno)d"),
            "loss: 0.5\nloss: 0.25\n");
  EXPECT_EQ(usual("INFO     loss: 0.5 | 2024-05-01 08:00:00,123\r\n",
                  "%(levelname)-8s %(message)s | %(asctime)s"),
            "2024-05-01 08:00:00,123 INFO loss: 0.5\r\n");
  EXPECT_EQ(usual("line=57 WARNING loss: 0.5", "line=%(lineno)d %(levelname)s %(message)s"),
            "WARNING: loss: 0.5");
  EXPECT_EQ(usual("{loss}: 0.5 % [ 57] 100%\n", "{message} % [{lineno:>3}] 100%"), "{loss}: 0.5\n");
  EXPECT_EQ(usual("a 100% b =57\n", "%(message)s b =%(lineno)d"), "a 100%\n");
  // A time that nobody can read is left out.
  EXPECT_EQ(usual("loss: 0.5 at 8 o'clock", "%(message)s at %(asctime)s"), "loss: 0.5");
}

TEST(RecordFormat, LeavesWhatAnotherWrote) {
  const std::string format = "%(message)s <- %(name)s:%(lineno)d";
  // Lines of a message of several lines, and blank ones.
  EXPECT_EQ(InUsualFormat("config:\n\n  lr: 0.5 <- main:3\nloss: 1 <- main:4\n", {format}),
            "config:\n\n  lr: 0.5\nloss: 1\n");
  EXPECT_EQ(InUsualFormat("a\nb\nc <- main:3\n", {format}), "");
  EXPECT_EQ(InUsualFormat("", {format}), "");
  EXPECT_EQ(InUsualFormat("2024-05-01 08:00:00 loss: 1\n", {"%(asctime)s %(message)s"}), "");
}

TEST(RecordFormat, HostileFormats) {
  for (const std::string& format :
       {std::string("%("), std::string("%(message"), std::string("%(message)"),
        std::string("{message"), std::string("${"),
        std::string("%(message)s%(message)s%(message)s"), std::string("%(message)s%("),
        std::string(100000, '%'), std::string("%(message)s") + std::string(200000, 'x'),
        std::string("%(message)s\0%(lineno)d", 22), std::string("{message}{{{lineno}}}"),
        std::string("%(asctime)s%(asctime)s%(levelname)s%(levelname)s%(message)s%(asctime)s")}) {
    InUsualFormat("a\nb 1\n", {format});
    InUsualFormat(std::string(100000, 'a'), {format});
  }
}

}  // namespace
}  // namespace onnxcheck::parsers::log
