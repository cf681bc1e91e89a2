#include "cli/discover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/did_you_mean.h"
#include "tests/support/cases.h"

namespace onnxcheck::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kLog = "Epoch 1/2\n10/10 - loss: 0.5 - accuracy: 0.5\n";
constexpr const char* kConfig = "loss: mse\nlearning_rate: 0.1\n";

class DiscoverTest : public testing::Test {
 protected:
  void Make(const std::string& name) {
    const bool log = name.ends_with(".log") || name.ends_with(".csv");
    const bool config = name.ends_with(".yaml");
    tests::WriteFile(folder_.path() + "/" + name, log ? kLog : config ? kConfig : "anything");
  }

  // One line a run: "path: file file", relative to the folder.
  std::vector<std::string> Runs(const std::vector<std::string>& names,
                                const std::vector<std::string>& logs = {},
                                const std::vector<std::string>& configs = {},
                                const Settings& settings = {}) {
    const auto absolute = [&](const std::vector<std::string>& list) {
      std::vector<std::string> paths;
      for (const std::string& name : list) {
        paths.push_back(name == "." ? folder_.path() : folder_.path() + "/" + name);
      }
      return paths;
    };
    std::vector<std::string> lines;
    for (const RunInputs& run :
         Discover(absolute(names), {absolute(logs), absolute(configs), {}}, settings)) {
      std::string line = Relative(run.path) + ":";
      for (const auto& input : run.inputs) line += " " + Relative(input.path);
      lines.push_back(line);
    }
    return lines;
  }

  std::string Relative(const std::string& path) const {
    return std::filesystem::path(path).lexically_relative(folder_.path()).string();
  }

  tests::TemporaryFolder folder_;
};

TEST_F(DiscoverTest, AFolderIsARun) {
  for (const char* name : {"a/model.onnx", "a/run.log", "a/config.yaml", "a/README.md",
                           "a/train.py", "b/model.onnx", "b/run.log", "c/notes.md"}) {
    Make(name);
  }
  EXPECT_THAT(Runs({"."}), ElementsAre("a: a/config.yaml a/model.onnx a/run.log a/train.py",
                                       "b: b/model.onnx b/run.log"));
  EXPECT_THAT(Runs({"c"}), IsEmpty());
}

TEST_F(DiscoverTest, ScriptsBelongToTheRunBesideThemOrAreEachTheirOwn) {
  for (const char* name : {"a/train.py", "a/eval.ipynb", "b/train.py", "b/logs/run.log",
                           "c/src/train.py", "c/logs/run.log", "c/conf/c.yaml"}) {
    Make(name);
  }
  EXPECT_THAT(Runs({"a"}), ElementsAre("a/eval.ipynb: a/eval.ipynb", "a/train.py: a/train.py"));
  EXPECT_THAT(Runs({"b"}), ElementsAre("b/logs: b/logs/run.log b/train.py"));
  EXPECT_THAT(Runs({"c"}),
              ElementsAre("c: c/conf/c.yaml c/logs/run.log", "c/src/train.py: c/src/train.py"));
}

TEST_F(DiscoverTest, ALoneSubFolderBelongsToTheRunAbove) {
  for (const char* name : {"a/model.onnx", "a/config.yaml", "a/logs/version_0/metrics.csv",
                           "a/logs/version_0/hparams.yaml"}) {
    Make(name);
  }
  EXPECT_THAT(Runs({"a"}),
              ElementsAre("a: a/config.yaml a/model.onnx a/logs/version_0/hparams.yaml "
                          "a/logs/version_0/metrics.csv"));
}

TEST_F(DiscoverTest, FoldersByKindAreOneRun) {
  for (const char* name : {"a/models/m.onnx", "a/logs/run.log", "a/conf/c.yaml"}) Make(name);
  EXPECT_THAT(Runs({"a"}), ElementsAre("a: a/conf/c.yaml a/logs/run.log a/models/m.onnx"));
}

TEST_F(DiscoverTest, SeveralRunsBelowASharedConfigStaySeveral) {
  for (const char* name : {"base.yaml", "a/run.log", "b/run.log"}) Make(name);
  EXPECT_THAT(Runs({"."}), ElementsAre(".: base.yaml", "a: a/run.log", "b: b/run.log"));
}

TEST_F(DiscoverTest, ASecondModelIsASecondRun) {
  for (const char* name : {"a/model.onnx", "a/run.log", "a/best/model.onnx"}) Make(name);
  EXPECT_THAT(Runs({"a"}), ElementsAre("a: a/model.onnx a/run.log", "a/best: a/best/model.onnx"));
}

TEST_F(DiscoverTest, PassesOverHiddenVirtualAndExcludedFolders) {
  for (const char* name : {"a/run.log", ".git/run.log", "node_modules/run.log", "old/run.log",
                           "env/pyvenv.cfg", "env/lib/run.log", ".hidden.log"}) {
    Make(name);
  }
  Settings settings;
  settings.exclude = {"old"};
  settings.base = folder_.path();
  EXPECT_THAT(Runs({"."}, {}, {}, settings), ElementsAre("a: a/run.log"));
}

TEST_F(DiscoverTest, DoesNotFollowLinksInACircle) {
  Make("a/run.log");
  std::filesystem::create_directory_symlink(folder_.path(), folder_.path() + "/a/loop");
  EXPECT_THAT(Runs({"a"}), ElementsAre("a: a/run.log"));
}

TEST_F(DiscoverTest, FilesNamedWithOneModelAreOneRun) {
  for (const char* name : {"m.onnx", "deep/run.log", "c.yaml"}) Make(name);
  EXPECT_THAT(Runs({"m.onnx", "deep/run.log", "c.yaml"}),
              ElementsAre("m.onnx: m.onnx deep/run.log c.yaml"));
  EXPECT_THAT(Runs({"m.onnx", "m.onnx"}, {"deep/run.log"}),
              ElementsAre("m.onnx: m.onnx deep/run.log"));
}

TEST_F(DiscoverTest, SeveralModelsAreARunEach) {
  for (const char* name : {"m.onnx", "n.onnx", "x/m.onnx", "x/run.log"}) Make(name);
  EXPECT_THAT(Runs({"m.onnx", "n.onnx"}), ElementsAre("m.onnx: m.onnx", "n.onnx: n.onnx"));
  EXPECT_THAT(Runs({"m.onnx", "x/m.onnx", "x/run.log"}),
              ElementsAre("m.onnx: m.onnx", "x/m.onnx: x/m.onnx x/run.log"));
  EXPECT_THAT(Runs({"m.onnx", "n.onnx"}, {"x/run.log"}),
              ElementsAre("m.onnx: m.onnx n.onnx x/run.log"));
}

TEST_F(DiscoverTest, LogsBelongToOneRun) {
  for (const char* name : {"a/m.onnx", "b/m.onnx", "run.log"}) Make(name);
  EXPECT_THAT(Runs({"a"}, {"run.log"}), ElementsAre("a: a/m.onnx run.log"));
  EXPECT_THROW(Runs({"a", "b"}, {"run.log"}), UsageError);
}

TEST_F(DiscoverTest, TheWorkingDirectoryIsNotPartOfNames) {
  Make("a/run.log");
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  const std::vector<RunInputs> runs = Discover({"."}, {}, {});
  std::filesystem::current_path(before);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].inputs.at(0).path, "a/run.log");
}

TEST_F(DiscoverTest, AFolderNamedLikeAModelIsNoFolderOfRuns) {
  Make("model.onnx/run.log");
  EXPECT_THAT(Runs({"model.onnx"}), ElementsAre("model.onnx: model.onnx"));
}

TEST_F(DiscoverTest, WhatIsNotThereIsStillNamed) {
  EXPECT_THAT(Runs({"absent.onnx"}), ElementsAre("absent.onnx: absent.onnx"));
}

}  // namespace
}  // namespace onnxcheck::cli
