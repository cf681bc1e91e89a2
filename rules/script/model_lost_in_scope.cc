#include <algorithm>
#include <iterator>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

bool IsModel(Role role) {
  return role == Role::kKerasModel || role == Role::kTorchModule || role == Role::kLightning;
}

constexpr std::string_view kModelMethods[] = {
    "fit",  "compile",    "predict", "evaluate", "summary",        "parameters",   "train",
    "eval", "state_dict", "to",      "cuda",     "train_on_batch", "fit_generator"};

bool IsModelMethod(const Step& step) {
  return std::any_of(std::begin(kModelMethods), std::end(kModelMethods),
                     [&](std::string_view name) { return IsMethod(step, name); });
}

// The local name in the run of a function that holds a model which nothing takes out of it.
const Step* Local(const ir::Script& script, const Context& run) {
  const Step* local = nullptr;
  for (std::uint32_t at = run.first_step; at < run.last_step; ++at) {
    const Step& step = script.steps[at];
    if (step.arguments.empty()) continue;
    const ValueId value = step.arguments[0].value;
    if (step.kind == Step::Kind::kBind && IsModel(RoleOf(script, value))) local = &step;
  }
  if (local == nullptr) return nullptr;
  const ValueId model = local->arguments[0].value;
  for (std::uint32_t at = run.first_step; at < run.last_step; ++at) {
    const Step& step = script.steps[at];
    const bool out = step.kind == Step::Kind::kReturn || step.kind == Step::Kind::kAttribute ||
                     step.kind == Step::Kind::kItem || step.kind == Step::Kind::kYield;
    if (out && !step.arguments.empty() && DependsOn(script, step.arguments[0].value, model)) {
      return nullptr;
    }
  }
  return local;
}

void Report(const ir::Script& script, const ir::script::Mark& use, std::string message,
            const Step& local, Sink& sink) {
  Finding& finding = sink.Report(ir::PlaceOf(script, use), std::move(message));
  finding.label = "the model is not here";
  finding.related = {{PlaceOfStep(script, local),
                      Cat("\"", local.name, "\" is a local name of the function that makes it")}};
  finding.help = "return the model from the function, or store it on self, and use that";
}

// model.fit() where model is what a function without a return gave, or what self.model was set to
// before a method made one of its own.
void CheckNone(const ir::Script& script, Sink& sink) {
  for (const Step& step : script.steps) {
    // PyTorch calls the model itself: self.model(x).
    const bool is_called = step.kind == Step::Kind::kCall && !step.is_method;
    if (!(is_called || IsModelMethod(step)) || IsUncalled(script, step.context)) continue;
    const ValueId object = is_called ? step.callee : step.receiver;
    const Value& receiver = script.values[object];
    if (!IsNoneValue(script, object)) continue;
    if (receiver.index != kNone) {
      const Step& call = script.steps[receiver.index];
      if (call.body == kNone) continue;
      const Step* local = Local(script, script.contexts[call.body]);
      if (local == nullptr) continue;
      Report(script, step.name_mark,
             Cat(is_called ? "what is called is" : Cat(step.name, "() is called on"), " what ",
                 call.name, "() gives, and that is None"),
             *local, sink);
      continue;
    }
    // The other way: an attribute that is None, and a local name of a method that is the model.
    const std::uint32_t run = Enclosing(script, step.context, Context::Kind::kFunction);
    if (run == kNone || script.contexts[run].index == kNone) continue;
    const std::uint32_t own_class = script.functions[script.contexts[run].index].of_class;
    if (own_class == kNone) continue;
    for (const Context& other : script.contexts) {
      if (other.kind != Context::Kind::kFunction || other.index == kNone || other.step == kNone ||
          script.functions[other.index].of_class != own_class) {
        continue;
      }
      const Step* local = Local(script, other);
      if (local == nullptr) continue;
      Report(script, step.name_mark,
             is_called ? std::string("an attribute is called that is None")
                       : Cat(step.name, "() is called on an attribute that is None"),
             *local, sink);
      break;
    }
  }
}

void CheckUnbound(const ir::Script& script, Sink& sink) {
  for (const ir::script::Unbound& use : script.unbound) {
    if (IsUncalled(script, use.context)) continue;
    if (use.attribute) {
      for (const Context& run : script.contexts) {
        if (run.kind != Context::Kind::kFunction || run.index == kNone ||
            script.functions[run.index].of_class == kNone) {
          continue;
        }
        const Step* local = Local(script, run);
        if (local == nullptr || local->name != use.name) continue;
        Report(script, use.mark, Cat("self.", use.name, " is never stored"), *local, sink);
        break;
      }
      continue;
    }
    if (use.later != kNone || use.elsewhere == kNone) continue;
    const Step& bound = script.steps[use.elsewhere];
    const std::uint32_t made_in = Enclosing(script, bound.context, Context::Kind::kFunction);
    if (made_in == kNone || IsWithin(script, use.context, made_in) ||
        !IsModel(RoleOf(script, bound.arguments[0].value))) {
      continue;
    }
    Report(script, use.mark,
           Cat("\"", use.name,
               "\" has no value here: it is a local name of the function that makes "
               "the model"),
           bound, sink);
  }
}

void Check(const Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    CheckUnbound(script, sink);
    CheckNone(script, sink);
  }
}

}  // namespace

extern const Rule kModelLostInScope;
const Rule kModelLostInScope = {
    .id = "S003",
    .name = "model-lost-in-scope",
    .family = Family::kScript,
    .severity = Severity::kError,
    .needs = kScript,
    .documentation =
        {.summary =
             "A model is made in a function that neither returns nor stores it, and used outside.",
         .what = "Reports a name without a value, an attribute that is never stored or still "
                 "None, and the None that a function without a return gives, where they are used "
                 "as a model and the model itself is a local name of a function that lets it go.",
         .why = "Python raises NameError or AttributeError ('NoneType' object has no attribute "
                "'fit'), and nothing is trained.",
         .bad = R"(```python train.py
from tensorflow import keras

def build():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")

model = build()
model.fit(x_train, y_train)
```)",
         .good = R"(```python train.py
from tensorflow import keras

def build():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    return model

model = build()
model.fit(x_train, y_train)
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
