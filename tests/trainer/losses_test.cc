// Losses against their formulas, worked out with plain doubles.
#include "trainer/losses.h"

#include <gtest/gtest.h>

#include <cmath>

#include "trainer/ops/operator.h"

namespace onnxcheck::trainer {
namespace {

constexpr double kClose = 1e-6;
constexpr double kEpsilon = 1e-7;

at::Tensor Matrix(std::vector<float> values, std::int64_t columns) {
  return at::tensor(values).reshape({-1, columns});
}

// Two examples, three classes, labels 2 and 0.
Target Classes() {
  return {Matrix({0, 0, 1, 1, 0, 0}, 3), at::tensor({2, 0}, at::TensorOptions().dtype(at::kLong))};
}

double Loss(ir::LossKind kind, ir::LossInput input, ir::Framework framework,
            const at::Tensor& output, const Target& target) {
  ir::TrainingSetup setup;
  setup.loss = kind;
  setup.loss_input = input;
  setup.framework = framework;
  return ComputeLoss(setup, output, target).item<double>();
}

using enum ir::LossInput;
using ir::Framework::kKeras;
using ir::Framework::kTorch;
using ir::LossKind::kBinaryCrossEntropy;
using ir::LossKind::kCategoricalCrossEntropy;
using ir::LossKind::kHinge;
using ir::LossKind::kHuber;
using ir::LossKind::kKlDivergence;
using ir::LossKind::kMeanAbsoluteError;
using ir::LossKind::kMeanSquaredError;
using ir::LossKind::kNegativeLogLikelihood;
using ir::LossKind::kPoisson;

TEST(Losses, KerasCategoricalRenormalisesProbabilities) {
  const at::Tensor output = Matrix({0.2F, 0.2F, 0.4F, 0.5F, 0.25F, 0.25F}, 3);
  const double expected = -(std::log(0.4 / 0.8) + std::log(0.5 / 1.0)) / 2;
  EXPECT_NEAR(Loss(kCategoricalCrossEntropy, kProbabilities, kKeras, output, Classes()), expected,
              kClose);
}

TEST(Losses, KerasCategoricalClipsProbabilities) {
  const at::Tensor output = Matrix({1, 0, 0, 1, 0, 0}, 3);
  const double expected = -(std::log(kEpsilon) + std::log(1 - kEpsilon)) / 2;
  EXPECT_NEAR(Loss(kCategoricalCrossEntropy, kProbabilities, kKeras, output, Classes()), expected,
              1e-4);  // 1 - 1e-7 in single precision
}

TEST(Losses, CategoricalOnLogitsIsLogSoftmaxAndNll) {
  const at::Tensor output = Matrix({1, 2, 3, -1, 0, 4}, 3);
  const double first = std::log(std::exp(1) + std::exp(2) + std::exp(3)) - 3;
  const double second = std::log(std::exp(-1) + std::exp(0) + std::exp(4)) + 1;
  for (const ir::Framework framework : {kKeras, kTorch}) {
    EXPECT_NEAR(Loss(kCategoricalCrossEntropy, kLogits, framework, output, Classes()),
                (first + second) / 2, kClose);
  }
}

// A softmax below the loss's own softmax: no lower than ln(e + C - 1) - 1.
TEST(Losses, DoubleSoftmaxHasItsFloor) {
  const at::Tensor output = Matrix({0, 0, 1, 1, 0, 0}, 3);
  EXPECT_NEAR(Loss(kCategoricalCrossEntropy, kLogits, kTorch, output, Classes()),
              std::log(std::exp(1) + 2) - 1, kClose);
}

TEST(Losses, NllTakesTheOutputAsItStands) {
  const at::Tensor output = Matrix({-1, -2, -3, -0.5F, 0, 0}, 3);
  EXPECT_NEAR(Loss(kNegativeLogLikelihood, kLogProbabilities, kTorch, output, Classes()),
              (3 + 0.5) / 2, kClose);
}

TEST(Losses, KerasBinaryClips) {
  const Target target{Matrix({1, 0, 1}, 1), {}};
  const at::Tensor output = Matrix({0.9F, 0.2F, 0}, 1);
  const double expected = -(std::log(0.9) + std::log(0.8) + std::log(kEpsilon)) / 3;
  EXPECT_NEAR(Loss(kBinaryCrossEntropy, kProbabilities, kKeras, output, target), expected, 1e-5);
}

TEST(Losses, TorchBinaryClampsItsLogarithms) {
  const Target target{Matrix({1, 0, 1}, 1), {}};
  const at::Tensor output = Matrix({0.9F, 0.2F, 0}, 1);
  const double expected = (-std::log(0.9) - std::log(0.8) + 100) / 3;
  EXPECT_NEAR(Loss(kBinaryCrossEntropy, kProbabilities, kTorch, output, target), expected, 1e-5);
  EXPECT_NEAR(Loss(kBinaryCrossEntropy, kProbabilities, kTorch, output, target),
              at::binary_cross_entropy(output, target.values).item<double>(), 1e-5);
}

// PyTorch refuses such a value; here the loss is not a number.
TEST(Losses, TorchBinaryOutsideItsRangeIsNotANumber) {
  const Target target{Matrix({1}, 1), {}};
  EXPECT_TRUE(
      std::isnan(Loss(kBinaryCrossEntropy, kProbabilities, kTorch, Matrix({-0.5F}, 1), target)));
}

TEST(Losses, BinaryOnLogits) {
  const Target target{Matrix({1, 0}, 1), {}};
  const at::Tensor output = Matrix({2, -3}, 1);
  const double expected = (std::log1p(std::exp(-2)) + std::log1p(std::exp(-3))) / 2;
  for (const ir::Framework framework : {kKeras, kTorch}) {
    EXPECT_NEAR(Loss(kBinaryCrossEntropy, kLogits, framework, output, target), expected, kClose);
  }
}

TEST(Losses, MeansOverEveryElement) {
  const Target target{Matrix({1, 0, 0, 2}, 2), {}};
  const at::Tensor output = Matrix({0, 0, 3, 2}, 2);
  EXPECT_NEAR(Loss(kMeanSquaredError, kValues, kKeras, output, target), (1 + 9) / 4.0, kClose);
  EXPECT_NEAR(Loss(kMeanAbsoluteError, kValues, kKeras, output, target), (1 + 3) / 4.0, kClose);
  // delta 1: d^2 / 2 up to it, d - 1/2 beyond.
  EXPECT_NEAR(Loss(kHuber, kValues, kKeras, output, target), (0.5 + 2.5) / 4.0, kClose);
}

TEST(Losses, KlDivergenceOfEachFramework) {
  const Target target{Matrix({0.5F, 0.5F, 1, 0}, 2), {}};
  const at::Tensor p = Matrix({0.25F, 0.75F, 0.5F, 0.5F}, 2);
  const double rows = 0.5 * std::log(0.5 / 0.25) + 0.5 * std::log(0.5 / 0.75) + std::log(2.0);
  EXPECT_NEAR(Loss(kKlDivergence, kProbabilities, kKeras, p, target), rows / 2, 1e-5);
  EXPECT_NEAR(Loss(kKlDivergence, kLogProbabilities, kTorch, p.log(), target), rows / 4, kClose);
}

TEST(Losses, PoissonAndHinge) {
  const Target target{Matrix({2, 0}, 1), {}};
  const at::Tensor output = Matrix({3, 0.5F}, 1);
  const double rates = (3 - 2 * std::log(3 + kEpsilon) + 0.5) / 2;
  EXPECT_NEAR(Loss(kPoisson, kValues, kKeras, output, target), rates, kClose);
  EXPECT_NEAR(Loss(kPoisson, kValues, kTorch, output.log(), target),
              (3 - 2 * std::log(3.0) + 0.5) / 2, kClose);
  const Target labels{Matrix({1, 0}, 1), {}};
  EXPECT_NEAR(Loss(kHinge, kValues, kKeras, Matrix({0.25F, 0.5F}, 1), labels), (0.75 + 1.5) / 2,
              kClose);
}

TEST(Losses, GradientOfMseOnSoftmaxVanishesWhenSureAndWrong) {
  at::Tensor logits = Matrix({20, 0, 0}, 3).requires_grad_(true);
  const Target target{Matrix({0, 1, 0}, 3), at::tensor({1}, at::TensorOptions().dtype(at::kLong))};
  ir::TrainingSetup setup;
  setup.loss = kMeanSquaredError;
  ComputeLoss(setup, at::softmax(logits, -1), target).backward();
  EXPECT_LT(logits.grad().abs().max().item<double>(), 1e-7);
}

TEST(Losses, WithoutClassesACategoricalLossIsRefused) {
  const Target target{Matrix({1, 0}, 2), {}};
  EXPECT_THROW(Loss(kNegativeLogLikelihood, kLogProbabilities, kTorch, Matrix({0, 0}, 2), target),
               Unsupported);
  EXPECT_THROW(Loss(ir::LossKind::kUnknown, kValues, kTorch, Matrix({0, 0}, 2), target),
               Unsupported);
}

}  // namespace
}  // namespace onnxcheck::trainer
