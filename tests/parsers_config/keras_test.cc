#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/parsers_config/support.h"

namespace onnxcheck::parsers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Dense(const std::string& name, int units, const std::string& activation,
                  bool trainable = true) {
  return R"({"module": "keras.layers", "class_name": "Dense", "config": {"name": ")" + name +
         R"(", "trainable": )" + (trainable ? "true" : "false") + R"(, "units": )" +
         std::to_string(units) + R"(, "activation": ")" + activation +
         R"(", "dtype": {"class_name": "DTypePolicy", "config": {"name": "float32"}}},
            "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__",
              "config": {"shape": [null, 4], "keras_history": ["before", 0, 0]}}]}]})";
}

std::string Sequential(const std::string& layers, const std::string& compile) {
  return R"({"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [)" +
         layers + R"(]}, "compile_config": )" + compile + "}";
}

ir::Config Archive(const std::string& config) {
  return Parse(Format::kKerasArchive, Zip({{"metadata.json", R"({"keras_version": "3.5.0"})"},
                                           {"config.json", config},
                                           {"model.weights.h5", std::string(1000, 'w')}}));
}

// Weights are the last and by far the largest member: a copy that broke off has the texts.
TEST(Keras, AnArchiveThatWasCutOffIsReadAsFarAsItGoes) {
  const std::string config =
      Sequential(Dense("a", 8, "relu") + "," + Dense("b", 3, "softmax"),
                 R"({"optimizer": {"class_name": "Adam", "config": {"learning_rate": 0.25}}})");
  const std::string bytes = Zip({{"metadata.json", R"({"keras_version": "3.5.0"})"},
                                 {"config.json", config},
                                 {"model.weights.h5", std::string(1000, 'w')}});
  const ir::Config cut =
      Parse(Format::kKerasArchive, bytes.substr(0, bytes.rfind("PK\x03\x04") + 40));
  EXPECT_THAT(Problems(cut), ElementsAre(ir::ProblemKind::kTruncated));
  EXPECT_EQ(cut.framework->location.logical, "metadata.json:keras_version");
  EXPECT_EQ(cut.learning_rate->value, 0.25);
  EXPECT_EQ(cut.output_units->value, 3);

  // Inside of its configuration: nobody knows the layers that are missing.
  bool some = false;
  for (std::size_t size = bytes.find("config.json"); size < bytes.size(); ++size) {
    const ir::Config part = Parse(Format::kKerasArchive, bytes.substr(0, size));
    EXPECT_THAT(Problems(part), ElementsAre(ir::ProblemKind::kTruncated)) << size;
    EXPECT_TRUE(!part.output_units || part.output_units->value == 3) << size;
    EXPECT_FALSE(part.all_frozen.has_value()) << size;
    some = some || (At(part, "config.layers[0].config.units").text == "8" &&
                    !part.output_units.has_value());
  }
  EXPECT_TRUE(some);
}

TEST(Keras, CompileConfig) {
  const ir::Config config =
      Archive(Sequential(Dense("a", 8, "relu") + "," + Dense("b", 3, "softmax"),
                         R"({"optimizer": {"module": "keras.optimizers", "class_name": "Adam",
                        "config": {"name": "adam", "learning_rate": 0.25}},
          "loss": {"class_name": "CategoricalCrossentropy", "config": {"from_logits": true}},
          "metrics": ["accuracy", {"class_name": "AUC", "config": {"name": "auc"}}]})"));
  EXPECT_THAT(config.input.problems, IsEmpty());
  EXPECT_EQ(config.input.format, "keras-archive");
  EXPECT_EQ(config.framework->value, "keras");
  EXPECT_EQ(config.framework->location.logical, "metadata.json:keras_version");
  EXPECT_EQ(config.loss->value, "CategoricalCrossentropy");
  EXPECT_EQ(config.loss->location.logical, "config.json:compile_config.loss");
  EXPECT_EQ(config.loss->location.line, 0u);
  EXPECT_TRUE(config.from_logits->value);
  EXPECT_EQ(config.optimizer->value, "adam");
  EXPECT_EQ(config.learning_rate->value, 0.25);
  ASSERT_EQ(config.metrics.size(), 2u);
  EXPECT_EQ(config.metrics[1].value, "AUC");
  EXPECT_EQ(config.output_activation->value, "softmax");
  EXPECT_EQ(config.output_units->value, 3);
  EXPECT_EQ(config.output_units->location.logical, "config.json:config.layers[1].config.units");
  EXPECT_EQ(config.precision->value, "float32");
  EXPECT_FALSE(config.all_frozen.has_value());
  EXPECT_THAT(config.frozen, IsEmpty());
  EXPECT_EQ(At(config, "compile_config.optimizer.config.learning_rate").location.logical,
            "config.json:compile_config.optimizer.config.learning_rate");
}

TEST(Keras, LossNamesSchedulesAndLists) {
  const ir::Config config = Archive(
      Sequential(Dense("a", 1, "linear"),
                 R"({"optimizer": {"class_name": "SGD", "config": {"momentum": 0.9, "learning_rate":
            {"class_name": "ExponentialDecay", "config": {"initial_learning_rate": 0.5}}}},
          "loss": ["mse"], "metrics": [["mae"]]})"));
  EXPECT_EQ(config.loss->value, "mse");
  EXPECT_EQ(config.loss->location.logical, "config.json:compile_config.loss[0]");
  EXPECT_FALSE(config.from_logits.has_value());
  EXPECT_EQ(config.schedule->value, "ExponentialDecay");
  EXPECT_EQ(config.learning_rate->value, 0.5);
  EXPECT_EQ(config.momentum->value, 0.9);
  EXPECT_EQ(config.metrics[0].value, "mae");

  const ir::Config two =
      Archive(Sequential(Dense("a", 1, "linear"), R"({"loss": {"x": "mse", "y": "mae"}})"));
  EXPECT_FALSE(two.loss.has_value());
  const ir::Config function = Archive(Sequential(
      Dense("a", 1, "linear"),
      R"({"loss": {"module": "builtins", "class_name": "function", "config": "my_loss"}})"));
  EXPECT_EQ(function.loss->value, "my_loss");
}

TEST(Keras, FrozenLayers) {
  const std::string dropout = R"({"class_name": "Dropout", "config": {"name": "d", "rate": 0.5}})";
  const ir::Config all = Archive(Sequential(
      Dense("a", 8, "relu", false) + "," + dropout + "," + Dense("b", 2, "softmax", false), "{}"));
  EXPECT_TRUE(all.all_frozen->value);
  EXPECT_EQ(all.frozen.size(), 2u);
  const ir::Config some =
      Archive(Sequential(Dense("a", 8, "relu", false) + "," + Dense("b", 2, "softmax"), "{}"));
  EXPECT_FALSE(some.all_frozen.has_value());
  ASSERT_EQ(some.frozen.size(), 1u);
  EXPECT_EQ(some.frozen[0].value, "a");
  EXPECT_FALSE(Archive(Sequential(dropout, "{}")).all_frozen.has_value());
}

TEST(Keras, ActivationAfterTheLastWeights) {
  const std::string softmax =
      R"({"class_name": "Activation", "config": {"name": "s", "activation": "softmax"},
          "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__",
            "config": {"keras_history": ["logits", 0, 0]}}]}]})";
  const ir::Config sequential =
      Archive(Sequential(Dense("logits", 7, "linear") + "," + softmax, "{}"));
  EXPECT_EQ(sequential.output_activation->value, "softmax");
  EXPECT_EQ(sequential.output_units->value, 7);

  const std::string layers = softmax + "," + Dense("logits", 7, "linear");
  const auto functional = [&layers](const std::string& outputs) {
    return Archive(R"({"class_name": "Functional", "config": {"layers": [)" + layers +
                   R"(], "output_layers": )" + outputs + "}}");
  };
  for (const char* outputs : {R"(["s", 0, 0])", R"([["s", 0, 0]])"}) {
    EXPECT_EQ(functional(outputs).output_activation->value, "softmax") << outputs;
    EXPECT_EQ(functional(outputs).output_units->value, 7) << outputs;
  }
  EXPECT_FALSE(functional(R"([["s", 0, 0], ["logits", 0, 0]])").output_activation.has_value());
}

TEST(Keras, ModelToJsonIsReadToo) {
  const ir::Config config = Json(Sequential(Dense("a", 4, "sigmoid"), "null"));
  EXPECT_EQ(config.framework->value, "keras");
  EXPECT_EQ(config.output_activation->value, "sigmoid");
  EXPECT_EQ(config.output_activation->location.line, 1u);
  EXPECT_TRUE(IsTrainingConfig(config));
}

TEST(Keras, OtherArchives) {
  const ir::Config config = Parse(Format::kZip, Zip({{"data.pkl", "x"}}));
  ASSERT_THAT(Problems(config), ElementsAre(ir::ProblemKind::kMalformedConfig));
  EXPECT_THAT(config.input.problems[0].message, HasSubstr("config.json"));
}

TEST(Keras, BrokenJsonInside) {
  const ir::Config config = Archive("{\"class_name\": \"Sequential\",\n \"config\": }");
  ASSERT_THAT(Problems(config), ElementsAre(ir::ProblemKind::kMalformedConfig));
  EXPECT_EQ(config.input.problems[0].location.logical, "config.json");
  EXPECT_THAT(config.input.problems[0].message, HasSubstr("config.json:2:"));
  EXPECT_EQ(At(config, "class_name").value, ir::Scalar("Sequential"));
}

}  // namespace
}  // namespace onnxcheck::parsers
