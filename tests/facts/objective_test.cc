#include "analyzer/facts/objective.h"

#include "analyzer/facts/loss_values.h"
#include "gtest/gtest.h"
#include "tests/facts/graph_builder.h"

namespace onnxcheck::facts {
namespace {

using ir::Activation;
using ir::LossKind;

template <typename T>
std::optional<ir::Located<T>> Stated(T value, std::string path = "config.yaml") {
  ir::Located<T> located;
  located.value = std::move(value);
  located.location.path = std::move(path);
  return located;
}

ir::Model Classifier(const std::string& activation, std::int64_t classes) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {4, classes}).Weight("b", {classes});
  graph.Node("Gemm", {"x", "w", "b"}, {activation.empty() ? "y" : "logits"});
  if (!activation.empty()) graph.Node(activation, {"logits"}, {"y"});
  return graph.Shape("y", {-1, classes}).Output("y").Model();
}

std::vector<Head> HeadsOf(const ir::Run& run) {
  std::vector<Head> heads;
  for (const ir::Model& model : run.models) {
    for (const Head& head : OutputHeads(ReadTraining(model))) heads.push_back(head);
  }
  return heads;
}

std::vector<Objective> ObjectivesOf(const ir::Run& run, const ir::Config& config) {
  return Objectives(run, config, HeadsOf(run));
}

std::vector<ClassCount> ClassCountsOf(const ir::Run& run, const ir::Config& config) {
  return ClassCounts(run, config, HeadsOf(run), ObjectivesOf(run, config));
}

ir::Series OnePoint(std::string name, ir::Role role, double value) {
  ir::Series series;
  series.name = std::move(name);
  series.role = role;
  series.at = std::make_shared<ir::Positions>(ir::Positions{{1}, {1}, {1}});
  series.value = {value};
  return series;
}

ir::Log LogOf(double loss, double accuracy) {
  ir::Log log;
  log.input.path = "run.log";
  log.segments = {{.first_line = 1, .last_line = 1}};
  log.series = {OnePoint("loss", ir::Role::kTrainLoss, loss),
                OnePoint("accuracy", ir::Role::kTrainAccuracy, accuracy)};
  return log;
}

TEST(ObjectivesTest, JoinsTheConfiguredLossWithTheModelsHead) {
  ir::Run run;
  run.models = {Classifier("Softmax", 10)};
  ir::Config config;
  config.loss = Stated<std::string>("mse");
  const auto objectives = ObjectivesOf(run, config);
  ASSERT_EQ(objectives.size(), 1u);
  EXPECT_EQ(objectives[0].loss.kind, LossKind::kMeanSquaredError);
  EXPECT_EQ(objectives[0].source, LossSource::kConfig);
  EXPECT_EQ(objectives[0].text, "mse");
  EXPECT_EQ(objectives[0].output.activation, Activation::kSoftmax);
  EXPECT_EQ(objectives[0].output.width, 10);
  EXPECT_EQ(objectives[0].output.model, &run.models[0]);
}

TEST(ObjectivesTest, AConfigThatHoldsTheArchitectureIsEnough) {
  ir::Config config;
  config.loss = Stated<std::string>("mse");
  config.output_activation = Stated<std::string>("softmax");
  config.output_units = Stated(10.0);
  const auto objectives = ObjectivesOf({}, config);
  ASSERT_EQ(objectives.size(), 1u);
  EXPECT_EQ(objectives[0].output.activation, Activation::kSoftmax);
  EXPECT_EQ(objectives[0].output.width, 10);
  EXPECT_EQ(objectives[0].output.model, nullptr);
}

TEST(ObjectivesTest, TheTrainedArchitectureOutranksAnExportThatDiffers) {
  ir::Run run;
  run.models = {Classifier("Softmax", 10)};
  ir::Config config;
  config.loss = Stated<std::string>("sparse_categorical_crossentropy");
  config.from_logits = Stated(true);
  config.output_activation = Stated<std::string>("linear");
  config.output_units = Stated(10.0);
  EXPECT_EQ(ObjectivesOf(run, config).at(0).output.activation, Activation::kNone);
}

TEST(ObjectivesTest, IsEmptyWhenTheOutputOrTheLossIsUnclear) {
  ir::Config config;
  config.loss = Stated<std::string>("mse");
  EXPECT_TRUE(ObjectivesOf({}, config).empty());
  ir::Run run;
  run.models = {Classifier("Softmax", 10)};
  EXPECT_TRUE(ObjectivesOf(run, {}).empty());
  run.models[0].graph.outputs.push_back(0);
  EXPECT_TRUE(ObjectivesOf(run, config).empty());
  run.models = {Classifier("Softmax", 10), Classifier("Sigmoid", 10)};
  EXPECT_TRUE(ObjectivesOf(run, config).empty());
  run.models = {Classifier("Softmax", 10), Classifier("Softmax", 10)};
  EXPECT_EQ(ObjectivesOf(run, config).size(), 1u);
  config.loss = Stated<std::string>("my_loss");
  EXPECT_TRUE(ObjectivesOf(run, config).empty());
}

TEST(ObjectivesTest, AmbiguousNamesAreSettledByWhatWroteTheModel) {
  ir::Run run;
  run.models = {Classifier("", 10)};
  ir::Config config;
  config.loss = Stated<std::string>("cross_entropy");
  EXPECT_TRUE(ObjectivesOf(run, config).empty());
  run.models[0].producer_name = "pytorch";
  EXPECT_EQ(ObjectivesOf(run, config).at(0).loss.input, ir::LossInput::kLogits);
}

TEST(ObjectivesTest, ALogAloneCanSpeakForSquaredError) {
  ir::Run run;
  run.models = {Classifier("Softmax", 10)};
  run.logs = {LogOf(0.0902, 0.1378)};
  const auto objectives = ObjectivesOf(run, {});
  ASSERT_EQ(objectives.size(), 1u);
  EXPECT_EQ(objectives[0].loss.kind, LossKind::kMeanSquaredError);
  EXPECT_EQ(objectives[0].source, LossSource::kLog);
  EXPECT_EQ(objectives[0].location.path, "run.log");
}

TEST(ObjectivesTest, AnOrdinaryLogSpeaksForNothing) {
  ir::Run run;
  run.models = {Classifier("Softmax", 10)};
  for (const auto& [loss, accuracy] : std::vector<std::pair<double, double>>{
           {2.3, 0.1},       // cross-entropy at its start
           {0.0902, 0.97},   // cross-entropy of a model that has learnt
           {0.045, 0.15},    // something else: half of the squared error
           {0.32, 0.12}}) {  // binary cross-entropy over ten outputs
    run.logs = {LogOf(loss, accuracy)};
    EXPECT_TRUE(ObjectivesOf(run, {}).empty()) << loss;
  }
}

TEST(ObjectivesTest, WidthIsOnlyThatOfOneRowAnExample) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {10, 3, 1, 1}).Node("Conv", {"x", "w"}, {"y"});
  graph.Shape("y", {-1, 10, 8, 8}).Output("y");
  ir::Run run;
  run.models = {graph.Model()};
  ir::Config config;
  config.loss = Stated<std::string>("CrossEntropyLoss");
  const auto objective = ObjectivesOf(run, config).at(0);
  EXPECT_EQ(objective.output.width, std::nullopt);
  EXPECT_FALSE(objective.output.row_per_example);
}

TEST(ClassCountsTest, EachInputSaysItsOwn) {
  ir::Run run;
  run.models = {Classifier("Softmax", 10)};
  run.logs.resize(1);
  run.logs[0].classes = Stated(12.0, "run.log");
  ir::Config config;
  config.classes = Stated(11.0);
  const auto counts = ClassCountsOf(run, config);
  ASSERT_EQ(counts.size(), 3u);
  EXPECT_EQ(counts[0].count, 10);
  EXPECT_EQ(counts[0].source, ir::Kind::kModel);
  EXPECT_EQ(counts[0].text, "output \"y\" has width 10");
  EXPECT_EQ(counts[1].count, 11);
  EXPECT_EQ(counts[2].source, ir::Kind::kLog);
}

TEST(ClassCountsTest, OneSigmoidStandsForTwoClassesAndRegressionForNone) {
  ir::Run run;
  run.models = {Classifier("Sigmoid", 1)};
  EXPECT_EQ(ClassCountsOf(run, {}).at(0).count, 2);
  run.models = {Classifier("", 3)};
  EXPECT_TRUE(ClassCountsOf(run, {}).empty());
  ir::Config config;
  config.loss = Stated<std::string>("CrossEntropyLoss");
  EXPECT_EQ(ClassCountsOf(run, config).at(0).count, 3);
  config.loss = Stated<std::string>("mse");
  EXPECT_TRUE(ClassCountsOf(run, config).empty());
}

TEST(LossValuesTest, FloorsAreThoseOfTheFormulas) {
  EXPECT_NEAR(DoubleSoftmaxFloor(2), 0.3133, 1e-4);
  EXPECT_NEAR(DoubleSoftmaxFloor(3), 0.5514, 1e-4);
  EXPECT_NEAR(DoubleSoftmaxFloor(10), 1.4612, 1e-4);
}

TEST(LossValuesTest, RangeIsOfFiniteLossesOnly) {
  ir::Run run;
  EXPECT_EQ(LoggedLosses(run), std::nullopt);
  run.logs = {LogOf(0.5, 0.1), LogOf(std::numeric_limits<double>::quiet_NaN(), 0.2)};
  EXPECT_EQ(LoggedLosses(run)->least, 0.5);
  EXPECT_EQ(LoggedLosses(run)->greatest, 0.5);
  run.logs[0].nature = ir::LogNature::kNotes;
  EXPECT_EQ(LoggedLosses(run), std::nullopt);
}

}  // namespace
}  // namespace onnxcheck::facts
