#include <algorithm>
#include <array>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/loops.h"

namespace onnxcheck::rules {
namespace {

using ir::script::Argument;
using ir::script::Context;
using ir::script::kNone;
using ir::script::Step;
using ir::script::Value;
using ir::script::ValueId;

// Methods of tensors, modules, optimizers, scalers and bars: they compute, and show nothing.
constexpr std::array<std::string_view, 58> kSilentMethods = {"zero_grad",
                                                             "backward",
                                                             "step",
                                                             "scale",
                                                             "unscale_",
                                                             "item",
                                                             "detach",
                                                             "cpu",
                                                             "cuda",
                                                             "to",
                                                             "train",
                                                             "eval",
                                                             "size",
                                                             "view",
                                                             "reshape",
                                                             "sum",
                                                             "mean",
                                                             "float",
                                                             "long",
                                                             "unsqueeze",
                                                             "squeeze",
                                                             "flatten",
                                                             "parameters",
                                                             "requires_grad_",
                                                             "argmax",
                                                             "max",
                                                             "min",
                                                             "numpy",
                                                             "clone",
                                                             "split",
                                                             "chunk",
                                                             "permute",
                                                             "transpose",
                                                             "contiguous",
                                                             "half",
                                                             "double",
                                                             "int",
                                                             "eq",
                                                             "dim",
                                                             "numel",
                                                             "repeat",
                                                             "expand",
                                                             "type",
                                                             "named_parameters",
                                                             "state_dict",
                                                             "items",
                                                             "keys",
                                                             "values",
                                                             "clip_grad_norm_",
                                                             "bool",
                                                             "zero_",
                                                             "fill_",
                                                             "softmax",
                                                             "log_softmax",
                                                             "sigmoid",
                                                             "tanh",
                                                             "pow",
                                                             "abs"};

constexpr std::array<std::string_view, 16> kSilentFunctions = {
    "enumerate", "range", "len",  "zip",  "iter",  "next",      "float",      "int",
    "list",      "tuple", "dict", "open", "super", "time.time", "isinstance", "reversed"};

template <std::size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool HasValue(const ir::Script& script, const Step& step) {
  return std::any_of(step.arguments.begin(), step.arguments.end(), [&](const Argument& argument) {
    return script.values[argument.value].kind != Value::Kind::kConstant;
  });
}

// Whatever may show, keep or hand on a value; a call of an object (a model, a loss) computes.
bool MayReport(const ir::Script& script, const Step& step) {
  switch (step.kind) {
    case Step::Kind::kBind:
      return step.updates && HasValue(script, step);  // total += loss
    case Step::Kind::kCall:
      if (!HasValue(script, step) || step.body != kNone) return false;
      if (step.is_method) return !IsOneOf(step.name, kSilentMethods);
      if (step.name.empty()) return false;
      if (step.function != kNone) return true;  // own, but not followed
      return !step.name.starts_with("torch.") && !step.name.starts_with("tqdm") &&
             !IsOneOf(step.name, kSilentFunctions);
    case Step::Kind::kAttribute:
    case Step::Kind::kItem:
    case Step::Kind::kYield:
      return HasValue(script, step);
    default:
      return false;
  }
}

// The outermost loops that train with backward().
std::vector<std::uint32_t> TrainingLoops(const ir::Script& script) {
  std::vector<std::uint32_t> loops;
  for (const Step& step : script.steps) {
    if (!facts::IsMethod(step, {"backward"})) continue;
    const std::vector<std::uint32_t> around = facts::LoopsAround(script, step.context);
    if (!around.empty() && loops.size() < facts::kMostCandidates &&
        std::find(loops.begin(), loops.end(), around.back()) == loops.end()) {
      loops.push_back(around.back());
    }
  }
  return loops;
}

// Models and losses are called in a loop of which nothing is known, too: nn.Module subclasses.
bool IsForward(const ir::Script& script, const Step& step) {
  for (const std::uint32_t context : facts::Between(script, 0, step.context)) {
    const Context& here = script.contexts[context];
    if (here.kind == Context::Kind::kFunction && here.index < script.functions.size() &&
        script.functions[here.index].name.ends_with(".forward")) {
      return true;
    }
  }
  return false;
}

void CheckLoops(const ir::Script& script, Sink& sink) {
  for (const std::uint32_t loop : TrainingLoops(script)) {
    const Context& body = script.contexts[loop];
    // Of a function that nobody calls here, the caller may report what it leaves behind.
    bool reports = false;
    for (std::uint32_t i = body.first_step; i < script.steps.size() && !reports; ++i)
      reports = MayReport(script, script.steps[i]) && !IsForward(script, script.steps[i]);
    if (reports) continue;
    Finding& finding = sink.Report(ir::PlaceOf(script, body.mark),
                                   "the loop trains, and no loss or metric is shown, kept or "
                                   "logged in it or after it");
    finding.label = "trains in silence";
    finding.help =
        "print or log the loss once an epoch, say its mean over the batches: loss.item()";
    finding.confidence = Confidence::kMedium;
  }
}

bool IsEmpty(const ir::Script& script, ValueId id) {
  const Value& value = script.values[id];
  return facts::IsNoneValue(script, id) ||
         (value.kind == Value::Kind::kList && value.items.empty() && !value.open);
}

// Anything but a name is made of the value, or takes it.
bool IsUsed(const ir::Script& script, ValueId result) {
  const auto names = [&](const std::vector<ValueId>& values) {
    return std::find(values.begin(), values.end(), result) != values.end();
  };
  if (std::any_of(script.values.begin(), script.values.end(),
                  [&](const Value& value) { return names(value.items); })) {
    return true;
  }
  return std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
    if (step.kind == Step::Kind::kBind) return false;
    if (step.is_method && step.receiver == result) return true;
    return std::any_of(step.arguments.begin(), step.arguments.end(),
                       [&](const Argument& argument) { return argument.value == result; });
  });
}

// The model is asked how good it is, or its history is read.
bool LooksLater(const ir::Script& script) {
  const bool asked = std::any_of(script.steps.begin(), script.steps.end(), [](const Step& step) {
    return facts::IsMethod(
        step, {"evaluate", "predict", "evaluate_generator", "predict_on_batch", "test_on_batch"});
  });
  return asked || std::any_of(script.values.begin(), script.values.end(), [](const Value& value) {
           return value.kind == Value::Kind::kDerived && value.text == ".history";
         });
}

bool IsSilentFit(const ir::Script& script, const Step& step) {
  if (!facts::IsMethod(step, {"fit"}) || facts::HasUnpacked(step)) return false;
  const Argument* verbose = facts::FindArgument(step, "verbose", 4);
  const Argument* callbacks = facts::FindArgument(step, "callbacks", 5);
  return verbose != nullptr && facts::NumberOf(script, verbose->value) == 0 &&
         !script.values[verbose->value].overridable &&
         (callbacks == nullptr || IsEmpty(script, callbacks->value));
}

void CheckFits(const ir::Script& script, Sink& sink) {
  if (LooksLater(script)) return;
  std::vector<std::uint32_t> told;  // lines
  std::size_t looked = 0;
  for (const Step& step : script.steps) {
    if (!IsSilentFit(script, step) ||
        std::find(told.begin(), told.end(), step.mark.line) != told.end()) {
      continue;
    }
    if (++looked > facts::kMostCandidates) break;
    if (IsUsed(script, step.result)) continue;
    told.push_back(step.mark.line);
    Finding& finding = sink.Report(ir::PlaceOf(script, step.mark),
                                   "fit is silent (verbose=0), has no callback, and its history is "
                                   "thrown away: nothing says how the training went");
    finding.label = "trains in silence";
    finding.help =
        "keep what fit returns and log history.history, add callbacks.CSVLogger(\"training.csv\"), "
        "or set verbose=2";
    finding.confidence = Confidence::kMedium;
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    if (script.partial) continue;
    CheckLoops(script, sink);
    CheckFits(script, sink);
  }
}

}  // namespace

extern const Rule kLoopWithoutMetrics;
const Rule kLoopWithoutMetrics = {
    .id = "S012",
    .name = "loop-without-metrics",
    .family = Family::kScript,
    .severity = Severity::kWarning,
    .needs = kScript,
    .documentation =
        {.summary = "The training reports nothing.",
         .what =
             "Reports a loop with backward() in which and after which no value is printed, "
             "logged, summed up, stored or given to other code, and a Keras fit with verbose=0, "
             "without callbacks, whose history nobody uses and whose model is never asked to "
             "evaluate or predict. A bar counts for nothing: it shows that time passes.",
         .why = "Whether anything was learned cannot be told, during the run or afterwards.",
         .bad = R"(```python train.py
import torch


def train(model, loader, criterion, optimizer):
    for epoch in range(10):
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
```)",
         .good = R"(```python train.py
import torch


def train(model, loader, criterion, optimizer):
    for epoch in range(10):
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
        print("epoch", epoch, "loss", loss.item())
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
