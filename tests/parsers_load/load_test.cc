#include "parsers/load.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/onnx_text.h"

namespace onnxcheck::parsers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Load : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "onnxcheck-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }

  static ir::Run One(const std::string& path, std::optional<ir::Kind> kind = std::nullopt,
                     bool named = true) {
    return LoadRun("run", {{path, kind, named}});
  }

  static std::string Model() {
    return tests::OnnxFromText(
        "<ir_version: 8, opset_import: [\"\" : 17]>\n"
        "net (float[N, 4] x) => (float[N, 4] y) { y = Relu(x) }");
  }

  std::filesystem::path folder_;
};

std::vector<ir::ProblemKind> Problems(const ir::Input& input) {
  std::vector<ir::ProblemKind> kinds;
  for (const ir::Problem& problem : input.problems) kinds.push_back(problem.kind);
  return kinds;
}

bool IsEmptyRun(const ir::Run& run) {
  return run.models.empty() && run.configs.empty() && run.logs.empty() && run.others.empty();
}

TEST_F(Load, EachInputGoesToItsParser) {
  const ir::Run run = LoadRun("here", {{Write("m.onnx", Model()), {}, true},
                                       {Write("c.yaml", "lr: 0.1\n"), {}, true},
                                       {Write("run.log", "Epoch 1/2\nloss: 0.5\n"), {}, true}});
  EXPECT_EQ(run.path, "here");
  EXPECT_THAT(run.others, IsEmpty());
  ASSERT_EQ(run.models.size(), 1u);
  EXPECT_THAT(run.models[0].input.problems, IsEmpty());
  ASSERT_EQ(run.configs.size(), 1u);
  EXPECT_EQ(run.configs[0].learning_rate->value, 0.1);
  EXPECT_EQ(run.configs[0].input.kind, ir::Kind::kConfig);
  ASSERT_EQ(run.logs.size(), 1u);
  EXPECT_EQ(run.logs[0].input.path, (folder_ / "run.log").string());
}

TEST_F(Load, TheNumberOfThreadsChangesNothing) {
  std::vector<InputPath> inputs;
  for (int i = 0; i < 12; ++i) {
    const std::string number = std::to_string(i);
    std::string log = "lr: 0.1\nbatch_size: " + number + "\n";
    for (int line = 0; line < 8000 >> (i % 4); ++line) {
      log += "step " + std::to_string(line) + " | loss: 0." + std::to_string(line + i) + "\n";
    }
    // Alone, with a backup of it, and what is no log of a training.
    inputs.push_back({Write("run" + number + ".log", log), {}, false});
    if (i % 3 == 0) inputs.push_back({Write("run" + number + ".log.1", log), {}, false});
    inputs.push_back({Write("c" + number + ".yaml", "lr: 0." + number + "1\n"), {}, false});
    inputs.push_back({Write("t" + number + ".py", "import torch\nx = " + number), {}, false});
    inputs.push_back({Write("n" + number + ".txt", "Some prose about it.\n"), {}, i % 2 == 0});
  }
  inputs.push_back({Write("m.onnx", Model()), {}, false});
  inputs.push_back({(folder_ / "absent.log").string(), {}, true});
  const auto describe = [&](unsigned threads) {
    const ir::Run run = LoadRun("here", inputs, {.threads = threads});
    std::ostringstream out;
    for (const ir::Log& log : run.logs) {
      out << log.input.path << ' ' << log.lines << ' ' << log.parts.size();
      for (const ir::Series& series : log.series)
        out << ' ' << series.name << ' ' << series.value.size() << ' ' << series.value.back();
      out << '\n';
    }
    for (const ir::Config& config : run.configs)
      out << config.input.path << ' ' << config.input.format << '\n';
    for (const ir::Script& script : run.scripts) out << script.input.path << '\n';
    for (const ir::Model& model : run.models) out << model.input.path << '\n';
    for (const ir::Input& other : run.others) out << other.path << '\n';
    return out.str();
  };
  const std::string one = describe(1);
  EXPECT_THAT(one, ::testing::HasSubstr("log-preamble"));
  EXPECT_EQ(one, describe(2));
  EXPECT_EQ(one, describe(16));
}

TEST_F(Load, WhatTheUserSaysCounts) {
  const std::string notes = Write("notes.md", "loss: 0.5\nloss: 0.4\n");
  EXPECT_EQ(One(notes, ir::Kind::kLog).logs.size(), 1u);
  EXPECT_EQ(One(notes, ir::Kind::kConfig).configs.size(), 1u);
  const std::string yaml = Write("c.yaml", "lr: 0.1\n");
  EXPECT_EQ(One(yaml, ir::Kind::kLog).logs.size(), 1u);
  EXPECT_EQ(One(Write("m.bin", Model()), ir::Kind::kModel).models.size(), 1u);
  // A suffix of .onnx says model, whatever is inside.
  const ir::Run html = One(Write("h.onnx", "<!DOCTYPE html><html></html>"));
  ASSERT_EQ(html.models.size(), 1u);
  EXPECT_THAT(Problems(html.models[0].input), ElementsAre(ir::ProblemKind::kNotAModel));
}

TEST_F(Load, NamedInputsThatCannotBeRead) {
  for (const std::string& path : {(folder_ / "absent.onnx").string(), folder_.string()}) {
    const ir::Run run = One(path);
    ASSERT_EQ(run.others.size(), 1u) << path;
    EXPECT_THAT(Problems(run.others[0]), ElementsAre(ir::ProblemKind::kUnreadable));
    EXPECT_EQ(run.others[0].problems[0].location.path, path);
  }
  const std::string secret = Write("secret.log", "x");
  chmod(secret.c_str(), 0);
  if (access(secret.c_str(), R_OK) != 0) {
    EXPECT_EQ(One(secret).others.size(), 1u);
    EXPECT_EQ(One(secret, std::nullopt, false).others.size(), 1u);
  }
}

TEST_F(Load, NamedInputsThatNoParserClaims) {
  const std::pair<std::string, ir::ProblemKind> cases[] = {
      {Write("a.md", "# Notes\n"), ir::ProblemKind::kUnknownFormat},
      {Write("b.npy", std::string("\x93NUMPY\0\0\0", 9)), ir::ProblemKind::kUnknownFormat},
      {Write("c.txt", ""), ir::ProblemKind::kUnknownFormat},
      {Write("d.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
       ir::ProblemKind::kLfsPointer},
  };
  for (const auto& [path, kind] : cases) {
    const ir::Run named = One(path);
    ASSERT_EQ(named.others.size(), 1u) << path;
    EXPECT_THAT(Problems(named.others[0]), ElementsAre(kind)) << path;
    EXPECT_FALSE(named.others[0].problems[0].message.empty());
    EXPECT_TRUE(IsEmptyRun(One(path, std::nullopt, false))) << path;
  }
  const ir::Run config = One(Write("e.bin", std::string(64, '\0')), ir::Kind::kConfig);
  ASSERT_EQ(config.others.size(), 1u);
  EXPECT_THAT(Problems(config.others[0]), ElementsAre(ir::ProblemKind::kUnknownFormat));
}

TEST_F(Load, AWalkPassesOverWhatHasNothingToDoWithTraining) {
  EXPECT_TRUE(IsEmptyRun(One(Write("package.json", "{\"name\": \"x\"}"), std::nullopt, false)));
  EXPECT_TRUE(IsEmptyRun(One(Write("broken.yaml", "{{ template }}: [\n"), std::nullopt, false)));
  EXPECT_EQ(One(Write("c.json", "{\"lr\": 0.1}"), std::nullopt, false).configs.size(), 1u);
  const ir::Run broken = One(Write("b.yaml", "lr: 0.1\nx: [\n"), std::nullopt, false);
  ASSERT_EQ(broken.configs.size(), 1u);
  EXPECT_THAT(Problems(broken.configs[0].input), ElementsAre(ir::ProblemKind::kMalformedConfig));
}

// As Python's logging writes them with this format; what stands behind the message reads like a
// counter and its number.
constexpr const char* kOddRecords =
    "Epoch 1/3 train_loss: 0.750 <- trainer.step:57\n"
    "Epoch 2/3 train_loss: 0.500 <- trainer.step:57\n"
    "Epoch 3/3 train_loss: 0.250 <- trainer.step:57\n";

std::vector<std::string> Names(const ir::Run& run) {
  std::vector<std::string> names;
  for (const ir::Log& log : run.logs) {
    for (const ir::Series& series : log.series) names.push_back(series.name);
  }
  return names;
}

TEST_F(Load, ALogIsReadInTheFormatThatTheConfigurationStates) {
  const std::string log = Write("run.log", kOddRecords);
  EXPECT_THAT(Names(One(log)), ElementsAre("train_loss", "trainer.step"));
  const std::string config =
      Write("logging.yaml",
            "version: 1\nformatters: {odd: {format: '%(message)s <- %(name)s:%(lineno)d'}}\n"
            "handlers: {file: {class: logging.FileHandler, filename: run.log, formatter: odd}}\n"
            "root: {level: INFO, handlers: [file]}\n");
  const ir::Run run = LoadRun("here", {{log, {}, false}, {config, {}, false}});
  EXPECT_THAT(Names(run), ElementsAre("train_loss"));
  EXPECT_EQ(run.logs.at(0).series.at(0).at->line.back(), 3u);
}

TEST_F(Load, ALogIsReadInTheFormatThatTheScriptStates) {
  const std::string log = Write("run.log", kOddRecords);
  const std::string script =
      Write("train.py",
            "import logging, torch\n"
            "FORMAT = '%(message)s <- %(name)s:%(lineno)d'\n"
            "logging.basicConfig(filename='run.log', format=FORMAT, level=logging.INFO)\n");
  EXPECT_THAT(Names(LoadRun("here", {{log, {}, false}, {script, {}, false}})),
              ElementsAre("train_loss"));
}

TEST_F(Load, AnEmptyLogIsALog) {
  EXPECT_EQ(One(Write("run.log", ""), std::nullopt, false).logs.size(), 1u);
  EXPECT_EQ(One(Write("train_log.txt", "")).logs.size(), 1u);
  EXPECT_TRUE(IsEmptyRun(One(Write("__init__.py", ""), std::nullopt, false)));
}

}  // namespace
}  // namespace onnxcheck::parsers
