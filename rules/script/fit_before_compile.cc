#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

// Models that come without a loss: what is loaded may be compiled already.
bool IsMadeHere(const ir::Script& script, ValueId model) {
  const Step* made = MadeBy(script, model);
  if (made == nullptr || RoleOf(script, model) != Role::kKerasModel) return false;
  const std::string_view name = LastPart(made->name);
  return name != "load_model" && name != "clone_model" && name != "multi_gpu_model";
}

// Whether other code may have compiled the model before: a function that is not followed, or
// something that holds the model.
bool Escapes(const ir::Script& script, ValueId model, std::size_t before) {
  for (std::size_t at = 0; at < before; ++at) {
    const Step& step = script.steps[at];
    if (step.kind == Step::Kind::kAttribute || step.kind == Step::Kind::kItem) {
      if (MayBeSame(script, step.arguments[0].value, model) && step.receiver == kUnknownValue) {
        return true;
      }
      continue;
    }
    if (step.kind != Step::Kind::kCall || step.body != kNone || step.name == "print") continue;
    const Role role = RoleMade(script, step);
    if (role == Role::kKerasLayer || role == Role::kOptimizer || role == Role::kLoss) continue;
    for (const Argument& argument : step.arguments) {
      const Value& value = script.values[argument.value];
      const bool among = std::any_of(value.items.begin(), value.items.end(),
                                     [&](ValueId item) { return MayBeSame(script, item, model); });
      if (among || MayBeSame(script, argument.value, model)) return true;
    }
  }
  return false;
}

void Check(const Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    if (script.partial) continue;
    std::vector<ValueId> told;
    for (std::size_t i = 0; i < script.steps.size(); ++i) {
      const Step& step = script.steps[i];
      if (!IsMethod(step, {"fit", "fit_generator", "train_on_batch"}) || step.function != kNone ||
          !IsMadeHere(script, step.receiver)) {
        continue;
      }
      const ValueId model = step.receiver;
      const Step* compiled = nullptr;
      bool before = false;
      for (std::size_t at = 0; at < script.steps.size(); ++at) {
        const Step& other = script.steps[at];
        if (!IsMethod(other, "compile")) continue;
        const bool same = MayBeSame(script, other.receiver, model);
        // A receiver that is not known may be this model.
        if (!same && MadeBy(script, other.receiver) != nullptr) continue;
        before |= at < i;
        if (same && compiled == nullptr && !IsUncalled(script, other.context)) compiled = &other;
      }
      if (before || Escapes(script, model, i)) continue;
      if (std::find(told.begin(), told.end(), model) != told.end()) continue;
      told.push_back(model);
      Finding& finding = sink.Report(
          PlaceOfStep(script, step),
          compiled != nullptr ? Cat(step.name, "() runs before compile()")
                              : Cat(step.name, "() runs on a model that is never compiled"));
      finding.label = "has no loss yet";
      if (compiled != nullptr) {
        finding.related = {{PlaceOfStep(script, *compiled), "compiled here"}};
      } else if (const Step* made = MadeBy(script, model)) {
        finding.related = {{PlaceOfStep(script, *made), "the model is made here"}};
      }
      finding.help = "call model.compile(optimizer=..., loss=...) before it";
    }
  }
}

}  // namespace

extern const Rule kFitBeforeCompile;
const Rule kFitBeforeCompile = {
    .id = "S004",
    .name = "fit-before-compile",
    .family = Family::kScript,
    .severity = Severity::kError,
    .needs = kScript,
    .documentation =
        {.summary = "A Keras model is trained before it is compiled.",
         .what = "Reports fit(), fit_generator() and train_on_batch() on a model that the script "
                 "makes, where no compile() on it comes before on any way. Silent where a "
                 "function that is not followed has had the model in hand, for loaded models, "
                 "and for classes with a fit() of their own.",
         .why = "Keras raises RuntimeError or ValueError: You must compile your model before "
                "training/testing.",
         .bad = R"(```python train.py
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.fit(x_train, y_train, epochs=2)
model.compile(optimizer="adam", loss="mse")
```)",
         .good = R"(```python train.py
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x_train, y_train, epochs=2)
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
