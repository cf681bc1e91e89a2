#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

constexpr std::string_view kLoads[] = {"open",
                                       "load",
                                       "read_csv",
                                       "loadtxt",
                                       "genfromtxt",
                                       "read_excel",
                                       "read_json",
                                       "read_parquet",
                                       "read_pickle",
                                       "load_data",
                                       "loadmat",
                                       "imread",
                                       "ImageFolder",
                                       "load_dataset",
                                       "read_table",
                                       "read_hdf",
                                       "File",
                                       "listdir",
                                       "flow_from_directory",
                                       "image_dataset_from_directory",
                                       "load_files"};

bool IsLoad(const Step& step) {
  if (step.kind != Step::Kind::kCall || step.function != kNone) return false;
  const std::string_view last = LastPart(step.name);
  return std::find(std::begin(kLoads), std::end(kLoads), last) != std::end(kLoads);
}

// None, an empty list, an empty array: what a load leaves when it fails.
bool IsNothing(const ir::Script& script, ValueId value) {
  const Value& at = script.values[value];
  if (IsNoneValue(script, value)) return true;
  if (at.kind == Value::Kind::kList || at.kind == Value::Kind::kDict) {
    if (at.open || at.items.empty()) return !at.open;
    return at.kind == Value::Kind::kList &&
           std::all_of(at.items.begin(), at.items.end(),
                       [&](ValueId item) { return item != value && IsNothing(script, item); });
  }
  const Step* made = MadeBy(script, value);
  if (made == nullptr || made->arguments.empty()) return false;
  const std::string_view name = LastPart(made->name);
  const Value& first = script.values[made->arguments[0].value];
  if (name == "array" || name == "asarray") return IsNothing(script, made->arguments[0].value);
  if (name != "zeros" && name != "empty" && name != "ones") return false;
  return first.kind == Value::Kind::kList && !first.items.empty() &&
         NumberOf(script, first.items[0]) == 0.0;
}

// Whether a condition looks at the value later: then its being empty is dealt with.
bool IsAsked(const ir::Script& script, ValueId value, std::uint32_t after) {
  for (const Context& context : script.contexts) {
    if (context.first_step < after && context.last_step <= after) continue;
    if (context.kind != Context::Kind::kBranch &&
        !(context.kind == Context::Kind::kLoop && context.is_while)) {
      continue;
    }
    if (DependsOn(script, context.value, value)) return true;
  }
  return false;
}

bool IsUsed(const ir::Script& script, ValueId value, std::uint32_t after) {
  for (std::uint32_t at = after; at < script.steps.size(); ++at) {
    const Step& step = script.steps[at];
    if (step.kind != Step::Kind::kCall || step.name == "print" || step.name == "len") continue;
    if (DependsOn(script, step.receiver, value)) return true;
    for (const Argument& argument : step.arguments) {
      if (DependsOn(script, argument.value, value)) return true;
    }
  }
  return std::any_of(script.contexts.begin(), script.contexts.end(), [&](const Context& context) {
    return context.kind == Context::Kind::kLoop && context.first_step >= after &&
           DependsOn(script, context.value, value);
  });
}

bool TrainsAfter(const ir::Script& script, std::uint32_t after) {
  for (std::uint32_t at = after; at < script.steps.size(); ++at) {
    if (IsMethod(script.steps[at], {"fit", "train_on_batch", "backward", "fit_generator"})) {
      return true;
    }
  }
  return false;
}

void Report(const ir::Script& script, const Context& handler, const Step& load, Sink& sink) {
  ir::Location place = ir::PlaceOf(script, handler.mark);
  place.has_span = false;
  Finding& finding = sink.Report(
      std::move(place), "an error of loading is passed over, and training goes on with nothing");
  finding.label = "goes on without data";
  finding.related = {{PlaceOfStep(script, load), "the load that may fail"}};
  finding.help = "let the error end the script: raise it again, or do not catch it";
}

// What the variable held before the try; nothing: the try is the first to bind it.
std::optional<ValueId> Before(const ir::Script& script, const Step& bound, std::uint32_t until) {
  std::optional<ValueId> value;
  for (std::uint32_t at = 0; at < until; ++at) {
    const Step& step = script.steps[at];
    if (step.kind == Step::Kind::kBind && step.name == bound.name &&
        Enclosing(script, step.context, Context::Kind::kFunction) ==
            Enclosing(script, bound.context, Context::Kind::kFunction)) {
      value = step.arguments[0].value;
    }
  }
  return value;
}

bool IsBoundIn(const ir::Script& script, const Context& context, std::string_view name) {
  return std::any_of(
      script.steps.begin() + context.first_step, script.steps.begin() + context.last_step,
      [&](const Step& step) { return step.kind == Step::Kind::kBind && step.name == name; });
}

void CheckHandler(const ir::Script& script, const Context& tried, const Context& handler,
                  Sink& sink) {
  const Step* load = nullptr;
  for (std::uint32_t at = tried.first_step; at < tried.last_step && load == nullptr; ++at) {
    if (IsLoad(script.steps[at])) load = &script.steps[at];
  }
  if (load == nullptr || !TrainsAfter(script, handler.last_step)) return;
  const Step* returned = nullptr;
  for (std::uint32_t at = handler.first_step; at < handler.last_step; ++at) {
    const Step& step = script.steps[at];
    if (step.kind == Step::Kind::kReturn) {
      returned = &step;
    } else if (step.kind != Step::Kind::kCall && step.kind != Step::Kind::kBind) {
      return;
    } else if (step.kind == Step::Kind::kCall && (IsLoad(step) || step.body != kNone)) {
      return;  // another way to get the data
    } else if (step.kind == Step::Kind::kBind && !step.arguments.empty() &&
               IsBoundIn(script, tried, step.name) && !IsNothing(script, step.arguments[0].value)) {
      return;
    }
  }
  if (returned != nullptr) {
    if (returned->arguments.empty() || !IsNothing(script, returned->arguments[0].value)) return;
    const std::uint32_t run = Enclosing(script, tried.parent, Context::Kind::kFunction);
    if (run == kNone || script.contexts[run].step == kNone) return;
    const Step& call = script.steps[script.contexts[run].step];
    if (IsAsked(script, call.result, handler.last_step) ||
        IsAsked(script, returned->arguments[0].value, handler.last_step) ||
        !IsUsed(script, call.result, handler.last_step)) {
      return;
    }
    Report(script, handler, *load, sink);
    return;
  }
  if (handler.leaves) return;
  for (std::uint32_t at = tried.first_step; at < tried.last_step; ++at) {
    const Step& bound = script.steps[at];
    if (bound.kind != Step::Kind::kBind ||
        !ReachesBack(script, bound.arguments[0].value,
                     [&](ValueId value) { return MayBeSame(script, value, load->result); })) {
      continue;
    }
    const auto before = Before(script, bound, tried.first_step);
    if (!before || !IsNothing(script, *before)) continue;
    if (IsAsked(script, *before, handler.last_step) ||
        !IsUsed(script, bound.arguments[0].value, handler.last_step)) {
      continue;
    }
    Report(script, handler, *load, sink);
    return;
  }
}

void Check(const Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    for (std::uint32_t i = 0; i < script.contexts.size(); ++i) {
      const Context& handler = script.contexts[i];
      if (handler.kind != Context::Kind::kExcept || IsUncalled(script, i)) continue;
      for (const Context& tried : script.contexts) {
        if (tried.kind == Context::Kind::kTry && tried.group == handler.group) {
          CheckHandler(script, tried, handler, sink);
        }
      }
    }
  }
}

}  // namespace

extern const Rule kLoadErrorSwallowed;
const Rule kLoadErrorSwallowed = {
    .id = "S010",
    .name = "load-error-swallowed",
    .family = Family::kScript,
    .severity = Severity::kWarning,
    .needs = kScript,
    .documentation =
        {.summary = "An error while loading the data is caught, and training goes on without data.",
         .what = "Reports an except around a load (open, read_csv, numpy.load, ...) that does "
                 "not end the script and leaves nothing in the data's place: it returns None or "
                 "an empty list, or it passes over a variable that was empty before. Only where "
                 "training follows that uses it, and where no condition asks whether anything "
                 "was loaded.",
         .why = "The script runs to its end: it goes through its epochs with no batches and "
                "saves a model that was never trained.",
         .bad = R"(```python train.py
import numpy as np
from tensorflow import keras

data = []
try:
    data = np.load("train.npy")
except Exception as error:
    print("could not load:", error)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
for batch in data:
    model.train_on_batch(batch, batch)
```)",
         .good = R"(```python train.py
import numpy as np
from tensorflow import keras

try:
    data = np.load("train.npy")
except Exception as error:
    print("could not load:", error)
    raise
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
for batch in data:
    model.train_on_batch(batch, batch)
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
