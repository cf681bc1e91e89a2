#include "analyzer/facts/losses.h"

#include <initializer_list>

#include "gtest/gtest.h"

namespace onnxcheck::facts {
namespace {

using ir::Framework;
using ir::LabelEncoding;
using ir::LossInput;
using ir::LossKind;

std::optional<Loss> Resolve(std::string_view name, Framework framework = Framework::kUnknown) {
  return ResolveLoss(name, std::nullopt, framework);
}

TEST(ResolveLossTest, KnowsEverySpellingOfTheSameLoss) {
  for (const std::string_view name :
       {"mse", "MSE", "mean_squared_error", "MeanSquaredError", "tf.keras.losses.MeanSquaredError",
        "keras.losses.mse", "MSELoss", "nn.MSELoss()", "torch.nn.MSELoss", "F.mse_loss"}) {
    const auto loss = Resolve(name);
    ASSERT_TRUE(loss) << name;
    EXPECT_EQ(loss->kind, LossKind::kMeanSquaredError) << name;
    EXPECT_EQ(loss->input, LossInput::kValues) << name;
    EXPECT_TRUE(loss->non_negative) << name;
  }
}

TEST(ResolveLossTest, KerasCrossEntropiesTakeProbabilitiesUnlessToldOtherwise) {
  for (const std::string_view name :
       {"categorical_crossentropy", "CategoricalCrossentropy", "sparse_categorical_crossentropy",
        "tf.keras.losses.SparseCategoricalCrossentropy", "binary_crossentropy"}) {
    EXPECT_EQ(Resolve(name)->input, LossInput::kProbabilities) << name;
    EXPECT_EQ(ResolveLoss(name, false, Framework::kKeras)->input, LossInput::kProbabilities);
    EXPECT_EQ(ResolveLoss(name, true, Framework::kKeras)->input, LossInput::kLogits) << name;
    EXPECT_EQ(Resolve(name)->framework, Framework::kKeras) << name;
  }
  EXPECT_EQ(Resolve("categorical_crossentropy")->labels, LabelEncoding::kOneHot);
  EXPECT_EQ(Resolve("sparse_categorical_crossentropy")->labels, LabelEncoding::kInteger);
}

TEST(ResolveLossTest, TorchLossesAsDocumented) {
  const auto cross_entropy = Resolve("CrossEntropyLoss");
  EXPECT_EQ(cross_entropy->input, LossInput::kLogits);
  EXPECT_EQ(cross_entropy->labels, std::nullopt);
  EXPECT_EQ(cross_entropy->framework, Framework::kTorch);
  EXPECT_EQ(Resolve("nn.NLLLoss")->input, LossInput::kLogProbabilities);
  EXPECT_EQ(Resolve("BCELoss")->input, LossInput::kProbabilities);
  EXPECT_EQ(Resolve("nn.BCEWithLogitsLoss")->input, LossInput::kLogits);
  EXPECT_EQ(Resolve("F.binary_cross_entropy_with_logits")->input, LossInput::kLogits);
  EXPECT_EQ(Resolve("F.binary_cross_entropy")->input, LossInput::kProbabilities);
  EXPECT_EQ(Resolve("torch.nn.functional.kl_div")->input, LossInput::kLogProbabilities);
  EXPECT_EQ(Resolve("F.cross_entropy")->kind, LossKind::kCategoricalCrossEntropy);
  EXPECT_EQ(Resolve("F.smooth_l1_loss")->kind, LossKind::kHuber);
}

TEST(ResolveLossTest, AmbiguousNamesNeedTheFramework) {
  for (const std::string_view name : {"cross_entropy", "crossentropy", "CrossEntropy"}) {
    EXPECT_FALSE(Resolve(name)) << name;
    EXPECT_EQ(Resolve(name, Framework::kTorch)->input, LossInput::kLogits) << name;
    EXPECT_FALSE(Resolve(name, Framework::kKeras)) << name;
    EXPECT_EQ(ResolveLoss(name, true, Framework::kUnknown)->input, LossInput::kLogits) << name;
  }
  EXPECT_FALSE(Resolve("bce"));
  EXPECT_EQ(Resolve("bce", Framework::kKeras)->input, LossInput::kProbabilities);
  EXPECT_FALSE(Resolve("bce", Framework::kTorch));
  EXPECT_FALSE(Resolve("binary_cross_entropy"));
  EXPECT_FALSE(Resolve("nll"));
  EXPECT_EQ(Resolve("binary_cross_entropy", Framework::kTorch)->framework, Framework::kTorch);
}

TEST(ResolveLossTest, IsSilentAboutLossesOfAProject) {
  for (const std::string_view name :
       {"", "focal", "my_loss", "DiceLoss", "losses.my_module.CrossEntropyLoss",
        "models.losses.MSELoss", "custom>mse", "total"}) {
    EXPECT_FALSE(Resolve(name)) << name;
  }
  // Another framework's name, or a switch that the loss does not have.
  EXPECT_FALSE(Resolve("sparse_categorical_crossentropy", Framework::kTorch));
  EXPECT_FALSE(Resolve("CrossEntropyLoss", Framework::kKeras));
  EXPECT_FALSE(ResolveLoss("BCELoss", true, Framework::kTorch));
  EXPECT_FALSE(ResolveLoss("CrossEntropyLoss", false, Framework::kTorch));
}

TEST(ResolveLossTest, ADivergenceOrALikelihoodMayBeNegative) {
  EXPECT_FALSE(Resolve("poisson")->non_negative);
  EXPECT_FALSE(Resolve("cosine_similarity")->non_negative);
  EXPECT_FALSE(Resolve("KLDivLoss")->non_negative);
  EXPECT_FALSE(Resolve("GaussianNLLLoss")->non_negative);
}

TEST(ResolveFrameworkTest, KnowsTheUsualNames) {
  EXPECT_EQ(ResolveFramework("Keras"), Framework::kKeras);
  EXPECT_EQ(ResolveFramework("tensorflow"), Framework::kKeras);
  EXPECT_EQ(ResolveFramework("PyTorch"), Framework::kTorch);
  EXPECT_EQ(ResolveFramework("jax"), Framework::kUnknown);
}

TEST(NamesTest, EveryLossAndActivationHasWords) {
  EXPECT_EQ(LossName(LossKind::kCategoricalCrossEntropy), "categorical cross-entropy");
  EXPECT_EQ(ActivationName(ir::Activation::kSoftmax), "Softmax");
}

}  // namespace
}  // namespace onnxcheck::facts
