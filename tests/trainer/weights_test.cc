// Which initializers are trained, and from what they start.
#include "trainer/weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "parsers/model/onnx.h"
#include "parsers/source.h"
#include "tests/support/onnx_text.h"
#include "trainer/program.h"

namespace onnxcheck::trainer {
namespace {

std::map<std::string, Weight> WeightsOf(const std::string& text) {
  const auto source = parsers::Source::FromBytes("net.onnx", tests::OnnxFromText(text));
  const ir::Model model = parsers::ParseOnnx(*source);
  const Program program = BuildProgram(model, source->bytes(), {"y"}, /*trainable=*/true);
  std::map<std::string, Weight> weights;
  for (const Weight& weight : program.weights) {
    weights[model.graph.values[static_cast<std::size_t>(weight.value)].name] = weight;
  }
  return weights;
}

constexpr const char* kHeader = "<ir_version: 8, opset_import: [\"\" : 17]>\n";

TEST(Weights, OfALayerAndItsBias) {
  const auto weights = WeightsOf(std::string(kHeader) + R"(
    net (float[N,2] x) => (float[N,3] y)
    <float[2,3] w = {0,0,0,0,0,0}, float[3] b = {0,0,0}> { m = MatMul(x, w) y = Add(m, b) })");
  ASSERT_EQ(weights.size(), 2U);
  EXPECT_EQ(weights.at("w").law, Law::kLayer);
  EXPECT_EQ(weights.at("w").fan_in, 2);
  EXPECT_EQ(weights.at("w").fan_out, 3);
  EXPECT_EQ(weights.at("b").law, Law::kZero);
}

TEST(Weights, BehindATransposeOrTransB) {
  const auto behind = WeightsOf(std::string(kHeader) + R"(
    net (float[N,2] x) => (float[N,3] y)
    <float[3,2] w = {0,0,0,0,0,0}> { t = Transpose<perm = [1, 0]>(w) y = MatMul(x, t) })");
  ASSERT_EQ(behind.size(), 1U);
  EXPECT_EQ(behind.at("w").fan_in, 2);
  const auto flagged = WeightsOf(std::string(kHeader) + R"(
    net (float[N,2] x) => (float[N,3] y)
    <float[3,2] w = {0,0,0,0,0,0}> { y = Gemm<transB = 1>(x, w) })");
  EXPECT_EQ(flagged.at("w").fan_in, 2);
  EXPECT_EQ(flagged.at("w").fan_out, 3);
}

TEST(Weights, ConstantsAreNone) {
  const auto weights = WeightsOf(std::string(kHeader) + R"(
    net (float[N,2] x) => (float[N,2] y)
    <float[2] mean = {1,2}, float[2] scale = {3,4}, float factor = {2.0},
     float[2,2] w = {0,0,0,0}, int64[2] shape = {-1,2}>
    { c = Sub(x, mean) d = Div(c, scale) e = Mul(d, factor) r = Reshape(e, shape)
      y = MatMul(r, w) })");
  ASSERT_EQ(weights.size(), 1U);
  EXPECT_EQ(weights.begin()->first, "w");
}

TEST(Weights, ConvolutionsCountTheirArea) {
  const auto weights = WeightsOf(std::string(kHeader) + R"(
    net (float[N,1,4,4] x) => (float[N,2,2,2] y)
    <float[2,1,3,3] w = {0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0}, float[2] s = {9,9},
     float[2] b = {9,9}, float[2] m = {0,0}, float[2] v = {1,1}>
    { c = Conv(x, w) y = BatchNormalization(c, s, b, m, v) })");
  ASSERT_EQ(weights.size(), 3U);
  EXPECT_EQ(weights.at("w").fan_in, 9);
  EXPECT_EQ(weights.at("w").fan_out, 18);
  EXPECT_EQ(weights.at("s").law, Law::kOne);
  EXPECT_EQ(weights.at("b").law, Law::kZero);
}

TEST(Weights, StartOnTheLawOfTheirFramework) {
  Weight layer;
  layer.dims = {100, 300};
  layer.fan_in = 100;
  layer.fan_out = 300;
  const std::vector<Weight> weights = {layer};
  const at::Tensor keras = InitialWeights(weights, ir::Framework::kKeras, 1)[0];
  EXPECT_NEAR(keras.abs().max().item<double>(), std::sqrt(6.0 / 400), 1e-4);
  EXPECT_NEAR(keras.mean().item<double>(), 0, 2e-3);
  const at::Tensor torch = InitialWeights(weights, ir::Framework::kTorch, 1)[0];
  EXPECT_NEAR(torch.abs().max().item<double>(), 0.1, 1e-4);
  EXPECT_TRUE(at::equal(torch, InitialWeights(weights, ir::Framework::kTorch, 1)[0]));
  EXPECT_FALSE(at::equal(torch, InitialWeights(weights, ir::Framework::kTorch, 2)[0]));
  EXPECT_TRUE(torch.requires_grad());
}

}  // namespace
}  // namespace onnxcheck::trainer
