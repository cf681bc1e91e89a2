#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/regression.h"
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

void Check(const facts::Facts& facts, Sink& sink) {
  const auto& labels = facts.config().labels;
  if (labels && labels->value != ir::LabelEncoding::kContinuous) return;
  for (const facts::Objective& objective : facts.objectives()) {
    if (objective.source != facts::LossSource::kConfig ||
        !facts::IsRegressionLoss(objective.loss.kind) || !IsNumber(objective.output.activation)) {
      continue;
    }
    for (const auto& metric : facts.config().metrics) {
      if (!CountsHits(metric.value)) continue;
      Finding& finding = sink.Report(
          metric.location, facts::Cat(metric.value, " is measured on a regression: the loss is ",
                                      facts::LossName(objective.loss.kind)));
      finding.label = "counts exact hits";
      finding.related = {{objective.location, "the loss"},
                         {objective.output.location, facts::DescribeOutput(objective.output)}};
      finding.help = "measure a distance (mae, root mean squared error) or R squared instead";
      finding.evidence = {{"loss", objective.text}, {"metric", metric.value}};
      finding.confidence = Confidence::kMedium;
      return;
    }
  }
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
