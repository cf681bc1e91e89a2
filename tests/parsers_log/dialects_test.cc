// Every dialect's sample lines, parsed and compared with what the dialect says they mean.
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>
#include <string>

#include "parsers/log/dialect.h"
#include "parsers/log/log.h"
#include "tests/parsers_log/describe.h"

namespace onnxcheck::parsers::log {
namespace {

TEST(Dialects, EverySampleMeansWhatItSays) {
  ASSERT_FALSE(Dialects().empty());
  for (const Dialect* dialect : Dialects()) {
    EXPECT_FALSE(dialect->samples.empty()) << dialect->name << " has no sample";
    for (const Sample& sample : dialect->samples) {
      const auto source = Source::FromBytes("sample.log", std::string(sample.text));
      const ir::Log log = ParseLog(*source);
      EXPECT_EQ(DescribeSeries(log), sample.expected) << dialect->name << ":\n" << sample.text;
      EXPECT_TRUE(log.input.problems.empty()) << dialect->name << ":\n" << sample.text;
      EXPECT_FALSE(log.cut_off.has_value()) << dialect->name << ":\n" << sample.text;
    }
  }
}

TEST(Dialects, SampleNamesItsFormat) {
  for (const Dialect* dialect : Dialects()) {
    if (dialect->marks.empty() && dialect->patterns.empty()) continue;
    const auto source = Source::FromBytes("sample.log", std::string(dialect->samples[0].text));
    EXPECT_EQ(ParseLog(*source).input.format, dialect->name);
  }
}

}  // namespace
}  // namespace onnxcheck::parsers::log
