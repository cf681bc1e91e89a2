// What the parser marks as a framework's warning and what the analyzer can explain are two tables.
#include "analyzer/facts/framework_warnings.h"

#include <gtest/gtest.h>

#include <string>

#include "parsers/log/log.h"

namespace onnxcheck::facts {
namespace {

TEST(FrameworkWarningsTest, EveryExampleIsReadAsAWarningAndExplained) {
  for (const FrameworkWarning& warning : FrameworkWarnings()) {
    const auto source = parsers::Source::FromBytes(
        "run.log", "Epoch 1/3\n" + std::string(warning.example) + "\nloss: 0.5\n");
    const ir::Log log = parsers::ParseLog(*source);
    ASSERT_EQ(log.events.size(), 1u) << warning.example;
    EXPECT_EQ(log.events[0].kind, ir::EventKind::kFrameworkWarning) << warning.example;
    EXPECT_EQ(KnownWarning(log.events[0].text), &warning) << warning.example;
  }
}

TEST(FrameworkWarningsTest, SourceOfAWarningIsNone) {
  EXPECT_EQ(KnownWarning("    warnings.warn(\"Anomaly Detection has been enabled.\")"), nullptr);
  EXPECT_EQ(KnownWarning("FutureWarning: `tokenizer` is deprecated"), nullptr);
}

}  // namespace
}  // namespace onnxcheck::facts
