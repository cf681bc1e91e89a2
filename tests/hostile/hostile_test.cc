// Bad content: a finding with its place, and what stands beside it is still found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "tests/hostile/program.h"
#include "tests/support/cases.h"
#include "tests/support/onnx_text.h"

namespace onnxcheck::tests {
namespace {

using testing::Contains;
using testing::IsSupersetOf;
using testing::StartsWith;

constexpr char kCrashed[] =
    "epoch 1 loss: 0.9\nTraceback (most recent call last):\n"
    "  File \"train.py\", line 3, in <module>\n    fit()\nValueError: no data\n";
constexpr char kCrash[] = "L021 error crashed.log:5";

constexpr char kTwoEpochs[] =
    "Epoch 1/2\r\n10/10 - loss: 0.5\r\nEpoch 2/2\r\n10/10 - loss: nan\r\n";
constexpr char kPointer[] =
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

std::string Model() {
  return OnnxFromText(R"(<ir_version: 8, opset_import: ["" : 17]>
    net (float[N, 4] x) => (float[N, 3] y)
    <float[4, 3] w = {1,2,3,4,5,6,7,8,9,10,11,12}>
    { h = MatMul(x, w)  y = Softmax <axis = -1> (h) })");
}

std::string Noise() {
  std::string bytes = "\x89PNG\r\n\x1a\n";
  unsigned state = 1;
  for (int i = 0; i < 5000; ++i) {
    state = state * 1103515245U + 12345U;
    bytes.push_back(static_cast<char>(state >> 16));
  }
  return bytes;
}

std::string DeepModel() {
  std::string graph = Field(2, "inner");
  for (int i = 0; i < 10'000; ++i) graph = Field(2, "g") + Field(1, Field(5, Field(6, graph)));
  return "\x08\x08" + Field(7, graph) + Field(8, "\x10\x11");
}

std::string AliasBomb() {
  std::string text = "learning_rate: 0\na0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string number = std::to_string(i);
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + number + ": &a" + number + " [" + Repeat(before + ", ", 8) + before + "]\n";
  }
  return text;
}

struct Input {
  std::string name;
  std::string content;
  std::string option;                 // --logs or --config; empty: named by itself
  std::vector<std::string> findings;  // among others
};

void PrintTo(const Input& it, std::ostream* out) { *out << it.option << " " << it.name; }

std::vector<Input> Models() {
  const std::string version = "\x08\x08";
  return {
      {"empty.onnx", "", "", {"P002 error empty.onnx @0"}},
      {"pointer.onnx", kPointer, "", {"P003 error pointer.onnx @0"}},
      {"page.onnx", "<!DOCTYPE html><html>404</html>", "", {"P004 error page.onnx @0"}},
      {"config.onnx", "{\"loss\": \"mse\"}", "", {"P004 error config.onnx @0"}},
      {"zip.onnx", ZipOf("archive/data.pkl", "x"), "", {"P004 error zip.onnx @0"}},
      {"text.onnx", "hello world\n", "", {"P004 error text.onnx @0"}},
      {"utf16.onnx", Utf16("hello", false, true), "", {"P004 error utf16.onnx @0"}},
      {"number.onnx",
       version + "\x28" + Repeat("\xff", 40) + Field(7, Field(2, "g")),
       "",
       {"P002 error number.onnx @3"}},
      {"beyond.onnx",
       version + "\x3a\x80\x80\x80\x80\x04" + Field(2, "g"),
       "",
       {"P005 error beyond.onnx @2"}},
      {"huge.onnx",
       version + "\x3a" + Repeat("\xff", 9) + "\x01" + Field(2, "g"),
       "",
       {"P005 error huge.onnx @2"}},
      {"deep.onnx", DeepModel(), "", {"P009 error deep.onnx @504"}},
  };
}

std::vector<Input> Logs() {
  return {
      {"empty.log", "", "--logs", {"L001 info empty.log"}},
      {"blank.log", "\n \r\n", "--logs", {"L001 info blank.log"}},
      {"noise.log", Noise(), "--logs", {"P006 warning noise.log"}},
      {"noise.log", Noise(), "", {"P006 warning noise.log"}},
      {"zeros", std::string(5000, '\0'), "--logs", {"L001 info zeros"}},
      {"model.bin", Model(), "--logs", {"P006 warning model.bin"}},
      {"zip", ZipOf("a", "b"), "--logs", {"P006 warning zip"}},
      {"page", "<!DOCTYPE html><html>404</html>", "--logs", {"P006 warning page"}},
      {"pointer.log", kPointer, "--logs", {"P003 error pointer.log"}},
      {"little.log", Utf16(kTwoEpochs, false, true), "", {"T001 error little.log:4"}},
      {"big.log", Utf16(kTwoEpochs, true, true), "", {"T001 error big.log:4"}},
      {"little", Utf16(kTwoEpochs, false, false), "--logs", {"T001 error little:4"}},
      {"big.log", Utf16(kTwoEpochs, true, false), "", {"T001 error big.log:4"}},
      {"hole.log", std::string(100'000, '\0') + kTwoEpochs, "", {"T001 error hole.log:4"}},
      {"deep.jsonl",
       "{\"step\": 1, \"loss\": 1}\n{\"step\": 2, \"loss\": 0.9}\n{\"step\": 3, \"a\": " +
           Repeat("{\"a\": ", 10'000) + "1" + Repeat("}", 10'001) +
           "\n{\"step\": 4, \"loss\": NaN}\n",
       "",
       {"L026 warning deep.jsonl:3", "T001 error deep.jsonl:4"}},
      {"deep.json",
       "{\"loss\": [1, 0.9, 0.8, 0.7, NaN],\n\"x\": " + Repeat("[", 10'000) + "1" +
           Repeat("]", 10'000) + "}",
       "--logs",
       {"P009 error deep.json:2", "T001 error deep.json:1"}},
  };
}

std::vector<Input> Configs() {
  return {
      {"empty.yaml", "", "--config", {"P006 warning empty.yaml"}},
      {"page.yaml", "<!DOCTYPE html><html>404</html>", "--config", {"P006 warning page.yaml"}},
      {"pointer.yaml", kPointer, "--config", {"P003 error pointer.yaml"}},
      {"model.yaml", Model(), "--config", {"P006 warning model.yaml"}},
      {"bomb.yaml", AliasBomb(), "", {"C003 error bomb.yaml:1:16"}},
      {"deep.yaml",
       "learning_rate: 0\nx: " + Repeat("[", 10'000),
       "",
       {"P009 error deep.yaml:2:1", "C003 error deep.yaml:1:16"}},
      {"deep.json",
       "{\"learning_rate\": 0, \"x\": " + Repeat("[", 10'000),
       "",
       {"P009 error deep.json:1:282", "C003 error deep.json:1:19"}},
      {"deep.toml",
       "learning_rate = 0\nx = " + Repeat("[", 10'000),
       "",
       {"P009 error deep.toml:2:260", "C003 error deep.toml:1:17"}},
      {"bomb.keras",
       ZipOf("config.json", std::string(20 << 20, ' ')),
       "",
       {"P009 error bomb.keras config.json"}},
      {"cut.keras", ZipOf("config.json", "{}").substr(0, 60), "", {"P005 error cut.keras @60"}},
  };
}

class Hostile : public testing::TestWithParam<Input> {};

TEST_P(Hostile, IsFoundBesideTheOthers) {
  const Input& input = GetParam();
  const TemporaryFolder folder;
  const std::string crashed = folder.path() + "/crashed.log";
  const std::string hostile = folder.path() + "/" + input.name;
  WriteFile(crashed, kCrashed);
  WriteFile(hostile, input.content);
  std::vector<std::string> args = {crashed};
  if (!input.option.empty()) args.push_back(input.option);
  args.push_back(hostile);
  const std::vector<std::string> findings = CheckInEveryFormat(args);
  for (const std::string& expected : input.findings) {
    EXPECT_THAT(findings, Contains(StartsWith(expected)));
  }
  EXPECT_THAT(findings, Contains(kCrash));

  const Result parsed = Onnxcheck({"parse", hostile});
  EXPECT_LE(parsed.status, 1) << parsed.err;
  EXPECT_GE(parsed.status, 0);
}

std::string NameOf(const testing::TestParamInfo<Input>& info) {
  std::string name = info.param.name + info.param.option + std::to_string(info.index);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '.' || c == '-'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Models, Hostile, testing::ValuesIn(Models()), NameOf);
INSTANTIATE_TEST_SUITE_P(Logs, Hostile, testing::ValuesIn(Logs()), NameOf);
INSTANTIATE_TEST_SUITE_P(Configs, Hostile, testing::ValuesIn(Configs()), NameOf);

// As one run, and below one folder: each is told as it is alone.
TEST(HostileFolder, NothingHidesAnythingElse) {
  const TemporaryFolder folder;
  WriteFile(folder.path() + "/crashed.log", kCrashed);
  for (const auto& inputs : {Models(), Logs(), Configs()}) {
    for (const Input& input : inputs) WriteFile(folder.path() + "/" + input.name, input.content);
  }
  const std::vector<std::string> findings = CheckInEveryFormat({folder.path()});
  EXPECT_THAT(findings,
              IsSupersetOf({kCrash, "L001 info empty.log", "T001 error big.log:4",
                            "C003 error bomb.yaml:1:16", "P009 error bomb.keras config.json",
                            "P005 error cut.keras @60"}));
  for (const Input& input : Models()) {
    EXPECT_THAT(findings, Contains(StartsWith(input.findings[0])));
  }
}

TEST(HostileModel, CutAtEveryByte) {
  const TemporaryFolder folder;
  const std::string crashed = folder.path() + "/crashed.log";
  const std::string model = folder.path() + "/m.onnx";
  WriteFile(crashed, kCrashed);
  const std::string bytes = Model();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    WriteFile(model, bytes.substr(0, size));
    const Result result = Onnxcheck({model, crashed, "--output-format", "json"});
    ASSERT_EQ(result.status, 1) << "cut at " << size << "\n" << result.err;
    const std::vector<std::string> findings = FindingsOf(result.out);
    EXPECT_THAT(findings, Contains(kCrash)) << "cut at " << size;
    EXPECT_THAT(findings, Contains(testing::HasSubstr(" error m.onnx"))) << "cut at " << size;
  }
}

}  // namespace
}  // namespace onnxcheck::tests
