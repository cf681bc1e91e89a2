#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/losses.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/script/training.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

struct Mismatch {
  std::string message;
  std::string help;
};

std::optional<Mismatch> Judge(const ScriptTraining& training) {
  std::optional<bool> from_logits;
  if (training.from_logits) from_logits = training.from_logits->value;
  const auto loss = ResolveLoss(training.loss->value, from_logits,
                                training.keras ? ir::Framework::kKeras : ir::Framework::kTorch);
  if (!loss) return std::nullopt;
  const std::string& activation = training.output->activation.value;
  const std::string name(LossName(loss->kind));
  const bool softmax = activation == "softmax";
  const bool sigmoid = activation == "sigmoid";
  const bool cross_entropy = loss->kind == ir::LossKind::kCategoricalCrossEntropy ||
                             loss->kind == ir::LossKind::kBinaryCrossEntropy;
  if (cross_entropy && loss->input == ir::LossInput::kLogits && (softmax || sigmoid)) {
    // Sigmoids into a softmax are another matter, and rarer.
    const bool same = softmax == (loss->kind == ir::LossKind::kCategoricalCrossEntropy);
    if (!same) return std::nullopt;
    return Mismatch{Cat(activation, " is applied twice: by the model and in the ", name),
                    Cat("take the ", activation, " off the model's output")};
  }
  if (cross_entropy && loss->input == ir::LossInput::kProbabilities && activation == "linear") {
    return Mismatch{Cat("the ", name, " takes probabilities, and the output has no activation"),
                    training.keras ? "set from_logits=True, or give the output its activation"
                                   : "use the loss that takes logits"};
  }
  const bool narrow = training.output->units && training.output->units->value == 1;
  if (softmax && narrow) {
    return Mismatch{"a softmax over one unit is always 1",
                    "use a sigmoid, or a unit for each class"};
  }
  return std::nullopt;
}

// A configuration holds one objective, and the A rules judge it; a script may have several.
void Check(const Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    std::vector<ScriptTraining> trainings = TrainingsOf(script);
    if (facts.config().loss && facts.config().output_activation) continue;
    for (const ScriptTraining& training : trainings) {
      if (!training.loss || !training.output) continue;
      const auto mismatch = Judge(training);
      if (!mismatch) continue;
      Finding& finding = sink.Report(training.loss->location, mismatch->message);
      finding.label = "does not fit the output";
      finding.related = {{training.output->activation.location,
                          training.output->activation.value == "linear"
                              ? "the output has no activation"
                              : Cat("the output ends in ", training.output->activation.value)}};
      finding.help = mismatch->help;
    }
  }
}

}  // namespace

extern const Rule kActivationAndLoss;
const Rule kActivationAndLoss = {
    .id = "S019",
    .name = "activation-and-loss",
    .family = Family::kScript,
    .severity = Severity::kError,
    .needs = kScript,
    .documentation =
        {.summary =
             "A script trains one of several models with a loss that does not fit its output.",
         .what = "Where a script sets up one training, its loss and last activation are a "
                 "configuration, and the A rules judge them. This rule judges the others: "
                 "scripts with several compile() calls or differentiated losses, each with the "
                 "output that its own value flow shows. It reports a softmax or sigmoid that is "
                 "applied twice, a cross-entropy on raw outputs, and a softmax over one unit.",
         .why = "The loss then has a floor far above zero, its gradients are wrong or vanish, "
                "or nothing can be learned.",
         .bad = R"(```python train.py
from tensorflow import keras

small = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
small.compile(optimizer="adam", loss="categorical_crossentropy")
large = keras.Sequential([keras.layers.Dense(64), keras.layers.Dense(3, activation="softmax")])
large.compile(optimizer="adam", loss=keras.losses.CategoricalCrossentropy(from_logits=True))
```)",
         .good = R"(```python train.py
from tensorflow import keras

small = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
small.compile(optimizer="adam", loss="categorical_crossentropy")
large = keras.Sequential([keras.layers.Dense(64), keras.layers.Dense(3)])
large.compile(optimizer="adam", loss=keras.losses.CategoricalCrossentropy(from_logits=True))
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
