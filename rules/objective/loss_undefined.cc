#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/trace.h"

namespace onnxcheck::rules {
namespace {

using ir::script::Argument;
using ir::script::Step;

// A model of Keras's own classes: a subclass may compute its loss in train_step.
bool IsPlainModel(const ir::Script& script, ir::script::ValueId model) {
  const Step* made = facts::MadeBy(script, model);
  return made != nullptr && !made->is_method && made->function == ir::script::kNone &&
         facts::RoleOf(script, model) == facts::Role::kKerasModel &&
         (facts::LastPart(made->name) == "Sequential" || facts::LastPart(made->name) == "Model") &&
         facts::ClassOf(script, model) == ir::script::kNone;
}

// Layers, outputs and the model itself may add a loss each.
bool AddsLosses(const ir::Script& script) {
  return std::any_of(script.steps.begin(), script.steps.end(), [](const Step& step) {
    return facts::IsMethod(step, {"add_loss", "add_metric"});
  });
}

bool StatesLoss(const ir::Script& script, const Step& compile) {
  if (facts::HasUnpacked(compile)) return true;
  const Argument* loss = facts::FindArgument(compile, "loss", 1);
  return loss != nullptr && !facts::IsNoneValue(script, loss->value);
}

void CheckScript(const ir::Script& script, Sink& sink) {
  if (script.partial || AddsLosses(script)) return;
  std::size_t looked = 0;
  for (const Step& compile : script.steps) {
    if (!facts::IsMethod(compile, "compile") || StatesLoss(script, compile) ||
        !IsPlainModel(script, compile.receiver)) {
      continue;
    }
    if (++looked > facts::kMostCandidates) return;
    const auto fit = std::find_if(script.steps.begin(), script.steps.end(), [&](const Step& step) {
      return facts::IsMethod(step, "fit") &&
             facts::MayBeSame(script, step.receiver, compile.receiver);
    });
    if (fit == script.steps.end()) continue;
    Finding& finding = sink.Report(facts::PlaceOfStep(script, compile),
                                   "the model is compiled without a loss, and fitted");
    finding.label = "no loss";
    finding.related = {{facts::PlaceOfStep(script, *fit), "fit has nothing to minimise"}};
    finding.help = "give compile a loss that fits the output, say loss=\"mse\" for a regression";
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) CheckScript(script, sink);
}

}  // namespace

extern const Rule kLossUndefined;
const Rule kLossUndefined = {
    .id = "A013",
    .name = "loss-undefined",
    .family = Family::kObjective,
    .severity = Severity::kWarning,
    .needs = kScript,
    .documentation =
        {.summary = "A model is fitted without a loss.",
         .what = "Reports a Keras model, Sequential or functional, that a script compiles without "
                 "a loss, or with loss=None, and then fits. Silent on own subclasses, which may "
                 "compute a loss in train_step, and where add_loss is called.",
         .why = "There is nothing to minimise: Keras 3 raises \"No loss to compute\", and older "
                "versions train nothing and show a loss of 0.",
         .bad = R"(```python train.py
import keras


def train(x, y):
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.compile(optimizer="adam")
    model.fit(x, y, epochs=10)
```)",
         .good = R"(```python train.py
import keras


def train(x, y):
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x, y, epochs=10)
```)",
         .references = "Keras documentation, Model.compile: loss may be None for a model that "
                       "computes its own."},
    .check = Check,
};

}  // namespace onnxcheck::rules
