#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/trace.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

// The one object that both are, for sure. Slices of an array are objects of their own.
bool IsSame(const ir::Script& script, ValueId a, ValueId b) {
  const auto one = OnlyAlternative(script, a);
  const auto other = OnlyAlternative(script, b);
  return one && other && *one == *other && *one != kUnknownValue &&
         script.values[*one].kind != Value::Kind::kConstant;
}

void Check(const Facts& facts, Sink& sink) {
  constexpr std::size_t kValidationData = 7;  // position in Model.fit of Keras 2 and 3
  for (const ir::Script& script : facts.run().scripts) {
    std::size_t looked = 0;
    for (const Step& step : script.steps) {
      if (!IsMethod(step, "fit") || RoleMade(script, step) != Role::kHistory) continue;
      if (++looked > kMostCandidates) break;
      const Argument* x = FindArgument(step, "x", 0);
      const Argument* validation = FindArgument(step, "validation_data", kValidationData);
      if (x == nullptr || validation == nullptr) continue;
      const Value& given = script.values[validation->value];
      const bool pair = given.kind == Value::Kind::kList && !given.items.empty();
      if (!IsSame(script, x->value, pair ? given.items[0] : validation->value)) continue;
      Finding& finding = sink.Report(ir::PlaceOf(script, validation->mark),
                                     "the validation data is the training data itself");
      finding.label = "trained on as well";
      finding.related = {{ir::PlaceOf(script, x->mark), "the training data"}};
      finding.help = "hold some examples back: validation_split=0.2, or a set of their own";
      finding.severity = Severity::kWarning;  // training is as it would be without
    }
  }
}

}  // namespace

extern const Rule kTrainValidationOverlap;
const Rule kTrainValidationOverlap = {
    .id = "D008",
    .name = "train-validation-overlap",
    .family = Family::kData,
    .severity = Severity::kError,
    .needs = kScript,
    .documentation =
        {.summary = "The model is validated on examples that it is trained on.",
         .what = "Reports Keras's fit whose validation_data is the very object that it is "
                 "fitted to, as a warning. Slices and copies are not compared.",
         .why = "The validation figures then say how well the examples were learnt by heart, not "
                "how well the model does on others. Overfitting cannot show, and early stopping "
                "and the choice of a checkpoint go by the wrong figure.",
         .bad = R"(```python train.py
from tensorflow import keras
from houses import load

x_train, y_train, x_test, y_test = load()
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x_train, y_train, epochs=5, validation_data=(x_train, y_train))
```)",
         .good = R"(```python train.py
from tensorflow import keras
from houses import load

x_train, y_train, x_test, y_test = load()
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x_train, y_train, epochs=5, validation_data=(x_test, y_test))
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
