#include "gtest/gtest.h"
#include "tests/parsers_config/support.h"

namespace onnxcheck::parsers {
namespace {

TEST(Logging, OwnSchema) {
  const ir::Config config = Yaml(
      "logging:\n"
      "  level: warn\n"
      "  metric_level: INFO\n"
      "  handlers:\n"
      "    - {type: file, path: run.log, mode: w, level: 30}\n"
      "    - type: CSVLogger\n"
      "      filename: log.csv\n"
      "      append: false\n"
      "    - type: console\n");
  EXPECT_EQ(config.log_level->value, "WARNING");
  EXPECT_EQ(config.log_level->location.logical, "logging.level");
  EXPECT_EQ(config.metric_level->value, "INFO");
  ASSERT_EQ(config.handlers.size(), 3u);
  EXPECT_EQ(config.handlers[0].type->value, "file");
  EXPECT_EQ(config.handlers[0].path->value, "run.log");
  EXPECT_EQ(config.handlers[0].mode->value, "w");
  EXPECT_EQ(config.handlers[0].level->value, "WARNING");
  EXPECT_EQ(config.handlers[0].mode->location.logical, "logging.handlers[0].mode");
  EXPECT_EQ(Span(config.handlers[0].mode->location), "5:41+1");
  EXPECT_EQ(config.handlers[1].type->value, "csv");
  EXPECT_EQ(config.handlers[1].mode->value, "w");
  EXPECT_EQ(Span(config.handlers[1].mode->location), "8:15+5");
  EXPECT_EQ(config.handlers[2].type->value, "console");
  EXPECT_FALSE(config.handlers[2].path || config.handlers[2].mode || config.handlers[2].level);
}

TEST(Logging, BasicConfigWords) {
  const ir::Config config = Json(
      R"({"logging": {"level": "DEBUG", "filename": "a.log", "filemode": "w", "format": "x"}})");
  EXPECT_EQ(config.log_level->value, "DEBUG");
  ASSERT_EQ(config.handlers.size(), 1u);
  EXPECT_EQ(config.handlers[0].type->value, "file");
  EXPECT_EQ(config.handlers[0].mode->value, "w");
  EXPECT_FALSE(config.handlers[0].level.has_value());
}

TEST(Logging, DictConfig) {
  const std::string text =
      "version: 1\n"
      "handlers:\n"
      "  out: {class: logging.StreamHandler, level: DEBUG}\n"
      "  file: {class: logging.FileHandler, filename: t.log, mode: w, level: ERROR}\n"
      "  rolling: {class: logging.handlers.RotatingFileHandler, filename: r.log}\n"
      "  unused: {class: logging.FileHandler, filename: u.log, mode: w}\n"
      "loggers:\n"
      "  train: {level: INFO, handlers: [rolling]}\n"
      "root: {level: INFO, handlers: [out, file]}\n";
  const ir::Config config = Yaml(text);
  EXPECT_TRUE(IsTrainingConfig(config));
  EXPECT_EQ(config.log_level->value, "INFO");
  EXPECT_EQ(config.log_level->location.logical, "root.level");
  ASSERT_EQ(config.handlers.size(), 3u);
  EXPECT_EQ(config.handlers[0].type->value, "console");
  EXPECT_EQ(config.handlers[1].type->value, "file");
  EXPECT_EQ(config.handlers[1].level->value, "ERROR");
  EXPECT_EQ(config.handlers[1].mode->location.logical, "handlers.file.mode");
  EXPECT_EQ(config.handlers[2].type->value, "RotatingFileHandler");

  std::string indented = "lr: 1\nlogging:\n  ";
  for (const char c : text) indented += c == '\n' ? std::string("\n  ") : std::string(1, c);
  const ir::Config nested = Yaml(indented);
  ASSERT_EQ(nested.handlers.size(), 3u);
  EXPECT_EQ(nested.handlers[1].mode->location.logical, "logging.handlers.file.mode");
}

TEST(Logging, OtherProgramsLogging) {
  const ir::Config config = Yaml("services: {a: {logging: {driver: x}}}\nlogging: {driver: y}\n");
  EXPECT_TRUE(config.handlers.empty());
  EXPECT_FALSE(config.log_level.has_value());
}

}  // namespace
}  // namespace onnxcheck::parsers
