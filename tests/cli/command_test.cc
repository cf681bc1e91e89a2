#include "cli/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/cases.h"

namespace onnxcheck::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

struct Result {
  int status = -1;
  std::string out;
  std::string err;
};

Result Onnxcheck(const std::vector<std::string>& args) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Result result;
  result.status = Main(args, in, out, err);
  result.out = out.str();
  result.err = err.str();
  return result;
}

// C003, an error, unless the rate is changed.
std::string ConfigWithRate(const std::string& rate) {
  return "framework: torch\nloss: CrossEntropyLoss\noptimizer: sgd\nlearning_rate: " + rate +
         "\nbatch_size: 32\nepochs: 5\nseed: 1\n";
}

class CommandTest : public testing::Test {
 protected:
  std::string Make(const std::string& name, const std::string& content) {
    tests::WriteFile(folder_.path() + "/" + name, content);
    return folder_.path() + "/" + name;
  }
  tests::TemporaryFolder folder_;
};

// --- exit status ---------------------------------------------------------------------------------

TEST_F(CommandTest, ExitsZeroWithoutFindings) {
  const Result result = Onnxcheck({Make("config.yaml", ConfigWithRate("0.01"))});
  EXPECT_EQ(result.status, 0) << result.out;
  EXPECT_EQ(result.out, "Found nothing wrong in 1 file.\n");
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(CommandTest, ExitsOneWithFindings) {
  const std::string config = Make("config.yaml", ConfigWithRate("0"));
  const Result result = Onnxcheck({"check", config});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, StartsWith("error[C003]: "));
  EXPECT_THAT(result.out, HasSubstr("config.yaml:4:16\n  4 | learning_rate: 0\n"));
  EXPECT_EQ(Onnxcheck({config, "--exit-zero"}).status, 0);
  EXPECT_EQ(Onnxcheck({config, "--ignore", "C003"}).status, 0);
  EXPECT_EQ(Onnxcheck({config, "--select", "L,C001"}).status, 0);
}

TEST_F(CommandTest, FailsOnTheThresholdAndAbove) {
  // An unused suppression is an info.
  const std::string config =
      Make("config.yaml", ConfigWithRate("0.01") + "# onnxcheck: ignore[C004]\n");
  EXPECT_EQ(Onnxcheck({config}).status, 0);
  EXPECT_EQ(Onnxcheck({config, "--fail-on", "info"}).status, 1);
  EXPECT_EQ(Onnxcheck({config, "--fail-on=error"}).status, 0);
}

TEST_F(CommandTest, WhatCannotBeReadIsAFinding) {
  Make("folder.onnx/x", "");
  for (const char* name : {"/absent.onnx", "/absent.log", "/absent", "/folder.onnx"}) {
    const Result result = Onnxcheck({folder_.path() + name});
    EXPECT_EQ(result.status, 1) << name;
    EXPECT_THAT(result.out, StartsWith("error[P001]: ")) << name;
  }
}

TEST_F(CommandTest, WrongUsageExitsTwoWithAHint) {
  const std::string config = Make("config.yaml", ConfigWithRate("0"));
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "nothing to check"},
      {{"check"}, "nothing to check"},
      {{"chekc", config}, "did you mean \"check\"?"},
      {{config, "--selct", "A"}, "did you mean \"--select\"?"},
      {{config, "--select", "C0003"}, "no rule matches \"C0003\", did you mean \"C003\"?"},
      {{config, "--ignore", "learning-rate-to-small"}, "did you mean \"learning-rate-too-small\"?"},
      {{config, "--output-format", "jsn"}, "did you mean \"json\"?"},
      {{config, "--output-format", "html"}, "not available yet; there are text, json"},
      {{config, "--fail-on", "eror"}, "did you mean \"error\"?"},
      {{config, "--color", "alway"}, "did you mean \"always\"?"},
      {{config, "-j", "0"}, "range"},
      {{config, "-j", "many"}, "many"},
      {{config, "--baseline", "x"}, "--baseline is not available yet"},
      {{config, "-x"}, "unknown option -x\n"},
      {{config, "--data", config}, "--data is for --confirm"},
      {{config, "--confirm", "--data", "no-such.npz"}, "there is no file \"no-such.npz\""},
      {{"audit", config}, "\"audit\" is not available yet"},
      {{"explain", "C03"}, "did you mean \"C003\"?"},
      {{"explain"}, "explain takes one rule"},
      {{"explain", "softmax-with-msee"}, "no rule is called"},
      {{"parse"}, "parse takes one file"},
      {{"completion", "bsh"}, "did you mean \"bash\"?"},
      {{"version", "x"}, "unexpected argument"},
      {{config, "-o", folder_.path() + "/no/such/folder.txt"}, "cannot be written"},
  };
  for (const auto& [args, hint] : cases) {
    const Result result = Onnxcheck(args);
    EXPECT_EQ(result.status, 2) << hint;
    EXPECT_THAT(result.err, HasSubstr(hint));
    EXPECT_THAT(result.out, IsEmpty()) << hint;
  }
}

TEST_F(CommandTest, HelpAndVersionExitZero) {
  for (const std::vector<std::string>& args :
       std::vector<std::vector<std::string>>{{"--help"},
                                             {"-h"},
                                             {"help"},
                                             {"check", "--help"},
                                             {"parse", "-h"},
                                             {"version"},
                                             {"--version"},
                                             {"rules"},
                                             {"completion", "zsh"}}) {
    const Result result = Onnxcheck(args);
    EXPECT_EQ(result.status, 0) << args[0];
    EXPECT_THAT(result.out, Not(IsEmpty()));
    EXPECT_THAT(result.err, IsEmpty());
  }
}

// --- settings ------------------------------------------------------------------------------------

TEST_F(CommandTest, ReadsTheNearestSettings) {
  const std::string config = Make("deep/config.yaml", ConfigWithRate("0"));
  Make("onnxcheck.toml", "ignore = [\"C003\"]\n");
  EXPECT_EQ(Onnxcheck({config}).status, 0);
  EXPECT_EQ(Onnxcheck({config, "--no-config"}).status, 1);
  EXPECT_EQ(Onnxcheck({config, "--ignore", "C004"}).status, 1)
      << "the command line takes its place";
  Make("onnxcheck.toml", "[per-path-ignores]\n\"deep/**\" = [\"C003\"]\n");
  const Result ignored = Onnxcheck({config});
  EXPECT_EQ(ignored.status, 0);
  EXPECT_THAT(ignored.out, HasSubstr("(1 suppressed)"));
  Make("onnxcheck.toml", "fail_on = \"error\"\n");
  const Result wrong = Onnxcheck({config});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("unknown key \"fail_on\", did you mean \"fail-on\"?"));
}

TEST_F(CommandTest, CommentsSuppress) {
  const std::string config =
      Make("config.yaml", ConfigWithRate("0  # onnxcheck: ignore[C003] dry"));
  const Result result = Onnxcheck({config, "--fail-on", "info"});
  EXPECT_EQ(result.status, 0) << result.out;
  EXPECT_EQ(result.out, "Found nothing wrong in 1 file (1 suppressed).\n");
}

// --- output --------------------------------------------------------------------------------------

TEST_F(CommandTest, BytesDoNotDependOnJobs) {
  for (int i = 0; i < 24; ++i) {
    Make("run" + std::to_string(i) + "/config.yaml", ConfigWithRate(i % 3 == 0 ? "0" : "0.01"));
    Make("run" + std::to_string(i) + "/run.log", "Epoch 1/2\n10/10 - loss: 0.5\n");
  }
  for (const char* format : {"text", "json", "jsonl", "sarif", "github"}) {
    const auto with = [&](const char* jobs) {
      return Onnxcheck({folder_.path(), "--output-format", format, "-j", jobs});
    };
    const Result one = with("1");
    EXPECT_THAT(one.out, HasSubstr("C003"));
    EXPECT_EQ(one.out, with("8").out) << format;
    EXPECT_EQ(one.out, with("1").out) << format << ", twice";
  }
}

TEST_F(CommandTest, NoControlByteOfAnInputReachesTheTerminal) {
  const std::string config = Make("a\x1b[31m.yaml",
                                  "learning_rate: 0 # \x1b[2J\x07\xc2\x9b"
                                  "5n\n");
  for (const char* format : {"text", "json", "jsonl", "sarif", "github"}) {
    const Result result = Onnxcheck({config, "--output-format", format, "--color", "never", "-v"});
    EXPECT_EQ(result.status, 1) << format;
    for (const std::string& text : {result.out, result.err}) {
      EXPECT_EQ(text.find_first_of("\x1b\x07"), std::string::npos) << format;
      EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos) << format;
    }
  }
  EXPECT_THAT(Onnxcheck({"explain", "\x1b[31m"}).err, Not(HasSubstr("\x1b")));
}

TEST_F(CommandTest, WritesToAFile) {
  const std::string config = Make("config.yaml", ConfigWithRate("0"));
  const std::string report = folder_.path() + "/report.json";
  const Result result = Onnxcheck({config, "-o", report, "--output-format", "json"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_EQ(json::parse(tests::ReadFile(report))["summary"]["errors"], 1);
}

TEST_F(CommandTest, QuietLeavesOutTheSummary) {
  EXPECT_THAT(Onnxcheck({Make("config.yaml", ConfigWithRate("0.01")), "-q"}).out, IsEmpty());
}

TEST_F(CommandTest, SaysThatAFolderHoldsNoRun) {
  Make("README.md", "# nothing\n");
  const Result result = Onnxcheck({folder_.path()});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("no model, log, configuration or script found"));
}

TEST_F(CommandTest, ModelNamedAmongLogsIsTheModel) {
  const std::string log = Make("run.log", "Epoch 1/2\n10/10 - loss: 0.5\n");
  const std::string model = Make("model.onnx", "<html></html>");
  const json run =
      json::parse(Onnxcheck({"--logs", log, model, "--output-format", "json"}).out)["runs"][0];
  EXPECT_EQ(run["path"], model);
  EXPECT_EQ(run["inputs"].size(), 2U);
}

// --- parse, rules, explain -----------------------------------------------------------------------

TEST_F(CommandTest, ParsesALog) {
  const std::string log = Make("training.csv", "epoch,loss,val_loss\n0,0.9,1.0\n1,nan,0.8\n");
  const Result result = Onnxcheck({"parse", log, "--points"});
  EXPECT_EQ(result.status, 0);
  const json parsed = json::parse(result.out);
  EXPECT_EQ(parsed["kind"], "log");
  EXPECT_EQ(parsed["bytes"], 40);
  const auto& series = parsed["series"];
  const auto loss = std::find_if(series.begin(), series.end(),
                                 [](const json& it) { return it["name"] == "loss"; });
  ASSERT_NE(loss, series.end()) << result.out;
  EXPECT_EQ((*loss)["role"], "train_loss");
  EXPECT_EQ((*loss)["count"], 2);
  EXPECT_EQ((*loss)["first"], 0.9);
  EXPECT_EQ((*loss)["last"], "NaN");
  EXPECT_EQ((*loss)["max"], 0.9);
  EXPECT_EQ((*loss)["nonfinite"], 1);
  EXPECT_EQ((*loss)["points"][0][0], 2) << "its line";
  EXPECT_EQ((*loss)["points"][0][3], 0.9);
  EXPECT_FALSE(json::parse(Onnxcheck({"parse", log}).out)["series"][0].contains("points"));
}

TEST_F(CommandTest, ParsesAConfig) {
  const json parsed = json::parse(Onnxcheck({"parse", Make("c.yaml", ConfigWithRate("0.01"))}).out);
  EXPECT_EQ(parsed["kind"], "config");
  EXPECT_EQ(parsed["format"], "yaml");
  EXPECT_EQ(parsed["fields"]["learning_rate"], (json{{"value", 0.01}, {"line", 4}}));
  EXPECT_EQ(parsed["entries"][0]["key"], "framework");
}

TEST_F(CommandTest, ParsingAnAbsentFileExitsOne) {
  const Result result = Onnxcheck({"parse", folder_.path() + "/absent"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(json::parse(result.out)["kind"], "unknown");
}

TEST_F(CommandTest, ListsAndExplainsRules) {
  EXPECT_THAT(Onnxcheck({"rules"}).out, HasSubstr("C003  learning-rate-not-positive"));
  const json rules = json::parse(Onnxcheck({"rules", "--output-format", "json"}).out);
  EXPECT_FALSE(rules[0]["summary"].get<std::string>().empty());
  const Result by_id = Onnxcheck({"explain", "c003"});
  EXPECT_EQ(by_id.status, 0);
  EXPECT_THAT(by_id.out, StartsWith("# C003 learning-rate-not-positive\n"));
  EXPECT_EQ(by_id.out, Onnxcheck({"explain", "learning-rate-not-positive"}).out);
}

}  // namespace
}  // namespace onnxcheck::cli
