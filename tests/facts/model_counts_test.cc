// Parameters and multiply-accumulates of real exports, against what the frameworks count in the
// networks that were exported (testdata/models/parameters.tsv, written by make_models.py).
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <variant>

#include "analyzer/facts/layers.h"
#include "analyzer/facts/macs.h"
#include "analyzer/facts/parameters.h"
#include "analyzer/facts/training.h"
#include "gtest/gtest.h"
#include "parsers/model/onnx.h"
#include "tests/support/onnx_text.h"

namespace onnxcheck::facts {
namespace {

namespace fs = std::filesystem;

struct Difference {
  std::int64_t trainable = 0;
  std::int64_t not_trainable = 0;
};

// What the exporters made of the parameters: counts are those of the graph.
const std::map<std::string, Difference> kDifferences = {
    // BatchNormalization folded into the convolution before it: of scale, bias, mean and variance a
    // bias is left, and none where it is zero throughout and the dynamo exporter drops it.
    {"torch-resnet18-dynamo-20-trained", {-225, -450}},
    {"torch-resnet18-script-13-trained", {-225, -450}},
    {"torch-unet-dynamo-18-random", {-264, -264}},
    {"torch-unet-script-17-trained", {-132, -264}},
    {"torch-unet-upsample-script-13-trained", {-132, -264}},
    {"tf2onnx-cnn-15", {-8, -16}},
    // BatchNormalization written out: the variance is folded into the scale.
    {"keras-cnn-trained", {0, -8}},
    {"keras-resnet-trained", {0, -56}},
    // Of a table of 64 positions of 16 numbers the 12 in use are stored.
    {"torch-bert-dynamo-20-trained", {-(64 - 12) * 16, 0}},
    // The head is tied to the embedding of 80 words, but was stored as its transposed copy.
    {"torch-gpt2-script-17-random", {80 * 16, 0}},
    {"torch-gpt2-dynamo-20-trained", {80 * 16 - (64 - 12) * 16, 0}},
};

ir::Model Load(const fs::path& path, bool open_sizes_are_one) {
  const auto opened = parsers::Source::Open(path.string());
  const auto* source = std::get_if<std::shared_ptr<const parsers::Source>>(&opened);
  EXPECT_NE(source, nullptr) << path;
  if (source == nullptr) return {};
  return parsers::ParseOnnx(**source, {.open_sizes_are_one = open_sizes_are_one});
}

TEST(ModelCountsTest, AreThoseOfTheFrameworks) {
  const fs::path folder = fs::path(ONNXCHECK_SOURCE_DIR) / "testdata" / "models";
  std::ifstream table(folder / "parameters.tsv");
  std::string line;
  ASSERT_TRUE(std::getline(table, line));
  int models = 0;
  std::size_t differences = 0;
  while (std::getline(table, line)) {
    std::istringstream row(line);
    std::string name;
    std::string macs;
    std::int64_t trainable = 0;
    std::int64_t not_trainable = 0;
    ASSERT_TRUE(row >> name >> trainable >> not_trainable >> macs) << line;
    SCOPED_TRACE(name);
    const auto known = kDifferences.find(name);
    differences += known != kDifferences.end() ? 1U : 0U;
    const Difference difference = known == kDifferences.end() ? Difference() : known->second;
    const ir::Model model = Load(folder / (name + ".onnx"), false);
    const ParameterCount count = CountParameters(ReadTraining(model), Layers(model));
    EXPECT_EQ(count.trainable, trainable + difference.trainable);
    EXPECT_EQ(count.not_trainable, not_trainable + difference.not_trainable);
    ++models;
    if (macs == "-") continue;
    const ir::Model closed = Load(folder / (name + ".onnx"), true);
    const MacCount counted = CountMacs(ReadTraining(closed));
    EXPECT_EQ(std::to_string(counted.total), macs);
    EXPECT_EQ(counted.uncounted, 0);
  }
  EXPECT_EQ(models, 36);
  EXPECT_EQ(differences, kDifferences.size());
}

MacCount ClosedMacs(const std::string& text) {
  const auto source = parsers::Source::FromBytes("m.onnx", tests::OnnxFromText(text));
  const ir::Model model = parsers::ParseOnnx(*source, {.open_sizes_are_one = true});
  EXPECT_TRUE(model.input.problems.empty());
  return CountMacs(ReadTraining(model));
}

// Sizes computed from the batch: 12 tokens in rows, heads by division, a target made by Where.
TEST(ModelCountsTest, SizesThatFollowFromOpenOnes) {
  const MacCount count = ClosedMacs(R"(<ir_version: 8, opset_import: ["" : 17]>
net (float[batch, 12, 16] x) => (float[rows, heads, tokens, other] y)
    <int64[1] zero = {0}, int64[1] one = {1}, int64[1] two = {2}, int64[1] three = {3},
     int64[1] minus = {-1}, int64[1] heads = {2}, int64[2] flat = {-1, 16}> {
  shape = Shape(x)
  width = Slice(shape, two, three)
  each = Div(width, heads)
  outer = Slice(shape, zero, two)
  whole = Concat<axis = 0>(outer, heads, each)
  unknown = Equal(whole, minus)
  four = Shape(whole)
  ones = ConstantOfShape<value = int64[1] {1}>(four)
  target = Where(unknown, ones, whole)
  split = Reshape(x, target)
  q = Transpose<perm = [0, 2, 1, 3]>(split)
  k = Transpose<perm = [0, 2, 3, 1]>(split)
  rows = ReduceProd<keepdims = 1>(outer)
  table = Concat<axis = 0>(rows, width)
  list = Reshape(x, table)
  turned = Transpose(list)
  gram = MatMul(list, turned)
  y = MatMul(q, k)
})");
  EXPECT_EQ(count.total, 12 * 16 * 12 + 2 * 12 * 8 * 12);
  EXPECT_EQ(count.uncounted, 0);
  EXPECT_FALSE(count.open_sizes);
}

TEST(ModelCountsTest, SizesThatDoNotFitAtOneAreLeftUnknown) {
  const MacCount count = ClosedMacs(R"(<ir_version: 8, opset_import: ["" : 17]>
net (float[batch, 3] x, float[4, 3] w) => (float[n, m] y) <int64[2] shape = {-1, 4}> {
  a = Reshape(x, shape)
  y = MatMul(a, w)
})");
  EXPECT_LE(count.total, 12);
}

}  // namespace
}  // namespace onnxcheck::facts
