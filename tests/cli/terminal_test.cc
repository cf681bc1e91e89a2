#include "cli/terminal.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "cli/did_you_mean.h"
#include "parsers/closest.h"

namespace onnxcheck::cli {
namespace {

TEST(PrintableTest, ShowsControlBytesInsteadOfSendingThem) {
  EXPECT_EQ(Printable("a\x1b[31mred\x07\x7f\n"), "a\\x1b[31mred\\x07\\x7f\\n");
  EXPECT_EQ(Printable("\xc2\x9b"
                      "31m"),
            "\\u009b31m")
      << "C1 control sequence introducer";
  EXPECT_EQ(Printable("\xe2\x80\xae"
                      "x"),
            "\\u202ex")
      << "right-to-left override";
  EXPECT_EQ(Printable("caf\xc3\xa9"), "caf\xc3\xa9");
  EXPECT_EQ(Printable("\xff|\xc0\xaf|\xed\xa0\x80"),
            "\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd")
      << "broken, overlong, surrogate";
  EXPECT_EQ(Printable("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd") << "cut off";
}

TEST(DisplayWidthTest, CountsColumns) {
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("\xe6\x90\x8d\xe5\xa4\xb1"), 4U) << "two wide characters";
  EXPECT_EQ(DisplayWidth("e\xcc\x81"), 1U) << "combining accent";
}

TEST(EscapeSequenceTest, KnowsItsEnd) {
  EXPECT_EQ(EscapeSequence("\x1b[1;31mx"), 7U);
  EXPECT_EQ(EscapeSequence("\x1b]0;title\x07x"), 10U);
  EXPECT_EQ(EscapeSequence("\x1b[31"), 0U) << "cut off";
  EXPECT_EQ(EscapeSequence("\x1b"), 0U);
  EXPECT_EQ(EscapeSequence("x"), 0U);
}

class UseColorTest : public testing::Test {
 protected:
  UseColorTest() {
    for (const char* name : {"NO_COLOR", "FORCE_COLOR", "TERM"}) unsetenv(name);
  }
  ~UseColorTest() override {
    for (const char* name : {"NO_COLOR", "FORCE_COLOR", "TERM"}) unsetenv(name);
  }
  std::ostringstream out_;  // not a terminal
};

TEST_F(UseColorTest, FollowsTheEnvironment) {
  EXPECT_FALSE(UseColor(ColorMode::kAuto, out_));
  setenv("FORCE_COLOR", "1", 1);
  EXPECT_TRUE(UseColor(ColorMode::kAuto, out_));
  setenv("TERM", "dumb", 1);
  EXPECT_TRUE(UseColor(ColorMode::kAuto, out_)) << "demanded all the same";
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(UseColor(ColorMode::kAuto, out_));
  setenv("NO_COLOR", "", 1);
  setenv("FORCE_COLOR", "0", 1);
  EXPECT_FALSE(UseColor(ColorMode::kAuto, out_));
}

TEST_F(UseColorTest, TheOptionWins) {
  setenv("NO_COLOR", "1", 1);
  EXPECT_TRUE(UseColor(ColorMode::kAlways, out_));
  setenv("FORCE_COLOR", "1", 1);
  EXPECT_FALSE(UseColor(ColorMode::kNever, out_));
}

TEST(DidYouMeanTest, FindsTheNearestWord) {
  EXPECT_EQ(parsers::Closest("chekc", {"check", "parse"}), "check") << "a swap is one edit";
  EXPECT_EQ(parsers::Closest("--selct", {"--ignore", "--select"}), "--select");
  EXPECT_EQ(parsers::Closest("softmax-with-mes", {"softmax-with-mse", "double-softmax"}),
            "softmax-with-mse");
  EXPECT_EQ(parsers::Closest("banana", {"check", "parse"}), "");
  EXPECT_EQ(DidYouMean("chek", {"check"}), ", did you mean \"check\"?");
  EXPECT_EQ(DidYouMean("", {"check"}), "");
}

}  // namespace
}  // namespace onnxcheck::cli
