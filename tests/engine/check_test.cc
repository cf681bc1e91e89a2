#include "analyzer/engine/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "tests/engine/fake_rules.h"

namespace onnxcheck::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(CheckRunTest, SortsByPlaceAndDropsExactDuplicates) {
  const std::array<const Rule*, 2> rules = {&kEntries, &kTwice};
  const RunFindings found = CheckRun(RunWithEntries({2, 30, 4}), rules, {}, NoText);
  EXPECT_THAT(Messages(found), ElementsAre("the same", "entry key2", "entry key4", "entry key30"));
  EXPECT_THAT(found.failures, IsEmpty());
}

TEST(CheckRunTest, SkipsRulesWhoseNeedsAreNotMet) {
  const std::array<const Rule*, 1> rules = {&kEntries};
  ir::Run run;
  EXPECT_THAT(CheckRun(run, rules, {}, NoText).findings, IsEmpty());
  Rule any = kEntries;
  any.needs = kNothing;
  any.needs_any = kLog | kModel;
  const ir::Run entries = RunWithEntries({1});
  EXPECT_FALSE(NeedsAreMet(any, facts::Facts(entries)));
  run.logs.emplace_back();
  EXPECT_TRUE(NeedsAreMet(any, facts::Facts(run)));
}

TEST(CheckRunTest, RuleThatThrowsLosesNothingOfTheOthers) {
  const std::array<const Rule*, 3> rules = {&kThrows, &kEntries, &kTwice};
  const RunFindings found = CheckRun(RunWithEntries({2}), rules, {}, NoText);
  EXPECT_THAT(Messages(found), ElementsAre("the same", "entry key2", "before the fall"));
  ASSERT_EQ(found.failures.size(), 1U);
  EXPECT_EQ(found.failures[0].rule_id, "P102");
  EXPECT_EQ(found.failures[0].message, "out of luck");
}

TEST(CheckRunTest, OverridesParametersByIdOrName) {
  const std::array<const Rule*, 1> rules = {&kParameter};
  Settings settings;
  EXPECT_THAT(Messages(CheckRun({}, rules, settings, NoText)), ElementsAre("3.000000"));
  settings.parameters = {{"parameter", "limit", 5}, {"P101", "limit", 7}};
  EXPECT_THAT(Messages(CheckRun({}, rules, settings, NoText)), ElementsAre("5.000000"));
}

TEST(CheckRunTest, PathIgnoresCountAsSuppressed) {
  const std::array<const Rule*, 2> rules = {&kEntries, &kTwice};
  Settings settings;
  settings.per_path_ignores = {{"*.yaml", {"C"}}, {"elsewhere/**", {"P101"}}};
  const RunFindings found = CheckRun(RunWithEntries({2, 3}), rules, settings, NoText);
  EXPECT_THAT(Messages(found), ElementsAre("the same"));
  EXPECT_EQ(found.suppressed, 2U);
}

TEST(FingerprintTest, HoldsOnToTheTextNotToTheLine) {
  const std::array<const Rule*, 1> rules = {&kEntries};
  const auto text = [](const ir::Location&) { return std::string("loss: mse"); };
  const auto before = CheckRun(RunWithEntries({4}), rules, {}, text).findings[0].fingerprint;
  const auto after = CheckRun(RunWithEntries({90}), rules, {}, text).findings[0].fingerprint;
  EXPECT_EQ(before, after);
  EXPECT_EQ(before.size(), 16U);
  const auto other = [](const ir::Location&) { return std::string("loss: mae"); };
  EXPECT_NE(before, CheckRun(RunWithEntries({4}), rules, {}, other).findings[0].fingerprint);
}

TEST(FingerprintTest, IsUniqueAmongEqualLines) {
  const std::array<const Rule*, 1> rules = {&kEntries};
  const auto text = [](const ir::Location&) { return std::string("x"); };
  std::set<std::string> seen;
  for (const Finding& finding : CheckRun(RunWithEntries({1, 2, 3}), rules, {}, text).findings) {
    seen.insert(finding.fingerprint);
  }
  EXPECT_EQ(seen.size(), 3U);
}

TEST(VerdictTest, IsThatOfTheWorstFinding) {
  std::vector<Finding> findings;
  EXPECT_EQ(VerdictOf(findings), Verdict::kHealthy);
  findings.emplace_back().severity = Severity::kInfo;
  EXPECT_EQ(VerdictOf(findings), Verdict::kHealthy);
  findings.emplace_back().severity = Severity::kWarning;
  EXPECT_EQ(VerdictOf(findings), Verdict::kSuspicious);
  findings.emplace_back().severity = Severity::kError;
  EXPECT_EQ(VerdictOf(findings), Verdict::kBroken);
}

}  // namespace
}  // namespace onnxcheck::tests
