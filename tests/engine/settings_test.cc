#include "analyzer/engine/settings.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>

#include "tests/engine/fake_rules.h"

namespace onnxcheck::tests {
namespace {

Settings Selecting(std::vector<std::string> select, std::vector<std::string> ignore) {
  Settings settings;
  settings.select = std::move(select);
  settings.ignore = std::move(ignore);
  return settings;
}

TEST(SelectionTest, TheClosestSelectorDecides) {
  EXPECT_TRUE(IsSelected(Selecting({}, {}), kEntries));
  EXPECT_FALSE(IsSelected(Selecting({}, {"C"}), kEntries));
  EXPECT_FALSE(IsSelected(Selecting({"P"}, {}), kEntries));
  EXPECT_TRUE(IsSelected(Selecting({"C101"}, {"C"}), kEntries));
  EXPECT_TRUE(IsSelected(Selecting({"entries"}, {"C1"}), kEntries));
  EXPECT_FALSE(IsSelected(Selecting({"C"}, {"C1"}), kEntries));
  EXPECT_FALSE(IsSelected(Selecting({"C101"}, {"entries"}), kEntries));
  EXPECT_TRUE(IsSelected(Selecting({"C101"}, {"ALL"}), kEntries));
  EXPECT_FALSE(IsSelected(Selecting({}, {"ALL"}), kEntries));
}

TEST(GlobTest, FollowsPathComponents) {
  EXPECT_TRUE(GlobMatches("runs/*/config.yaml", "runs/a/config.yaml"));
  EXPECT_FALSE(GlobMatches("runs/*/config.yaml", "runs/a/b/config.yaml"));
  EXPECT_TRUE(GlobMatches("runs/**/config.yaml", "runs/a/b/config.yaml"));
  EXPECT_TRUE(GlobMatches("runs/**/config.yaml", "runs/config.yaml"));
  EXPECT_TRUE(GlobMatches("**/old/**", "x/old/y.onnx"));
  EXPECT_FALSE(GlobMatches("**/old/**", "x/older/y.onnx"));
  EXPECT_TRUE(GlobMatches("run?.log", "deep/run1.log"));
  EXPECT_TRUE(GlobMatches("run[0-9].log", "run1.log"));
  EXPECT_FALSE(GlobMatches("run[!0-9].log", "run1.log"));
  EXPECT_TRUE(GlobMatches("experiments/old", "experiments/old/a.log")) << "a folder covers";
  EXPECT_TRUE(GlobMatches("old/", "x/old/a.log"));
  EXPECT_FALSE(GlobMatches("a.b", "axb")) << "a dot is a dot";
  EXPECT_TRUE(GlobMatches("odd[.log", "odd[.log"));
  EXPECT_TRUE(GlobMatches("./a.log", "a.log"));
  EXPECT_TRUE(GlobMatches("\xff*", "\xff\xfe")) << "names need not be UTF-8";
  EXPECT_FALSE(GlobMatches("", "a"));
}

TEST(GlobTest, IsRelativeToTheSettingsFile) {
  Settings settings;
  settings.base = (std::filesystem::current_path() / "project").string();
  EXPECT_TRUE(PathMatches(settings, "runs/**", "project/runs/a.log"));
  EXPECT_FALSE(PathMatches(settings, "project/**", "project/runs/a.log"));
  EXPECT_TRUE(PathMatches(settings, "*.log", "/elsewhere/a.log"));
}

TEST(FindRuleTest, TakesIdsAndNames) {
  const std::array<const Rule*, 2> rules = {&kEntries, &kTwice};
  EXPECT_EQ(FindRule(rules, "p101"), &kTwice);
  EXPECT_EQ(FindRule(rules, "entries"), &kEntries);
  EXPECT_EQ(FindRule(rules, "C1"), nullptr);
}

}  // namespace
}  // namespace onnxcheck::tests
