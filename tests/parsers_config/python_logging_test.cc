#include "parsers/config/python_logging.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/parsers_config/support.h"

namespace onnxcheck::parsers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kFileConfig[] = R"([loggers]
keys=root, train

[handlers]
keys=file,rolling , unused

[formatters]
keys=plain

[logger_root]
level=NOTSET
handlers=file

[logger_train]
level=DEBUG
handlers=rolling
qualname=app.train
propagate=0

[handler_file]
class=FileHandler
level=ERROR
formatter=plain
args=('run.log', 'w')

[handler_rolling]
class=handlers.RotatingFileHandler
kwargs={'filename': 'roll.log', 'maxBytes': 1000}
args=()

[handler_unused]
class=FileHandler
args=('unused.log',)

[formatter_plain]
format=%(asctime)s
    %(message)s
)";

TEST(PythonLogging, FileConfig) {
  const ir::Config config = Parse(Format::kIni, kFileConfig);
  EXPECT_THAT(config.input.problems, IsEmpty());
  ASSERT_EQ(config.loggers.size(), 2u);
  EXPECT_EQ(config.loggers[0].name, "");
  EXPECT_EQ(config.loggers[0].level->value, "NOTSET");
  EXPECT_EQ(Span(config.loggers[0].level->location), "11:7+6");
  EXPECT_THAT(config.loggers[0].handlers, ElementsAre("file"));
  EXPECT_EQ(config.loggers[1].name, "app.train");
  EXPECT_FALSE(config.loggers[1].propagate);
  ASSERT_EQ(config.handlers.size(), 2u);
  EXPECT_EQ(config.handlers[0].type->value, "file");
  EXPECT_EQ(config.handlers[0].path->value, "run.log");
  EXPECT_EQ(config.handlers[0].mode->value, "w");
  EXPECT_EQ(config.handlers[0].level->value, "ERROR");
  EXPECT_EQ(config.handlers[0].format->value, "%(asctime)s\n%(message)s");
  EXPECT_FALSE(config.handlers[0].rotates);
  EXPECT_EQ(config.handlers[1].path->value, "roll.log");
  EXPECT_TRUE(config.handlers[1].rotates);
}

TEST(PythonLogging, AnotherProgramsIniIsNoTraining) {
  EXPECT_TRUE(IsTrainingConfig(Parse(Format::kIni, kFileConfig)));
  EXPECT_FALSE(IsTrainingConfig(
      Parse(Format::kIni, std::string("[alembic]\nscript_location = db\n") + kFileConfig)));
}

TEST(PythonLogging, FormatsAndRotationOfDictConfig) {
  const ir::Config config = Yaml(
      "version: 1\n"
      "formatters:\n"
      "  a: {format: '%(message)s'}\n"
      "handlers:\n"
      "  f: {class: logging.handlers.TimedRotatingFileHandler, filename: x.log, formatter: a}\n"
      "loggers:\n"
      "  one.two: {propagate: false, handlers: [f]}\n"
      "root: {}\n");
  ASSERT_EQ(config.handlers.size(), 1u);
  EXPECT_TRUE(config.handlers[0].rotates);
  EXPECT_EQ(config.handlers[0].format->value, "%(message)s");
  EXPECT_EQ(Span(config.handlers[0].format->location), "3:15+13");
  ASSERT_EQ(config.loggers.size(), 2u);
  EXPECT_EQ(config.loggers[1].name, "one.two");
  EXPECT_FALSE(config.loggers[1].propagate);
  EXPECT_FALSE(config.loggers[1].level.has_value());
}

TEST(PythonLogging, ThousandsOfLoggersAreCut) {
  std::string text = "version: 1\nhandlers:\n";
  for (int i = 0; i < 5000; ++i)
    text += "  h" + std::to_string(i) + ": {class: logging.FileHandler}\n";
  text += "loggers:\n";
  for (int i = 0; i < 5000; ++i) {
    text += "  l" + std::to_string(i) + ": {handlers: [h" + std::to_string(i) + "]}\n";
  }
  const ir::Config config = Yaml(text);
  EXPECT_EQ(config.loggers.size(), 100u);
  EXPECT_LE(config.handlers.size(), 100u);
}

TEST(Ini, PlacesAndContinuations) {
  const ir::Config config = Parse(Format::kIni,
                                  "# comment\n"
                                  "[Train]\n"
                                  "Learning_Rate : 0.1\n"
                                  "note = one\n"
                                  "   two\n"
                                  "batch_size=8\r\n"
                                  "[train]\n"
                                  "epochs = 3\n");
  EXPECT_THAT(config.input.problems, IsEmpty());
  EXPECT_EQ(config.learning_rate->value, 0.1);
  EXPECT_EQ(Span(config.learning_rate->location), "3:17+3");
  EXPECT_EQ(config.batch_size->value, 8);
  EXPECT_EQ(config.epochs->value, 3);
  EXPECT_EQ(At(config, "Train.note").value, ir::Scalar("one\ntwo"));
  EXPECT_THAT(config.text_numbers, IsEmpty());
}

TEST(Ini, DamageIsAProblemAndTheRestIsRead) {
  const ir::Config config = Parse(Format::kIni, "[train\n= 3\nlr = 0.1\n");
  EXPECT_THAT(Problems(config), ElementsAre(ir::ProblemKind::kMalformedConfig));
  EXPECT_EQ(config.learning_rate->value, 0.1);
}

}  // namespace
}  // namespace onnxcheck::parsers
