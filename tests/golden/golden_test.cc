// The cases of testdata/rules, the examples in the rules' documentation, and the real models and
// runs of testdata/models and testdata/runs. HACKING.md describes the format.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "cli/rule_page.h"
#include "tests/golden/golden.h"
#include "tests/support/cases.h"

namespace onnxcheck::tests {
namespace {

namespace fs = std::filesystem;

const fs::path& TestData() {
  static const fs::path path = fs::path(ONNXCHECK_SOURCE_DIR) / "testdata";
  return path;
}

std::vector<fs::path> Entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

std::vector<std::string> Check(const Case& it) {
  const TemporaryFolder folder;
  WriteFiles(it, folder.path());
  return FindingsIn(folder.path(), it.arguments);
}

// --- testdata/rules ------------------------------------------------------------------------------

struct RuleCase {
  std::string file;
  std::string name;
  Case it;
};

void PrintTo(const RuleCase& it, std::ostream* out) { *out << it.name; }

std::vector<RuleCase> RuleCases() {
  std::vector<RuleCase> cases;
  for (const fs::path& file : Entries(TestData() / "rules")) {
    if (file.extension() != ".md") continue;
    try {
      for (Case& it : ParseCases(ReadFile(file.string()))) {
        const std::string name = file.stem().string() + "_line" + std::to_string(it.line);
        cases.push_back({file.string(), TestName(name), std::move(it)});
      }
    } catch (const std::exception& error) {
      std::cerr << file << ": " << error.what() << "\n";
      std::exit(1);
    }
  }
  return cases;
}

class RuleCaseTest : public testing::TestWithParam<RuleCase> {};

TEST_P(RuleCaseTest, FindsExactlyThis) {
  const RuleCase& rule_case = GetParam();
  const std::string where =
      rule_case.file + ":" + std::to_string(rule_case.it.line) + ": " + rule_case.it.title + "\n";
  ASSERT_TRUE(rule_case.it.findings.has_value()) << where << "the case has no findings block";
  const std::string difference = Difference(*rule_case.it.findings, Check(rule_case.it));
  EXPECT_EQ(difference, "") << where;
}

INSTANTIATE_TEST_SUITE_P(Rules, RuleCaseTest, testing::ValuesIn(RuleCases()),
                         [](const auto& test) { return test.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RuleCaseTest);

// --- the examples in the documentation -----------------------------------------------------------

class DocumentationTest : public testing::TestWithParam<const Rule*> {};

Case OnlyCase(std::string_view markdown) {
  std::vector<Case> cases = ParseCases(markdown);
  if (cases.empty()) return {};
  return std::move(cases[0]);
}

TEST_P(DocumentationTest, BadExampleFiresExactlyThisRule) {
  const Rule& rule = *GetParam();
  const Case bad = OnlyCase(rule.documentation.bad);
  ASSERT_FALSE(bad.files.empty() && bad.arguments.empty()) << "no block with a file name in `bad`";
  const std::vector<std::string> findings = Check(bad);
  EXPECT_FALSE(findings.empty()) << rule.id << ": the bad example gives no finding";
  for (const std::string& finding : findings) {
    EXPECT_EQ(finding.substr(0, finding.find(' ')), rule.id) << finding;
  }
}

TEST_P(DocumentationTest, GoodExampleIsSilent) {
  const Case good = OnlyCase(GetParam()->documentation.good);
  ASSERT_FALSE(good.files.empty()) << "no block with a file name in `good`";
  EXPECT_EQ(Difference({}, Check(good)), "");
}

INSTANTIATE_TEST_SUITE_P(Rules, DocumentationTest,
                         testing::ValuesIn(cli::AllRules().begin(), cli::AllRules().end()),
                         [](const auto& test) { return std::string(test.param->id); });

// A rule whose cases never see it fire, or never see it silent, is not tested.
TEST_P(DocumentationTest, CasesShowItFiringAndSilent) {
  const std::string id(GetParam()->id);
  const fs::path file = TestData() / "rules" / (id + ".md");
  ASSERT_TRUE(fs::exists(file)) << file;
  bool fires = false;
  bool silent = false;
  for (const Case& it : ParseCases(ReadFile(file.string()))) {
    const std::vector<std::string> findings = it.findings.value_or(std::vector<std::string>{});
    const bool here = std::any_of(findings.begin(), findings.end(), [&](const std::string& line) {
      return line.substr(0, line.find(' ')) == id;
    });
    (here ? fires : silent) = true;
  }
  EXPECT_TRUE(fires) << "no case expects " << id;
  EXPECT_TRUE(silent) << "no case expects " << id << " to be silent";
}

// --- testdata/runs -------------------------------------------------------------------------------

std::vector<std::string> ExpectedOf(const fs::path& file) {
  std::vector<std::string> lines;
  const std::string text = ReadFile(file.string());
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    if (!line.empty() && line[0] != '#') lines.push_back(std::move(line));
    begin = end + 1;
  }
  return lines;
}

class RealRunTest : public testing::TestWithParam<fs::path> {};

// ONNXCHECK_UPDATE=1 writes what is found as what is expected: read the difference before
// committing.
void ExpectFindings(const fs::path& run, const char* expectation,
                    const std::vector<std::string>& actual) {
  const fs::path file = run / expectation;
  if (std::getenv("ONNXCHECK_UPDATE") != nullptr) {
    std::string text;
    for (const std::string& line : actual) text += line + "\n";
    WriteFile(file.string(), text);
    return;
  }
  ASSERT_TRUE(fs::exists(file)) << file << " is missing";
  EXPECT_EQ(Difference(ExpectedOf(file), actual), "") << file;
}

TEST_P(RealRunTest, FindsExactlyWhatIsExpected) {
  ExpectFindings(GetParam(), "expected.txt", FindingsIn(GetParam().string()));
}

// Before the run there is nothing but the script.
TEST_P(RealRunTest, FindsExactlyThisInTheScriptAlone) {
  for (const char* name : {"train.py", "train.ipynb"}) {
    if (!fs::exists(GetParam() / name)) continue;
    ExpectFindings(GetParam(), "expected_script.txt", FindingsIn(GetParam().string(), {name}));
  }
}

std::vector<fs::path> RealRuns() {
  std::vector<fs::path> runs = Entries(TestData() / "runs");
  std::erase_if(runs, [](const fs::path& path) { return !fs::is_directory(path); });
  return runs;
}

INSTANTIATE_TEST_SUITE_P(Runs, RealRunTest, testing::ValuesIn(RealRuns()),
                         [](const auto& test) { return TestName(test.param.filename().string()); });

// --- testdata/models -----------------------------------------------------------------------------

const fs::path& Models() {
  static const fs::path path = TestData() / "models";
  return path;
}

class RealModelTest : public testing::TestWithParam<fs::path> {};

// Each model by itself, as a pre-commit hook names it. expected.txt has the findings of all.
TEST_P(RealModelTest, FindsExactlyWhatIsExpected) {
  const std::string name = GetParam().filename().string();
  const fs::path expectation = Models() / "expected.txt";
  const auto is_here = [&](const std::string& line) {
    return (line + " ").find(" " + name + " ") != std::string::npos;
  };
  std::vector<std::string> lines = ExpectedOf(expectation);
  const auto others =
      std::partition(lines.begin(), lines.end(), [&](const auto& line) { return !is_here(line); });
  const std::vector<std::string> expected(others, lines.end());
  const std::vector<std::string> actual = FindingsIn(Models().string(), {name});
  if (std::getenv("ONNXCHECK_UPDATE") != nullptr) {
    lines.erase(others, lines.end());
    lines.insert(lines.end(), actual.begin(), actual.end());
    const auto key = [](const std::string& line) { return line.substr(line.find(' ', 5)); };
    std::stable_sort(lines.begin(), lines.end(),
                     [&](const auto& a, const auto& b) { return key(a) < key(b); });
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    WriteFile(expectation.string(), text);
    return;
  }
  EXPECT_EQ(Difference(expected, actual), "") << name;
}

std::vector<fs::path> RealModels() {
  std::vector<fs::path> models = Entries(Models());
  std::erase_if(models, [](const fs::path& path) { return path.extension() != ".onnx"; });
  return models;
}

INSTANTIATE_TEST_SUITE_P(Models, RealModelTest, testing::ValuesIn(RealModels()),
                         [](const auto& test) { return TestName(test.param.stem().string()); });

// --- the runner itself ---------------------------------------------------------------------------

TEST(CasesTest, ReadsFilesFindingsAndTitles) {
  const std::vector<Case> cases = ParseCases(
      "# Title\nprose\n## First\n```yaml logs/a.yaml\nx: 1\n```\n```findings\nA001 error "
      "a.yaml:1\n```\n## Second\n````text-escaped b.log\na\\r\\x1b\nb\\n\n````\n");
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(cases[0].title, "First");
  EXPECT_EQ(cases[0].files[0].name, "logs/a.yaml");
  EXPECT_EQ(cases[0].files[0].content, "x: 1\n");
  EXPECT_EQ(cases[0].findings, std::vector<std::string>{"A001 error a.yaml:1"});
  EXPECT_FALSE(cases[1].findings.has_value());
  const TemporaryFolder folder;
  WriteFiles(cases[1], folder.path());
  EXPECT_EQ(ReadFile(folder.path() + "/b.log"),
            "a\r\x1b"
            "b\n");
  EXPECT_THROW(ParseCases("```yaml a\n"), std::invalid_argument);
}

TEST(CasesTest, TellsWhatIsMissingAndWhatIsTooMany) {
  EXPECT_EQ(Difference({"b", "a"}, {"a", "b"}), "");
  EXPECT_EQ(Difference({"a", "a"}, {"a", "c"}), "  missing:  a\n  too many: c\n");
}

}  // namespace
}  // namespace onnxcheck::tests
