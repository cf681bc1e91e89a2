#include "cli/settings_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/did_you_mean.h"
#include "cli/rule_page.h"
#include "tests/support/cases.h"

namespace onnxcheck::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Rule kRule = {.id = "C901",
                    .name = "made-up",
                    .documentation = {},
                    .parameters = {{"smallest", 1, "", ""}, {"largest", 2, "", ""}}};

Settings Read(const std::string& text, const std::string& file = "project/onnxcheck.toml") {
  static const Rule* const rules[] = {&kRule};
  return ReadSettings(text, file, rules);
}

std::string ErrorOf(const std::string& text, const std::string& file = "onnxcheck.toml") {
  try {
    Read(text, file);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(SettingsFileTest, ReadsEveryKey) {
  const Settings settings = Read(R"(
select = ["C"]
ignore = ["made-up"]
exclude = ["old"]
fail-on = "error"
[per-path-ignores]
"a/**" = ["C901"]
[parameters.C901]
largest = 3
smallest = 0.5
)");
  EXPECT_THAT(settings.select, ElementsAre("C"));
  EXPECT_THAT(settings.ignore, ElementsAre("made-up"));
  EXPECT_THAT(settings.exclude, ElementsAre("old"));
  EXPECT_EQ(settings.fail_on, Severity::kError);
  EXPECT_EQ(settings.per_path_ignores.at(0).glob, "a/**");
  EXPECT_THAT(settings.per_path_ignores.at(0).rules, ElementsAre("C901"));
  EXPECT_THAT(ParametersOf(settings, kRule), ElementsAre(0.5, 3));
  EXPECT_EQ(settings.base, "project");
}

TEST(SettingsFileTest, ReadsItsTableOfPyproject) {
  const std::string text = "[project]\nselect = 1\n[tool.onnxcheck]\nignore = [\"C\"]\n";
  EXPECT_THAT(Read(text, "pyproject.toml").ignore, ElementsAre("C"));
}

TEST(SettingsFileTest, SaysWhereAndWhatWasMeant) {
  EXPECT_EQ(ErrorOf("\nselct = []\n"),
            "onnxcheck.toml:2:1: unknown key \"selct\", did you mean \"select\"?");
  EXPECT_THAT(ErrorOf("fail-on = \"warn\"\n"), HasSubstr("onnxcheck.toml:1:11: \"fail-on\" is"));
  EXPECT_THAT(ErrorOf("select = [\"C902\"]\n"),
              HasSubstr("no rule matches \"C902\", did you mean \"C901\"?"));
  EXPECT_THAT(ErrorOf("[parameters.C901]\nlargst = 3\n"),
              HasSubstr("has no parameter \"largst\", did you mean \"largest\"?"));
  EXPECT_THAT(ErrorOf("[parameters.made-upp]\nlargest = 3\n"),
              HasSubstr("no rule is called \"made-upp\", did you mean \"made-up\"?"));
  EXPECT_THAT(ErrorOf("[parameters.C901]\nlargest = \"x\"\n"), HasSubstr("is a number"));
  EXPECT_THAT(ErrorOf("select = \"C\"\n"), HasSubstr("is a list of strings"));
  EXPECT_THAT(ErrorOf("select = [1]\n"), HasSubstr("is a list of strings"));
  EXPECT_THAT(ErrorOf("per-path-ignores = 1\n"), HasSubstr("is a table"));
  EXPECT_THAT(ErrorOf("select = [\n"), HasSubstr("onnxcheck.toml:"));
}

TEST(FindSettingsFileTest, TakesTheNearestGoingUp) {
  const tests::TemporaryFolder folder;
  const std::string& top = folder.path();
  tests::WriteFile(top + "/onnxcheck.toml", "");
  tests::WriteFile(top + "/a/pyproject.toml", "[tool.black]\n");
  tests::WriteFile(top + "/a/b/run.log", "");
  EXPECT_EQ(FindSettingsFile(top + "/a/b/run.log"), top + "/onnxcheck.toml")
      << "a pyproject.toml without the table is passed over";
  tests::WriteFile(top + "/a/pyproject.toml", "[tool.onnxcheck]\n");
  EXPECT_EQ(FindSettingsFile(top + "/a/b"), top + "/a/pyproject.toml");
  EXPECT_EQ(FindSettingsFile(top + "/a/b/absent.onnx"), top + "/a/pyproject.toml");
  tests::WriteFile(top + "/a/onnxcheck.toml", "");
  EXPECT_EQ(FindSettingsFile(top + "/a/b"), top + "/a/onnxcheck.toml");
}

TEST(FindSettingsFileTest, IgnoresABrokenPyproject) {
  const tests::TemporaryFolder folder;
  tests::WriteFile(folder.path() + "/onnxcheck.toml", "");
  tests::WriteFile(folder.path() + "/a/pyproject.toml", "[[[");
  EXPECT_EQ(FindSettingsFile(folder.path() + "/a"), folder.path() + "/onnxcheck.toml");
}

}  // namespace
}  // namespace onnxcheck::cli
