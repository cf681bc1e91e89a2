#include "analyzer/engine/rule.h"
#include "analyzer/facts/regression.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::Objective& objective : facts.objectives()) {
    const facts::Output& output = objective.output;
    // Images may well be between 0 and 1, and counts per pixel at least 0.
    if (objective.source != facts::LossSource::kConfig || !output.row_per_example ||
        !output.width || !facts::IsRegressionLoss(objective.loss.kind) ||
        output.activation != ir::Activation::kRelu) {
      continue;
    }
    Finding& finding = sink.Report(
        output.location, facts::Cat("the output of a regression passes through ReLU: it cannot be "
                                    "negative, and has no gradient where it is 0"));
    finding.label = "cut off at 0";
    finding.related = {{objective.location, std::string(facts::LossName(objective.loss.kind))}};
    finding.help =
        "leave the last layer without an activation; if targets are never negative, softplus or "
        "their logarithm keeps a gradient";
    finding.evidence = {{"loss", objective.text}};
    finding.confidence = Confidence::kLow;
  }
}

}  // namespace

extern const Rule kBoundedOutputForRegression;
const Rule kBoundedOutputForRegression = {
    .id = "A009",
    .name = "bounded-output-for-regression",
    .family = Family::kObjective,
    .severity = Severity::kWarning,
    .needs_any = kConfig | kScript,
    .documentation =
        {.summary = "The output of a regression is cut off by a ReLU.",
         .what = "Reports a mean squared or absolute error, or Huber's loss, on an output that "
                 "ends in ReLU and has a row for each example. Sigmoid and tanh bound an output as "
                 "well, but fit targets that were scaled to their range, which is not known here: "
                 "they are passed over.",
         .why = "Where the input of the last ReLU is negative, the output is 0 and no gradient "
                "flows. A model that starts there for all examples never learns, and one that "
                "does learn cannot predict a negative number.",
         .bad = R"(```python train.py
import keras


def train(x, y):
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, activation="relu")])
    model.add(keras.layers.Dense(1, activation="relu"))
    model.compile(optimizer="adam", loss="mse")
    model.fit(x, y, epochs=10)
```)",
         .good = R"(```python train.py
import keras


def train(x, y):
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, activation="relu")])
    model.add(keras.layers.Dense(1))
    model.compile(optimizer="adam", loss="mse")
    model.fit(x, y, epochs=10)
```)",
         .references = "Lu, Shin, Su and Karniadakis, Dying ReLU and Initialization, 2019."},
    .check = Check,
};

}  // namespace onnxcheck::rules
