#include "analyzer/engine/suppress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/engine/fake_rules.h"

namespace onnxcheck::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ir::Suppression Suppress(std::vector<std::string> rules, std::uint32_t line) {
  ir::Suppression suppression;
  suppression.rules = std::move(rules);
  suppression.location = At("config.yaml", line > 0 ? line : 1);
  suppression.line = line;
  return suppression;
}

RunFindings CheckWith(std::vector<ir::Suppression> suppressions, const Settings& settings = {}) {
  static const std::array<const Rule*, 3> rules = {&kEntries, &kTwice, &kUnused};
  ir::Run run = RunWithEntries({2, 3});
  run.configs[0].input.suppressions = std::move(suppressions);
  return CheckRun(run, rules, settings, NoText);
}

TEST(SuppressTest, CoversItsLineByIdNameOrPrefix) {
  for (const char* selector : {"C101", "c101", "entries", "C", "ALL"}) {
    const RunFindings found = CheckWith({Suppress({selector}, 3)});
    EXPECT_THAT(Messages(found), ElementsAre("the same", "entry key2")) << selector;
    EXPECT_EQ(found.suppressed, 1U);
  }
}

TEST(SuppressTest, CoversTheWholeFileWithoutALine) {
  EXPECT_THAT(Messages(CheckWith({Suppress({"C101", "P101"}, 0)})), IsEmpty());
}

TEST(SuppressTest, ModelCoversFindingsThatPointIntoIt) {
  std::vector<Finding> findings(2);
  findings[0].id = "A001";
  findings[0].location = At("config.yaml", 4);
  ir::Location inside;
  inside.path = "model.onnx";
  findings[0].related.push_back({inside, "ends in Softmax"});
  findings[1].id = "A001";
  findings[1].location = At("config.yaml", 5);
  ir::Run run;
  run.models.emplace_back().input.path = "model.onnx";
  ir::Suppression suppression;
  suppression.rules = {"A001"};
  run.models[0].input.suppressions = {suppression};
  const auto has_run = [](const Rule&) { return true; };
  EXPECT_EQ(ApplySuppressions(run, {}, has_run, findings), 1U);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].location.line, 5U);
}

TEST(UnusedSuppressionTest, IsReportedAtTheComment) {
  const RunFindings found = CheckWith({Suppress({"C101", "twice"}, 3)});
  EXPECT_THAT(Messages(found),
              ElementsAre("the same", "entry key2", "nothing here needs the suppression of twice"));
  EXPECT_EQ(found.findings[2].id, "U001");
  EXPECT_EQ(found.findings[2].location.line, 3U);
  EXPECT_EQ(found.findings[2].severity, Severity::kInfo);
}

TEST(UnusedSuppressionTest, IsSilentAboutRulesThatDidNotRun) {
  Settings settings;
  settings.ignore = {"P101"};
  EXPECT_THAT(Messages(CheckWith({Suppress({"P101"}, 2)}, settings)),
              ElementsAre("entry key2", "entry key3"));
}

TEST(UnusedSuppressionTest, NamesWhatNoRuleIs) {
  EXPECT_THAT(
      Messages(CheckWith({Suppress({"Q123"}, 9), Suppress({}, 10)})),
      ElementsAre("the same", "entry key2", "entry key3",
                  "suppression of \"Q123\", which no rule is", "suppression names no rule"));
}

TEST(UnusedSuppressionTest, CanBeIgnored) {
  Settings settings;
  settings.ignore = {"U001"};
  EXPECT_THAT(Messages(CheckWith({Suppress({"Q123"}, 9)}, settings)),
              ElementsAre("the same", "entry key2", "entry key3"));
}

}  // namespace
}  // namespace onnxcheck::tests
