#include "cli/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/rule_page.h"

namespace onnxcheck::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The finding of the manual: a config line, and a node of the model.
Finding SoftmaxWithMse() {
  Finding finding;
  finding.id = "A001";
  finding.name = "softmax-with-mse";
  finding.severity = Severity::kError;
  finding.message = "mean squared error is trained on softmax probabilities";
  finding.label = "regression loss";
  finding.help = "use categorical cross-entropy (loss: categorical_crossentropy)";
  finding.location.path = "runs/a/config.yaml";
  finding.location.line = 4;
  finding.location.column = 7;
  finding.location.logical = "loss";
  Related related;
  related.location.path = "runs/a/model.onnx";
  related.location.logical = "graph/node[3]:Softmax";
  related.message = "output \"probs\" ends in Softmax";
  finding.related = {related};
  finding.evidence = {{"classes", std::int64_t{10}}, {"loss", kNan}, {"limit", -kInfinity}};
  finding.confirmation.status = ConfirmationStatus::kConfirmed;
  finding.confirmation.text = "2.29 -> 0.31 with the change (3 seeds)";
  finding.confirmation.figures = {{"seeds", std::int64_t{3}}};
  finding.confirmation.curve_steps = {0, 1, 2, 3, 4, 6, 8, 300};
  finding.confirmation.baseline_curve = {2.5, kInfinity};
  finding.confirmation.changed_curve = {2.5, 2, 1.5, 1, 0.75, 0.5, 0.25, 1.0 / 3};
  finding.fingerprint = "0123456789abcdef";
  return finding;
}

Finding HostileModelFinding() {
  Finding finding;
  finding.id = "U001";
  finding.name = "unused-suppression";
  finding.severity = Severity::kWarning;
  finding.confidence = Confidence::kLow;
  finding.message = "name \"\x1b[31m\xff\" is odd, 100%\nof it";
  finding.location.path =
      "runs/b c/m\xc3\xb6"
      "del:1,2.onnx";
  finding.location.logical = "graph/node[0]:\x07";
  finding.fingerprint = "fedcba9876543210";
  return finding;
}

Report TwoRuns() {
  Report report;
  RunReport& first = report.runs.emplace_back();
  first.path = "runs/a";
  first.inputs = {{"runs/a/config.yaml", "yaml"}, {"runs/a/model.onnx", "onnx"}};
  first.findings = {SoftmaxWithMse()};
  first.snippets = {LineSnippet("loss: mse", 4, 7, 3)};
  RunReport& second = report.runs.emplace_back();
  second.path = "runs/b c";
  second.inputs = {
      {"runs/b c/m\xc3\xb6"
       "del:1,2.onnx",
       ""}};
  second.findings = {HostileModelFinding()};
  second.snippets.push_back(TextSnippet("probs = Softmax(x)", 8, 7));
  second.suppressed = 2;
  return report;
}

std::string Write(Reporter reporter, const Report& report, bool color = false) {
  ReportOptions options;
  options.color = color;
  options.rules = AllRules();
  std::ostringstream out;
  reporter(report, options, out);
  return out.str();
}

TEST(TextTest, HasTheFormOfTheManual) {
  EXPECT_EQ(Write(ReportText, TwoRuns()),
            R"(error[A001]: mean squared error is trained on softmax probabilities
  --> runs/a/config.yaml:4:7
  4 | loss: mse
    |       ^^^ regression loss
 note: output "probs" ends in Softmax: model.onnx graph/node[3]:Softmax
 help: use categorical cross-entropy (loss: categorical_crossentropy)
 note: confirmed by replay: 2.29 -> 0.31 with the change (3 seeds)
       loss at step          0       1       2       4       6     300
       as configured       2.5     inf       -       -       -       -
       with the change     2.5       2     1.5    0.75     0.5  0.3333

warning[U001]: name "\x1b[31m)"
            "\xef\xbf\xbd"
            R"(" is odd, 100%\nof it
  --> runs/b c/m)"
            "\xc3\xb6"
            R"(del:1,2.onnx graph/node[0]:\x07
    | probs = Softmax(x)
    |         ^^^^^^^
 note: low confidence: inferred, not stated by the inputs

broken      runs/a    1 error
suspicious  runs/b c  1 warning
Found 1 error, 1 warning in 3 files of 2 runs (2 suppressed).
)");
}

TEST(TextTest, KeepsItsFormWithColor) {
  std::string colored = Write(ReportText, TwoRuns(), true);
  EXPECT_THAT(colored, HasSubstr("\x1b[1;31merror[A001]\x1b[0m"));
  EXPECT_THAT(colored, Not(HasSubstr("\x1b[31m\xff")));
}

TEST(TextTest, SaysThatNothingIsWrong) {
  Report report;
  report.runs.emplace_back().inputs = {{"run.log", "csv"}};
  EXPECT_EQ(Write(ReportText, report), "Found nothing wrong in 1 file.\n");
}

TEST(JsonTest, IsValidWhateverTheFiguresAre) {
  const std::string text = Write(ReportJson, TwoRuns());
  const json report = json::parse(text);
  const json& finding = report["runs"][0]["findings"][0];
  EXPECT_EQ(finding["evidence"]["loss"], "NaN");
  EXPECT_EQ(finding["evidence"]["limit"], "-Infinity");
  EXPECT_EQ(finding["evidence"]["classes"], 10);
  EXPECT_EQ(finding["confirmation"]["seeds"], 3);
  EXPECT_EQ(finding["confirmation"]["baseline_curve"][1], "Infinity");
  EXPECT_EQ(finding["location"]["line"], 4);
  EXPECT_EQ(report["runs"][0]["verdict"], "broken");
  EXPECT_EQ(report["runs"][1]["inputs"][0]["format"], "unknown");
  EXPECT_EQ(report["summary"]["suppressed"], 2);
  EXPECT_TRUE(report["summary"]["seconds"].is_null());
  for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f));
}

TEST(JsonTest, SaysTheTimeWhenAsked) {
  Report report;
  report.seconds = 0.5;
  EXPECT_EQ(json::parse(Write(ReportJson, report))["summary"]["seconds"], 0.5);
}

TEST(JsonLinesTest, HasOneFindingALine) {
  std::istringstream lines(Write(ReportJsonLines, TwoRuns()));
  std::vector<json> findings;
  for (std::string line; std::getline(lines, line);) findings.push_back(json::parse(line));
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0]["id"], "A001");
  EXPECT_EQ(findings[1]["run"], "runs/b c");
}

// https://docs.github.com/en/code-security/code-scanning: what must be there.
TEST(SarifTest, HasWhatCodeScanningReads) {
  const json run = json::parse(Write(ReportSarif, TwoRuns()))["runs"][0];
  const json& driver = run["tool"]["driver"];
  EXPECT_EQ(driver["name"], "onnxcheck");
  ASSERT_FALSE(driver["rules"].empty());
  for (const json& rule : driver["rules"]) {
    EXPECT_FALSE(rule["id"].get<std::string>().empty());
    EXPECT_FALSE(rule["shortDescription"]["text"].get<std::string>().empty()) << rule["id"];
    EXPECT_FALSE(rule["fullDescription"]["text"].get<std::string>().empty()) << rule["id"];
    EXPECT_FALSE(rule["help"]["text"].get<std::string>().empty());
    EXPECT_FALSE(rule["help"]["markdown"].get<std::string>().empty());
    EXPECT_FALSE(rule["properties"]["problem.severity"].get<std::string>().empty());
  }
  const json& line = run["results"][0];
  EXPECT_EQ(line["level"], "error");
  EXPECT_EQ(line["partialFingerprints"]["onnxcheck/v1"], "0123456789abcdef");
  const json& place = line["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "runs/a/config.yaml");
  EXPECT_EQ(place["region"], (json{{"startLine", 4}, {"startColumn", 7}, {"endColumn", 10}}));
  EXPECT_EQ(line["relatedLocations"][0]["logicalLocations"][0]["fullyQualifiedName"],
            "graph/node[3]:Softmax");
  const json& model = run["results"][1];
  EXPECT_EQ(model["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "runs/b%20c/m%C3%B6del%3A1%2C2.onnx");
  EXPECT_EQ(model["locations"][0]["physicalLocation"]["region"], (json{{"startLine", 1}}));
  EXPECT_THAT(model["message"]["text"].get<std::string>(), HasSubstr("(at graph/node[0]:"));
  const auto index = model["ruleIndex"].get<std::size_t>();
  EXPECT_EQ(driver["rules"][index]["id"], "U001");
}

TEST(GithubTest, EscapesDataAndProperties) {
  EXPECT_EQ(
      Write(ReportGithub, TwoRuns()),
      "::error file=runs/a/config.yaml,line=4,col=7,title=A001 softmax-with-mse::mean squared "
      "error is trained on softmax probabilities%0Ahelp: use categorical cross-entropy (loss: "
      "categorical_crossentropy)\n"
      "::warning file=runs/b c/m\xc3\xb6"
      "del%3A1%2C2.onnx,title=U001 unused-suppression::name \"\\x1b[31m\xef\xbf\xbd\" is odd, "
      "100%25\\nof it (at graph/node[0]:\\x07)\n");
}

TEST(RulePageTest, HasEverySection) {
  for (const Rule* rule : AllRules()) {
    const std::string page = RulePage(*rule);
    for (const char* section :
         {"## What it does", "## Why it matters", "## Example", "## Use instead"}) {
      EXPECT_THAT(page, HasSubstr(section)) << rule->id;
    }
    for (const Parameter& parameter : rule->parameters) {
      EXPECT_THAT(page, HasSubstr("| `" + std::string(parameter.name) + "` | "));
    }
  }
}

}  // namespace
}  // namespace onnxcheck::cli
