// Soundness: what ONNX's own backend node tests expect lies in the computed
// ranges, whatever is known of the inputs: their hulls, their elements, or
// statistics as of weights too large to be read.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include "analyzer/facts/elements.h"
#include "analyzer/facts/range_operators.h"
#include "analyzer/facts/ranges.h"
#include "parsers/model/onnx.h"
#include "parsers/source.h"
#include "tests/support/proto_tensors.h"

namespace onnxcheck::tests {
namespace {

namespace fs = std::filesystem;
using facts::Interval;

fs::path NodeTests() {
  if (const char* folder = std::getenv("ONNXCHECK_NODE_TESTS")) return folder;
  return fs::path(ONNXCHECK_SOURCE_DIR) / ".cache" / "onnx-nodes";
}

struct Data {
  RawTensor raw;
  std::vector<double> elements;
};

// What kind of knowledge of an input the analysis is given.
enum class Known { kHull, kElements, kStatistics };

struct Setting {
  const char* name;
  Known first;
  Known others;
};

constexpr Setting kSettings[] = {
    {"hulls", Known::kHull, Known::kHull},
    {"elements", Known::kElements, Known::kElements},
    {"hull and elements", Known::kHull, Known::kElements},
    {"hull and statistics", Known::kHull, Known::kStatistics},
    {"elements and hulls", Known::kElements, Known::kHull},
    {"statistics and hulls", Known::kStatistics, Known::kHull},
};

// Nothing for tensors of strings or complex numbers.
std::optional<Data> ReadData(const fs::path& path) {
  auto raw = ReadTensorProto(path.string());
  if (!raw) return std::nullopt;
  std::size_t count = 1;
  for (const std::int64_t dim : raw->dims) count *= static_cast<std::size_t>(dim);
  auto elements = facts::DecodeElements(static_cast<ir::ElementType>(raw->type), raw->raw, count);
  if (!elements || elements->size() != count) return std::nullopt;
  return Data{std::move(*raw), std::move(*elements)};
}

// As one pass over the weights finds them.
std::shared_ptr<ir::TensorStatistics> StatisticsOf(const Data& data) {
  auto statistics = std::make_shared<ir::TensorStatistics>();
  statistics->count = data.elements.size();
  bool first = true;
  for (const double element : data.elements) {
    statistics->nan += std::isnan(element) ? 1 : 0;
    statistics->infinite += std::isinf(element) ? 1 : 0;
    statistics->zeros += element == 0 ? 1 : 0;
    if (!std::isfinite(element)) continue;
    statistics->min = first ? element : std::min(statistics->min, element);
    statistics->max = first ? element : std::max(statistics->max, element);
    first = false;
  }
  const std::vector<std::int64_t>& dims = data.raw.dims;
  for (std::size_t axis = 0; axis < std::min<std::size_t>(dims.size(), 2); ++axis) {
    if (dims.size() < 2 || data.elements.empty()) break;
    std::size_t inner = 1;
    for (std::size_t i = axis + 1; i < dims.size(); ++i) inner *= static_cast<std::size_t>(dims[i]);
    ir::TensorStatistics::Slices slices;
    slices.axis = axis;
    const auto units = static_cast<std::size_t>(dims[axis]);
    std::vector<double> positive(units);
    std::vector<double> negative(units);
    for (std::size_t i = 0; i < data.elements.size(); ++i) {
      auto& side = data.elements[i] > 0 ? positive : negative;
      if (std::isfinite(data.elements[i])) side[i / inner % units] += data.elements[i];
    }
    slices.positive.assign(positive.begin(), positive.end());
    slices.negative.assign(negative.begin(), negative.end());
    statistics->slices.push_back(std::move(slices));
  }
  return statistics;
}

// Turns the inputs that are constants in this setting into initializers.
std::vector<Interval> Prepare(ir::Graph* graph, const std::vector<std::optional<Data>>& inputs,
                              const Setting& setting) {
  std::vector<Interval> hulls;
  std::vector<ir::ValueId> left;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const ir::ValueId id = graph->inputs[i];
    const Known known = i == 0 ? setting.first : setting.others;
    // Of strings and the like nothing is known.
    if (known == Known::kHull || !inputs[i]) {
      hulls.push_back(inputs[i] ? facts::HullOf(inputs[i]->elements) : Interval());
      left.push_back(id);
      continue;
    }
    ir::Value& value = graph->values[static_cast<std::size_t>(id)];
    ir::Tensor& tensor = graph->initializers.emplace_back();
    tensor.name = value.name;
    tensor.element = static_cast<ir::ElementType>(inputs[i]->raw.type);
    tensor.dims = inputs[i]->raw.dims;
    if (known == Known::kElements) {
      tensor.elements = inputs[i]->raw.raw;
    } else {
      tensor.statistics = StatisticsOf(*inputs[i]);
    }
    value.initializer = static_cast<std::int32_t>(graph->initializers.size() - 1);
  }
  graph->inputs = left;
  return hulls;
}

std::string Text(const Interval& range) {
  std::ostringstream text;
  text.precision(17);
  text << "[" << range.low << ", " << range.high << "]" << (range.nan ? " NaN" : "")
       << (range.integer ? " whole" : "") << (range.nonzero ? " without 0" : "");
  return text.str();
}

struct Outcome {
  bool checked = false;
  bool bounded = true;  // every output whose numbers are all finite
  std::string violation;
};

void CheckOutput(const std::vector<double>& expected, const facts::Range& range, Outcome* outcome) {
  outcome->checked = true;
  bool finite = true;
  for (const double element : expected) {
    finite = finite && std::isfinite(element);
    for (const Interval* interval : {&range.proved, &range.assumed}) {
      if (facts::Contains(*interval, element) || !outcome->violation.empty()) continue;
      std::ostringstream text;
      text.precision(17);
      text << element << " is not in " << Text(*interval);
      outcome->violation = text.str();
    }
  }
  if (finite && !facts::IsBounded(range.proved)) outcome->bounded = false;
}

Outcome RunDataSet(const ir::Model& original, const fs::path& folder, const Setting& setting) {
  Outcome outcome;
  std::vector<std::optional<Data>> inputs;
  for (std::size_t i = 0; i < original.graph.inputs.size(); ++i) {
    inputs.push_back(ReadData(folder / ("input_" + std::to_string(i) + ".pb")));
  }
  ir::Model model = original;
  const std::vector<Interval> hulls = Prepare(&model.graph, inputs, setting);
  const facts::Ranges ranges(model, hulls);
  for (std::size_t i = 0; i < model.graph.outputs.size(); ++i) {
    const auto expected = ReadData(folder / ("output_" + std::to_string(i) + ".pb"));
    if (!expected) continue;
    CheckOutput(expected->elements, ranges.Of(model.graph, model.graph.outputs[i]), &outcome);
  }
  return outcome;
}

std::string NameOf(std::string_view domain, std::string_view op_type) {
  return domain.empty() ? std::string(op_type) : std::string(domain) + "." + std::string(op_type);
}

struct Tally {
  int tests = 0;    // that have the operator
  int checked = 0;  // in how many settings
  int bounded = 0;
};

TEST(BackendNodes, ExpectedOutputsLieInTheirRanges) {
  if (!fs::exists(NodeTests() / "stamp")) {
    GTEST_SKIP() << "no node tests in " << NodeTests() << ": tools/setup test makes them";
  }
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(NodeTests())) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::ranges::sort(folders);
  std::map<std::string, Tally> tallies;
  int checked = 0;
  for (const fs::path& folder : folders) {
    const auto opened = parsers::Source::Open(folder / "model.onnx");
    ASSERT_TRUE(std::holds_alternative<std::shared_ptr<const parsers::Source>>(opened)) << folder;
    const ir::Model model =
        parsers::ParseOnnx(*std::get<std::shared_ptr<const parsers::Source>>(opened));
    std::set<std::string> names;
    for (const ir::Node& node : model.graph.nodes) names.insert(NameOf(node.domain, node.op_type));
    for (const std::string& name : names) ++tallies[name].tests;
    for (const Setting& setting : kSettings) {
      const Outcome outcome = RunDataSet(model, folder / "test_data_set_0", setting);
      if (!outcome.checked) continue;
      ++checked;
      EXPECT_EQ(outcome.violation, "") << folder.filename().string() << " with " << setting.name;
      for (const std::string& name : names) {
        ++tallies[name].checked;
        tallies[name].bounded += outcome.bounded ? 1 : 0;
      }
    }
  }
  EXPECT_GT(checked, 0) << "the folder is there, and not one test was checked";
  for (const facts::RangeFamily& family : facts::RangeFamilies()) {
    for (const facts::RangeOperator& entry : family.operators) {
      const std::string name = NameOf(entry.domain, entry.op_type);
      const auto found = tallies.find(name);
      const Tally tally = found == tallies.end() ? Tally{} : found->second;
      std::cout << name << ": " << tally.tests << " node tests, checked in " << tally.checked
                << " settings, bounded in " << tally.bounded << "\n";
      if (tally.tests == 0) continue;
      EXPECT_GT(tally.checked, 0) << name << " was checked by no node test";
    }
  }
  std::cout << checked << " checks\n";
}

}  // namespace
}  // namespace onnxcheck::tests
