// Layers of realistic size, drawn from the frameworks' laws and then trained a little.
#include "analyzer/facts/initializers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "onnx/onnx_pb.h"
#include "parsers/model/onnx.h"
#include "parsers/model/weights.h"
#include "tests/support/onnx_text.h"

namespace onnxcheck::tests {
namespace {

using Draw = std::function<double(std::mt19937*)>;

Draw Uniform(double bound) {
  return [bound](std::mt19937* g) {
    return std::uniform_real_distribution<double>(-bound, bound)(*g);
  };
}

Draw Normal(double deviation) {
  return
      [deviation](std::mt19937* g) { return std::normal_distribution<double>(0, deviation)(*g); };
}

Draw Truncated(double deviation) {
  return [deviation](std::mt19937* g) {
    for (;;) {
      const double z = std::normal_distribution<double>(0, 1)(*g);
      if (std::abs(z) < 2) return z * deviation / 0.87962566103423978;
    }
  };
}

Draw After(const Draw& draw, double step) {
  return [=](std::mt19937* g) {
    return draw(g) + (std::uniform_int_distribution<int>(0, 1)(*g) != 0 ? step : -step);
  };
}

// A dense layer of rows x columns with such elements, read from a file's bytes.
std::optional<facts::LawMatch> MatchDense(std::int64_t rows, std::int64_t columns, const Draw& draw,
                                          unsigned seed = 1) {
  onnxcheck_onnx::ModelProto proto;
  EXPECT_TRUE(proto.ParseFromString(OnnxFromText(R"(<ir_version: 8, opset_import: ["" : 17]>
net (float[N, K] x) => (float[N, M] y) { y = MatMul(x, w) })")));
  auto* tensor = proto.mutable_graph()->add_initializer();
  tensor->set_name("w");
  tensor->set_data_type(onnxcheck_onnx::TensorProto::FLOAT);
  tensor->add_dims(rows);
  tensor->add_dims(columns);
  std::mt19937 generator(seed);
  std::vector<float> values(static_cast<std::size_t>(rows * columns));
  for (float& value : values) value = static_cast<float>(draw(&generator));
  tensor->set_raw_data(values.data(), values.size() * sizeof(float));
  const auto source = parsers::Source::FromBytes("m.onnx", proto.SerializeAsString());
  ir::Model model = parsers::ParseOnnx(*source);
  parsers::ReadWeights(*source, {}, &model);
  const std::vector<facts::Layer> layers = facts::Layers(model);
  const auto weights = facts::MeasuredWeights(layers);
  EXPECT_EQ(weights.size(), 1u);
  auto match = facts::MatchLaw(weights.at(0));
  return match;
}

constexpr std::int64_t kIn = 256;
constexpr std::int64_t kOut = 384;

struct Case {
  const char* name;
  Draw draw;
  facts::LawShape shape;
};

std::vector<Case> Cases() {
  const double in = kIn;
  const double out = kOut;
  using enum facts::LawShape;
  return {{"torch linear", Uniform(1 / std::sqrt(in)), kUniform},
          {"glorot uniform", Uniform(std::sqrt(6 / (in + out))), kUniform},
          {"he uniform", Uniform(std::sqrt(6 / in)), kUniform},
          {"lecun uniform", Uniform(std::sqrt(3 / in)), kUniform},
          {"he normal, fan in", Normal(std::sqrt(2 / in)), kNormal},
          {"he normal, fan out", Normal(std::sqrt(2 / out)), kNormal},
          {"transformers", Normal(0.02), kNormal},
          {"keras he normal", Truncated(std::sqrt(2 / in)), kTruncated},
          {"keras glorot normal", Truncated(std::sqrt(2 / (in + out))), kTruncated}};
}

TEST(Initializers, FreshLayersLieOnTheirLaw) {
  for (const Case& it : Cases()) {
    for (unsigned seed = 1; seed <= 5; ++seed) {
      const auto match = MatchDense(kIn, kOut, it.draw, seed);
      ASSERT_TRUE(match.has_value()) << it.name << " " << seed;
      EXPECT_EQ(match->law.shape, it.shape) << it.name;
      EXPECT_LT(match->distance, 5) << it.name;
    }
  }
}

// Adam's first steps move each weight by about the learning rate; ten at 1e-3.
TEST(Initializers, AFewStepsOfTrainingLeaveTheLawsWithABound) {
  for (const Case& it : Cases()) {
    if (it.shape == facts::LawShape::kNormal) continue;
    EXPECT_FALSE(MatchDense(kIn, kOut, After(it.draw, 1e-3)).has_value()) << it.name;
    EXPECT_FALSE(MatchDense(kIn, kOut, After(it.draw, 1e-2)).has_value()) << it.name;
  }
}

TEST(Initializers, TrainedLayersLieOnNoLaw) {
  // As trained layers are: heavier tails, or another width.
  std::student_t_distribution<double> heavy(5);
  EXPECT_FALSE(
      MatchDense(kIn, kOut, [&](std::mt19937* g) { return 0.03 * heavy(*g); }).has_value());
  EXPECT_FALSE(MatchDense(kIn, kOut, Normal(0.035)).has_value());
  EXPECT_FALSE(MatchDense(kIn, kOut, Uniform(0.9 / std::sqrt(kIn))).has_value());
  EXPECT_FALSE(MatchDense(kIn, kOut, Uniform(1.1 / std::sqrt(kIn))).has_value());
  // A mean that has moved.
  const Draw shifted = [](std::mt19937* g) { return Normal(0.02)(g) + 0.002; };
  EXPECT_FALSE(MatchDense(kIn, kOut, shifted).has_value());
}

TEST(Initializers, NothingIsSaidOfAFewNumbers) {
  EXPECT_FALSE(MatchDense(7, 9, Uniform(1 / std::sqrt(7.0))).has_value());
}

}  // namespace
}  // namespace onnxcheck::tests
