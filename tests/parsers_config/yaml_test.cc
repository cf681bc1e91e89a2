#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parsers/config/yaml_scalar.h"
#include "tests/parsers_config/support.h"

namespace onnxcheck::parsers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "float 0.0001" and so on, in the words of yaml_scalars.tsv.
std::string Describe(const ir::Scalar& value) {
  if (std::holds_alternative<std::monostate>(value)) return "null ";
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "bool true" : "bool false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return "int " + std::to_string(*number);
  }
  if (const auto* number = std::get_if<double>(&value)) {
    char text[64];
    std::snprintf(text, sizeof(text), "%.17g", std::isnan(*number) ? std::fabs(*number) : *number);
    return std::string("float ") + text;
  }
  return "str " + std::get<std::string>(value);
}

TEST(YamlScalar, ResolvesAsPyYaml) {
  std::ifstream table(std::string(ONNXCHECK_SOURCE_DIR) + "/tests/parsers_config/yaml_scalars.tsv");
  std::string line;
  int rows = 0;
  while (std::getline(table, line)) {
    const std::size_t first = line.find('\t');
    const std::size_t second = line.find('\t', first + 1);
    const std::string text = line.substr(0, first);
    const std::string expected =
        line.substr(first + 1, second - first - 1) + " " + line.substr(second + 1);
    EXPECT_EQ(Describe(ResolvePlainYaml(text)), expected) << text;
    // The same through the reader, as a value and quoted.
    EXPECT_EQ(Describe(At(Yaml("key: " + text), "key").value), expected) << text;
    EXPECT_EQ(Describe(At(Yaml("key: '" + text + "'"), "key").value), "str " + text);
    ++rows;
  }
  EXPECT_GT(rows, 400);
}

TEST(Yaml, KeepsPlacesAndTexts) {
  const ir::Config config = Yaml(
      "# head\n"
      "optimizer:\n"
      "  name: \"Adam\"  # why\n"
      "  lr: 1e-4\n"
      "list: [a, {b: 'it''s'}, ~]\n"
      "empty:\n"
      "none: {}\n"
      "text: |\n"
      "  two\n"
      "  lines\n");
  EXPECT_THAT(config.input.problems, IsEmpty());
  EXPECT_EQ(Span(At(config, "optimizer.name").location), "3:9+6");
  EXPECT_EQ(At(config, "optimizer.name").text, "\"Adam\"");
  EXPECT_EQ(At(config, "optimizer.name").location.logical, "optimizer.name");
  EXPECT_EQ(At(config, "optimizer.lr").value, ir::Scalar("1e-4"));
  EXPECT_EQ(At(config, "optimizer.lr").location.offset, 46u);
  EXPECT_EQ(Span(At(config, "list[1].b").location), "5:15+7");
  EXPECT_EQ(At(config, "list[1].b").value, ir::Scalar("it's"));
  EXPECT_EQ(At(config, "list[2]").text, "~");
  EXPECT_EQ(Span(At(config, "empty").location), "6:1+0");
  EXPECT_EQ(At(config, "empty").value, ir::Scalar());
  EXPECT_EQ(At(config, "none").text, "{}");
  EXPECT_EQ(At(config, "text").value, ir::Scalar("two\nlines\n"));
}

TEST(Yaml, ColumnsAreBytes) {
  const ir::Config config = Yaml(
      "\xEF\xBB\xBF"
      "a: 1\nx: {é: ü, lr: 2}\n");
  EXPECT_EQ(Span(At(config, "a").location), "1:7+1");
  EXPECT_EQ(Span(At(config, "x.lr").location), "2:17+1");
}

TEST(Yaml, ReadsWindowsLineEnds) {
  const ir::Config config = Yaml("a: 1\r\nlr: 0.1\r\n");
  EXPECT_THAT(config.input.problems, IsEmpty());
  EXPECT_EQ(Span(At(config, "lr").location), "2:5+3");
}

TEST(Yaml, ExpandsAliasesAndMergeKeys) {
  const ir::Config config = Yaml(
      "base: &base {lr: 0.1, steps: 5}\n"
      "run:\n"
      "  <<: *base\n"
      "  lr: 0.2\n"
      "copy: *base\n"
      "'<<': text\n");
  EXPECT_THAT(config.input.problems, IsEmpty());
  EXPECT_EQ(At(config, "run.lr").value, ir::Scalar(0.2));
  EXPECT_EQ(At(config, "run.steps").value, ir::Scalar(std::int64_t{5}));
  EXPECT_EQ(At(config, "copy.lr").value, ir::Scalar(0.1));
  EXPECT_EQ(At(config, "<<").value, ir::Scalar("text"));
}

TEST(Yaml, LooksThroughPythonTagsAndRunsNothing) {
  const ir::Config config = Yaml(
      "!!python/object:argparse.Namespace\n"
      "betas: !!python/tuple [0.9, 0.999]\n"
      "fn: !!python/object/apply:os.system [touch /tmp/onnxcheck-was-here]\n"
      "type: !!python/name:torch.optim.Adam ''\n"
      "items:\n"
      "- !!binary |\n"
      "  Yg==\n"
      "- !!int '3'\n"
      "lr: !!float 1\n");
  EXPECT_THAT(config.input.problems, IsEmpty());
  EXPECT_EQ(At(config, "betas[1]").value, ir::Scalar(0.999));
  EXPECT_EQ(At(config, "fn[0]").value, ir::Scalar("touch /tmp/onnxcheck-was-here"));
  EXPECT_EQ(At(config, "items[0]").value, ir::Scalar("Yg==\n"));
  EXPECT_EQ(At(config, "items[1]").value, ir::Scalar(std::int64_t{3}));
  EXPECT_EQ(config.learning_rate->value, 1.0);
}

TEST(Yaml, ReadsComplexKeysAndSeveralDocuments) {
  const ir::Config config = Yaml("? [a, {b: c}]\n: 1\n1: x\nyes: y\n---\nlr: 0.5\n");
  EXPECT_EQ(At(config, "?").value, ir::Scalar(std::int64_t{1}));
  EXPECT_EQ(At(config, "1").value, ir::Scalar("x"));
  EXPECT_EQ(At(config, "yes").value, ir::Scalar("y"));
  EXPECT_EQ(At(config, "[1].lr").value, ir::Scalar(0.5));
  EXPECT_FALSE(config.learning_rate.has_value());
}

TEST(Yaml, NamesTheErrorAndKeepsWhatStandsBefore) {
  const ir::Config config = Yaml("loss: mse\nlr: 0.1\nlist: [1, 2}\nepochs: 3\n");
  ASSERT_THAT(Problems(config), ElementsAre(ir::ProblemKind::kMalformedConfig));
  EXPECT_EQ(config.input.problems[0].location.line, 3u);
  EXPECT_EQ(config.loss->value, "mse");
  EXPECT_EQ(config.learning_rate->value, 0.1);
  EXPECT_EQ(At(config, "list[0]").value, ir::Scalar(std::int64_t{1}));
}

TEST(Yaml, NamesWhatBelongsToNoList) {
  for (const char* text : {"lr: 0.1\n,0\n", ",0", "lr: 0.1\n}\n", "- a\n]\n"}) {
    const ir::Config config = Yaml(text);
    EXPECT_THAT(Problems(config), ElementsAre(ir::ProblemKind::kMalformedConfig)) << text;
    EXPECT_LT(config.entries.size(), 4u) << text;
  }
}

TEST(Yaml, ControlCharactersAreNamed) {
  const ir::Config config = Yaml("lr: 0.5\nloss: m\x04se\nepochs: 3\n");
  ASSERT_THAT(Problems(config), ElementsAre(ir::ProblemKind::kMalformedConfig));
  EXPECT_EQ(config.input.problems[0].location.line, 2u);
  EXPECT_EQ(config.input.problems[0].location.column, 8u);
  EXPECT_EQ(config.learning_rate->value, 0.5);
}

TEST(Yaml, LastOfARepeatedKeyCounts) {
  const ir::Config config = Yaml("lr: 0.1\nlr: 0.2\n");
  EXPECT_EQ(config.entries.size(), 2u);
  EXPECT_EQ(config.learning_rate->value, 0.2);
  EXPECT_EQ(Span(config.learning_rate->location), "2:5+3");
}

}  // namespace
}  // namespace onnxcheck::parsers
