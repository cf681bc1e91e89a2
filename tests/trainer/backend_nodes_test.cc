// Every operator against ONNX's own backend node tests.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include "parsers/model/onnx.h"
#include "parsers/source.h"
#include "tests/support/proto_tensors.h"
#include "trainer/program.h"
#include "trainer/tensors.h"

namespace onnxcheck::trainer {
namespace {

namespace fs = std::filesystem;

// As the tests' own runner compares (onnx/backend/test/runner): 1e-3 relative.
constexpr double kRelative = 1e-3;
constexpr double kAbsolute = 1e-6;
// Half precision rounds what we compute in single precision.
constexpr double kHalfRelative = 1e-2;

// Random outputs of another generator cannot be compared.
const std::set<std::string>& Random() {
  static const std::set<std::string> names = {
      "test_training_dropout", "test_training_dropout_default", "test_training_dropout_mask",
      "test_training_dropout_default_mask"};
  return names;
}

fs::path NodeTests() {
  if (const char* folder = std::getenv("ONNXCHECK_NODE_TESTS")) return folder;
  return fs::path(ONNXCHECK_SOURCE_DIR) / ".cache" / "onnx-nodes";
}

struct Tally {
  int passed = 0;
  int unsupported = 0;
  std::string reason;  // of the last unsupported case
};

enum class Result { kPassed, kSkipped, kUnsupported, kFailed };

bool IsHalf(std::int32_t type) {
  return type == static_cast<std::int32_t>(ir::ElementType::kFloat16) ||
         type == static_cast<std::int32_t>(ir::ElementType::kBfloat16);
}

std::string Difference(const at::Tensor& got, const at::Tensor& expected, bool half) {
  if (got.sizes() != expected.sizes()) {
    std::ostringstream text;
    text << "shape " << got.sizes() << ", expected " << expected.sizes();
    return text.str();
  }
  if (got.scalar_type() != expected.scalar_type()) {
    return std::string("type ") + at::toString(got.scalar_type()) + ", expected " +
           at::toString(expected.scalar_type());
  }
  const double relative = half ? kHalfRelative : kRelative;
  if (at::allclose(got.to(at::kDouble), expected.to(at::kDouble), relative,
                   half ? kHalfRelative : kAbsolute, /*equal_nan=*/true)) {
    return "";
  }
  return "values differ";
}

struct Case {
  Result result = Result::kSkipped;
  std::string text;
};

Case RunDataSet(const Program& program, const ir::Graph& graph, const fs::path& folder) {
  Tensors inputs;
  for (const ir::ValueId input : program.inputs) {
    const auto index = std::ranges::find(graph.inputs, input) - graph.inputs.begin();
    const auto raw = tests::ReadTensorProto(folder / ("input_" + std::to_string(index) + ".pb"));
    if (!raw) return {Result::kSkipped, ""};
    inputs.push_back(FromRaw(raw->raw, static_cast<ir::ElementType>(raw->type), raw->dims));
  }
  const Tensors outputs = RunProgram(program, {}, inputs, Mode::kAsWritten);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto raw = tests::ReadTensorProto(folder / ("output_" + std::to_string(i) + ".pb"));
    if (!raw) return {Result::kSkipped, ""};
    const at::Tensor expected =
        FromRaw(raw->raw, static_cast<ir::ElementType>(raw->type), raw->dims);
    const std::string difference = Difference(outputs[i], expected, IsHalf(raw->type));
    if (!difference.empty()) return {Result::kFailed, difference};
  }
  return {Result::kPassed, ""};
}

Case RunCase(const ir::Model& model, std::string_view file, const fs::path& folder) {
  try {
    std::vector<std::string> outputs;
    for (const ir::ValueId output : model.graph.outputs) {
      outputs.push_back(model.graph.values[static_cast<std::size_t>(output)].name);
    }
    const Program program = BuildProgram(model, file, outputs, /*trainable=*/false);
    return RunDataSet(program, model.graph, folder / "test_data_set_0");
  } catch (const Unsupported& error) {
    return {Result::kUnsupported, error.what()};
  } catch (const c10::Error& error) {
    return {Result::kFailed, error.what_without_backtrace()};
  }
}

bool Knows(const ir::Graph& graph) {
  return !graph.nodes.empty() && std::ranges::all_of(graph.nodes, [](const ir::Node& node) {
    return node.domain.empty() && FindOperator(node.op_type) != nullptr;
  });
}

TEST(BackendNodes, EveryOperatorAgreesWithOnnx) {
  if (!fs::exists(NodeTests() / "stamp")) {
    GTEST_SKIP() << "no node tests in " << NodeTests() << ": tools/setup test makes them";
  }
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(NodeTests())) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::ranges::sort(folders);
  std::map<std::string, Tally, std::less<>> tallies;
  int ran = 0;
  for (const fs::path& folder : folders) {
    if (Random().contains(folder.filename())) continue;
    const auto opened = parsers::Source::Open(folder / "model.onnx");
    ASSERT_TRUE(std::holds_alternative<std::shared_ptr<const parsers::Source>>(opened)) << folder;
    const auto& source = std::get<std::shared_ptr<const parsers::Source>>(opened);
    const ir::Model model = parsers::ParseOnnx(*source);
    if (!Knows(model.graph)) continue;
    const bool single = model.graph.nodes.size() == 1;
    Tally& tally = tallies[single ? model.graph.nodes[0].op_type : "(several nodes)"];
    const Case result = RunCase(model, source->bytes(), folder);
    if (result.result == Result::kFailed) {
      ADD_FAILURE() << folder.filename().string() << ": " << result.text;
    }
    ran += result.result == Result::kPassed || result.result == Result::kFailed ? 1 : 0;
    tally.passed += result.result == Result::kPassed ? 1 : 0;
    if (result.result == Result::kUnsupported) {
      ++tally.unsupported;
      tally.reason = result.text;
    }
  }
  for (const auto& [name, tally] : tallies) {
    std::cout << name << ": " << tally.passed << " passed";
    if (tally.unsupported > 0) {
      std::cout << ", " << tally.unsupported << " not supported (" << tally.reason << ")";
    }
    std::cout << "\n";
  }
  std::cout << ran << " node tests ran\n";
  EXPECT_GT(ran, 0) << "the folder is there, and not one test ran";
  for (const std::string_view name : OperatorNames()) {
    const auto it = tallies.find(name);
    EXPECT_TRUE(it != tallies.end() && it->second.passed > 0) << name << " passed no node test";
  }
}

}  // namespace
}  // namespace onnxcheck::trainer
