#include <cmath>
#include <cstdint>
#include <iterator>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/parsers_config/support.h"

namespace onnxcheck::parsers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Json, KeepsPlacesAndTexts) {
  const ir::Config config = Json(
      "{\n"
      "  \"optimizer\": {\"lr\": 1e-4, \"x\": [ 1,\t-Infinity, NaN ]},  // why\n"
      "  \"\\u00e9\": \"a\\n\\\"b\", /* \"lr\": 2 */ \"big\": 18446744073709551615,\n"
      "  \"none\": null, \"e\": [], \"yes\": true\n"
      "}\n");
  EXPECT_THAT(config.input.problems, IsEmpty());
  EXPECT_EQ(At(config, "optimizer.lr").value, ir::Scalar(1e-4));
  EXPECT_EQ(Span(At(config, "optimizer.lr").location), "2:23+4");
  EXPECT_EQ(At(config, "optimizer.lr").text, "1e-4");
  EXPECT_EQ(Span(At(config, "optimizer.x[0]").location), "2:36+1");
  EXPECT_EQ(At(config, "optimizer.x[1]").value, ir::Scalar(-INFINITY));
  EXPECT_EQ(Span(At(config, "optimizer.x[1]").location), "2:39+9");
  EXPECT_TRUE(std::isnan(std::get<double>(At(config, "optimizer.x[2]").value)));
  EXPECT_EQ(At(config, "\xC3\xA9").value, ir::Scalar("a\n\"b"));
  EXPECT_EQ(Span(At(config, "big").location), "3:44+20");
  EXPECT_EQ(At(config, "big").value, ir::Scalar(18446744073709551615.0));
  EXPECT_EQ(At(config, "none").value, ir::Scalar());
  EXPECT_EQ(At(config, "e").text, "[]");
  EXPECT_EQ(At(config, "yes").value, ir::Scalar(true));
}

TEST(Json, NumbersOfAllSizes) {
  const ir::Config config = Json(
      "[0.00000000000000000000000000000, -0, 1e-999, 5e-324,"
      " 0.1000000000000000055511151231257827, -9223372036854775808, 9223372036854775808, 1E5]");
  EXPECT_THAT(config.input.problems, IsEmpty());
  const ir::Scalar expected[] = {0.0,       std::int64_t{0},       0.0, 5e-324, 0.1,
                                 INT64_MIN, 9223372036854775808.0, 1e5};
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    EXPECT_EQ(At(config, "[" + std::to_string(i) + "]").value, expected[i]) << i;
  }
}

TEST(Json, NamesTheErrorAndKeepsWhatStandsBefore) {
  const ir::Config config = Json("{\n \"lr\": 0.5,\n \"loss\" \"mse\"\n}");
  ASSERT_THAT(Problems(config), ElementsAre(ir::ProblemKind::kMalformedConfig));
  EXPECT_EQ(config.input.problems[0].location.line, 3u);
  EXPECT_EQ(config.input.problems[0].location.column, 9u);
  EXPECT_EQ(config.learning_rate->value, 0.5);
}

TEST(Json, ByteOrderMarkIsNoError) {
  const ir::Config config = Json("\xEF\xBB\xBF{\"lr\": 2}");
  EXPECT_THAT(config.input.problems, IsEmpty());
  EXPECT_EQ(Span(At(config, "lr").location), "1:11+1");
}

TEST(Toml, KeepsPlacesAndFileOrder) {
  const ir::Config config = Toml(
      "# head\n"
      "zebra = 1\n"
      "[training]\n"
      "lr = 1e-4\n"
      "\"\xC3\xA9\" = \"\xC3\xBC\" # comment\n"
      "batch_size = 0x20\n"
      "x = { \"\xC3\xA9\" = 'l', b = [1, 2.5] }\n"
      "[[logging.handlers]]\n"
      "type = \"file\"\n"
      "path = 'run.log'\n"
      "when = 2020-01-01\n");
  EXPECT_THAT(config.input.problems, IsEmpty());
  EXPECT_EQ(config.entries.front().key, "zebra");
  EXPECT_EQ(config.entries.back().key, "logging.handlers[0].when");
  EXPECT_EQ(At(config, "training.lr").value, ir::Scalar(1e-4));
  EXPECT_EQ(Span(At(config, "training.lr").location), "4:6+4");
  EXPECT_EQ(Span(At(config, "training.x.b[1]").location), "7:27+3");
  EXPECT_EQ(At(config, "training.batch_size").text, "0x20");
  EXPECT_EQ(config.batch_size->value, 32);
  EXPECT_EQ(At(config, "logging.handlers[0].when").value, ir::Scalar("2020-01-01"));
  ASSERT_EQ(config.handlers.size(), 1u);
  EXPECT_EQ(config.handlers[0].path->value, "run.log");
  EXPECT_EQ(Span(config.handlers[0].path->location), "10:8+9");
}

TEST(Toml, NamesTheErrorAndKeepsWhatStandsBefore) {
  const ir::Config config = Toml("loss = 'mse'\n[opt]\nlr = 0.1\nmomentum = \nx = 1\n");
  ASSERT_THAT(Problems(config), ElementsAre(ir::ProblemKind::kMalformedConfig));
  EXPECT_EQ(config.input.problems[0].location.line, 4u);
  EXPECT_EQ(config.loss->value, "mse");
  EXPECT_EQ(At(config, "opt.lr").value, ir::Scalar(0.1));
}

TEST(Toml, StringsOfEveryKindAreLookedThrough) {
  const ir::Config config = Toml(R"(
a = """x \""" é"""
b = """"q"""""
c = '''\'''
d = 'é\'
e = "\"é" # é ' "
lr = 0.5
)");
  EXPECT_THAT(config.input.problems, IsEmpty());
  EXPECT_EQ(At(config, "b").value, ir::Scalar("\"q\"\""));
  EXPECT_EQ(config.learning_rate->value, 0.5);
}

TEST(Toml, LettersBeyondAsciiNeedQuotes) {
  const ir::Config config = Toml("lr = 0.5\n\xC3\xA9 = 1\nepochs = 3\n");
  ASSERT_THAT(Problems(config), ElementsAre(ir::ProblemKind::kMalformedConfig));
  EXPECT_EQ(config.input.problems[0].location.line, 2u);
  EXPECT_EQ(config.input.problems[0].location.column, 1u);
  EXPECT_EQ(config.learning_rate->value, 0.5);
  // The first error is the one that is named.
  const ir::Config two = Toml("lr = = 1\n\xC3\xA9 = 1\n");
  ASSERT_THAT(Problems(two), ElementsAre(ir::ProblemKind::kMalformedConfig));
  EXPECT_EQ(two.input.problems[0].location.line, 1u);
}

TEST(Toml, AnErrorInsideALongListStillKeepsWhatStandsBefore) {
  const ir::Config config = Toml("lr = 0.1\nlist = [\n 1,\n 2,\n oops,\n 3]\nepochs = 2\n");
  EXPECT_THAT(Problems(config), ElementsAre(ir::ProblemKind::kMalformedConfig));
  EXPECT_EQ(config.learning_rate->value, 0.1);
}

}  // namespace
}  // namespace onnxcheck::parsers
