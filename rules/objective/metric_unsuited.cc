#include <string_view>
#include <utility>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/regression.h"
#include "analyzer/facts/script/training.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

bool CountsHits(std::string_view metric) {
  for (const std::string_view name :
       {"accuracy", "acc", "Accuracy", "binary_accuracy", "BinaryAccuracy", "categorical_accuracy",
        "CategoricalAccuracy", "sparse_categorical_accuracy", "SparseCategoricalAccuracy"}) {
    if (metric == name) return true;
  }
  return false;
}

// Outputs that are no probabilities of classes. What a softmax or a sigmoid ends may well be
// measured by accuracy: there it is the loss that other rules look at.
bool IsNumber(ir::Activation activation) {
  return activation == ir::Activation::kNone || activation == ir::Activation::kRelu ||
         activation == ir::Activation::kTanh;
}

void Report(const ir::Located<std::string>& metric, const ir::Located<std::string>& loss,
            ir::LossKind kind, Related output, Sink& sink) {
  Finding& finding =
      sink.Report(metric.location, facts::Cat(metric.value, " is measured on a regression: the ",
                                              "loss is ", facts::LossName(kind)));
  finding.label = "counts exact hits";
  finding.related = {{loss.location, "the loss"}, std::move(output)};
  finding.help = "measure a distance (mae, root mean squared error) or R squared instead";
  finding.evidence = {{"loss", loss.value}, {"metric", metric.value}};
  finding.confidence = Confidence::kMedium;
}

void CheckObjectives(const facts::Facts& facts, Sink& sink) {
  const auto& labels = facts.config().labels;
  if (labels && labels->value != ir::LabelEncoding::kContinuous) return;
  for (const facts::Objective& objective : facts.objectives()) {
    if (objective.source != facts::LossSource::kConfig ||
        !facts::IsRegressionLoss(objective.loss.kind) || !IsNumber(objective.output.activation)) {
      continue;
    }
    for (const auto& metric : facts.config().metrics) {
      if (!CountsHits(metric.value)) continue;
      Report(metric, {objective.text, objective.location}, objective.loss.kind,
             {objective.output.location, facts::DescribeOutput(objective.output)}, sink);
      return;
    }
  }
}

// The trainings of a script that sets up several; a single one is a configuration.
void CheckTrainings(const facts::Facts& facts, const ir::Script& script, Sink& sink) {
  if (facts.config().loss && facts.config().output_activation) return;
  for (const facts::ScriptTraining& training : facts::TrainingsOf(script)) {
    if (!training.keras || !training.loss || !training.output) continue;
    const auto loss = facts::ResolveLoss(training.loss->value, std::nullopt, ir::Framework::kKeras);
    const auto& activation = training.output->activation;
    if (!loss || !facts::IsRegressionLoss(loss->kind) ||
        (activation.value != "linear" && activation.value != "relu" &&
         activation.value != "tanh")) {
      continue;
    }
    const auto* metrics = facts::FindArgument(script.steps[training.step], "metrics", 2);
    if (metrics == nullptr) continue;
    for (const ir::script::ValueId item : script.values[metrics->value].items) {
      const std::optional<std::string> name = facts::TextOf(script, item);
      if (!name || !CountsHits(*name)) continue;
      Report({*name, facts::PlaceOfValue(script, item)}, *training.loss, loss->kind,
             {activation.location,
              std::string(activation.value == "linear" ? "the output has no activation"
                                                       : "the output's activation")},
             sink);
      break;
    }
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  CheckObjectives(facts, sink);
  for (const ir::Script& script : facts.run().scripts) CheckTrainings(facts, script, sink);
}

}  // namespace

extern const Rule kMetricUnsuited;
const Rule kMetricUnsuited = {
    .id = "A014",
    .name = "metric-unsuited",
    .family = Family::kObjective,
    .severity = Severity::kWarning,
    .needs_any = kConfig | kScript,
    .documentation =
        {.summary = "Accuracy is measured on a regression.",
         .what = "Reports accuracy among the metrics where the loss is a mean squared or absolute "
                 "error or Huber's, and the output has no activation, ReLU or tanh. Silent on "
                 "softmax and sigmoid, whose outputs may be classes, and where the labels are "
                 "stated to be classes.",
         .why = "Accuracy counts predictions that equal the target; of real numbers hardly one "
                "does. It stays near zero, or counts rounding, and says nothing of the model.",
         .bad = R"(```python train.py
import keras


def train(x, y):
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
    model.fit(x, y, epochs=10)
```)",
         .good = R"(```python train.py
import keras


def train(x, y):
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    model.fit(x, y, epochs=10)
```)",
         .references = "Keras documentation, Accuracy: how often predictions equal labels."},
    .check = Check,
};

}  // namespace onnxcheck::rules
