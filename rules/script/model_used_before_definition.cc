#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

bool IsWanted(Role role) {
  return role == Role::kKerasModel || role == Role::kTorchModule || role == Role::kLightning ||
         role == Role::kOptimizer || role == Role::kLoss || role == Role::kLoader ||
         role == Role::kTrainer;
}

std::string_view Called(Role role) {
  if (role == Role::kOptimizer) return "optimizer";
  if (role == Role::kLoss) return "loss";
  if (role == Role::kLoader) return "loader";
  return role == Role::kTrainer ? "trainer" : "model";
}

// The step that binds the name later in the scope of its use; kNone: there is none.
std::uint32_t Later(const ir::Script& script, const ir::script::Unbound& use) {
  if (use.later != kNone) return use.later;
  if (use.elsewhere == kNone || use.elsewhere < use.step) return kNone;
  const std::uint32_t run = Enclosing(script, use.context, Context::Kind::kFunction);
  const std::uint32_t bound =
      Enclosing(script, script.steps[use.elsewhere].context, Context::Kind::kFunction);
  return run != kNone && run == bound ? use.elsewhere : kNone;
}

void Check(const Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    for (const ir::script::Unbound& use : script.unbound) {
      if (use.attribute || IsUncalled(script, use.context)) continue;
      const std::uint32_t later = Later(script, use);
      if (later == kNone) continue;
      const Step& bound = script.steps[later];
      // Cells that were run again since leave no trace of the order.
      if (script.notebook && (script.partial || bound.mark.cell < use.mark.cell)) continue;
      const Role role = RoleOf(script, bound.arguments[0].value);
      if (!IsWanted(role)) continue;
      Finding& finding =
          sink.Report(ir::PlaceOf(script, use.mark),
                      Cat("\"", use.name, "\" is used before the ", Called(role), " is made"));
      finding.label = "has no value yet";
      finding.related = {{PlaceOfStep(script, bound), Cat("\"", use.name, "\" is bound here")}};
      finding.help = Cat("make the ", Called(role), " before line ", use.mark.line);
      if (script.notebook) finding.confidence = Confidence::kMedium;
    }
  }
}

}  // namespace

extern const Rule kModelUsedBeforeDefinition;
const Rule kModelUsedBeforeDefinition = {
    .id = "S001",
    .name = "model-used-before-definition",
    .family = Family::kScript,
    .severity = Severity::kError,
    .needs = kScript,
    .documentation =
        {.summary = "A model is used before the line that makes it.",
         .what = "Reports a name that has no value on any way to its use, and that a later line "
                 "of the same scope binds to a model, an optimizer, a loss or a loader. Own "
                 "functions are followed from where they are called. Silent where a star import, "
                 "exec or damage could have bound the name, and inside try. Of a "
                 "notebook only when its cells were run from top to bottom.",
         .why = "Python raises NameError there, and nothing is trained.",
         .bad = R"(```python train.py
from tensorflow import keras

model.compile(optimizer="adam", loss="mse")
model = keras.Sequential([keras.layers.Dense(1)])
```)",
         .good = R"(```python train.py
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
