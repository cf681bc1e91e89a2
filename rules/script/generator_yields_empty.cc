#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

// A list that nothing is appended to, an array with an axis of 0.
bool IsEmpty(const ir::Script& script, ValueId value) {
  const Value& at = script.values[value];
  if (at.kind == Value::Kind::kList) {
    if (at.open) return false;
    if (at.items.empty()) {
      // Filled later, or handed to something that may.
      return std::none_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
        if (MayBeSame(script, step.receiver, value)) return true;
        return step.kind == Step::Kind::kCall && step.function != kNone &&
               std::any_of(step.arguments.begin(), step.arguments.end(),
                           [&](const Argument& argument) {
                             return MayBeSame(script, argument.value, value);
                           });
      });
    }
    return at.items.size() <= 3 && std::all_of(at.items.begin(), at.items.end(), [&](ValueId item) {
             return item != value && IsEmpty(script, item);
           });
  }
  const Step* made = MadeBy(script, value);
  if (made == nullptr || made->arguments.empty()) return false;
  const std::string_view name = LastPart(made->name);
  const ValueId first = made->arguments[0].value;
  if (name == "array" || name == "asarray" || name == "stack" || name == "tensor") {
    return IsEmpty(script, first);
  }
  if (name != "zeros" && name != "empty" && name != "ones") return false;
  const Value& shape = script.values[first];
  const ValueId rows =
      shape.kind == Value::Kind::kList && !shape.items.empty() ? shape.items[0] : first;
  return NumberOf(script, rows) == 0.0;
}

void CheckYields(const ir::Script& script, Sink& sink) {
  std::vector<std::uint32_t> told;
  for (const Step& step : script.steps) {
    if (step.kind != Step::Kind::kYield || step.arguments.empty()) continue;
    if (IsUncalled(script, step.context) || !IsEmpty(script, step.arguments[0].value)) continue;
    if (std::find(told.begin(), told.end(), step.mark.line) != told.end()) continue;
    told.push_back(step.mark.line);
    Finding& finding =
        sink.Report(ir::PlaceOf(script, step.mark), "the generator yields an empty batch");
    finding.label = "no rows";
    finding.help = "yield batches with rows in them only, and begin the next epoch where they end";
  }
}

// The generator that the value is, made by a call outside of the loop; null: it is none.
const Step* UsedUp(const ir::Script& script, ValueId value, const Context& outer) {
  const Value& at = script.values[value];
  if (at.kind != Value::Kind::kResult || at.index >= outer.first_step) return nullptr;
  const Step& made = script.steps[at.index];
  if (made.name == "enumerate" && !made.arguments.empty()) {
    return UsedUp(script, made.arguments[0].value, outer);
  }
  if (made.function != kNone && script.functions[made.function].is_generator &&
      made.body != kNone) {
    // One that never ends is not used up.
    const Context& body = script.contexts[made.body];
    for (const Context& context : script.contexts) {
      if (context.kind == Context::Kind::kLoop && context.is_while &&
          context.first_step >= body.first_step && context.last_step <= body.last_step) {
        return nullptr;
      }
    }
    return &made;
  }
  return made.name == "iter" || made.name == "zip" || made.name == "map" ? &made : nullptr;
}

void CheckSecondRound(const ir::Script& script, Sink& sink) {
  for (std::uint32_t i = 0; i < script.contexts.size(); ++i) {
    const Context& loop = script.contexts[i];
    if (loop.kind != Context::Kind::kLoop || loop.is_while || loop.is_comprehension ||
        IsUncalled(script, i)) {
      continue;
    }
    const std::uint32_t around = LoopAround(script, loop.parent);
    if (around == kNone || !IsCertainIn(script, loop.parent, around)) continue;
    const Context& outer = script.contexts[around];
    // `for x in rows` also where rows = enumerate(rows) is written in the loop.
    ValueId iterated = loop.value;
    const Step* wrapper = MadeBy(script, iterated);
    if (wrapper != nullptr &&
        (wrapper->name == "enumerate" || wrapper->name == "tqdm.tqdm" ||
         wrapper->name == "tqdm.auto.tqdm") &&
        !wrapper->arguments.empty()) {
      iterated = wrapper->arguments[0].value;
    }
    const auto only = OnlyAlternative(script, iterated);
    const Step* made = only ? UsedUp(script, *only, outer) : nullptr;
    if (made == nullptr) continue;
    bool trains = false;
    for (std::uint32_t at = loop.first_step; at < loop.last_step; ++at) {
      trains |= IsMethod(script.steps[at], {"backward", "train_on_batch", "fit", "step"});
    }
    // Leaving early, a round may leave the rest for the next.
    const bool leaves =
        std::any_of(script.steps.begin() + loop.first_step, script.steps.begin() + loop.last_step,
                    [](const Step& step) { return step.kind == Step::Kind::kBreak; });
    if (!trains || leaves) continue;
    ir::Location place = ir::PlaceOf(script, loop.mark);
    place.has_span = false;
    Finding& finding =
        sink.Report(std::move(place),
                    "from the second round on this loop is empty: what it reads can be read once");
    finding.label = "used up after one epoch";
    finding.related = {{PlaceOfStep(script, *made), "made once, before the epochs"}};
    finding.help = "make it anew in each epoch, or iterate over something that can start again";
  }
}

// class Rows: __iter__ gives the one iterator that __init__ made.
void CheckIterable(const ir::Script& script, Sink& sink) {
  std::vector<std::uint32_t> told;
  for (const Step& step : script.steps) {
    if (step.kind != Step::Kind::kReturn || step.arguments.empty()) continue;
    const std::uint32_t run = Enclosing(script, step.context, Context::Kind::kFunction);
    if (run == kNone || script.contexts[run].index == kNone) continue;
    const std::uint32_t function = script.contexts[run].index;
    if (!script.functions[function].name.ends_with(".__iter__")) continue;
    const Step* made = MadeBy(script, step.arguments[0].value);
    if (made == nullptr || made->name != "iter" || made->arguments.empty()) continue;
    // Made in this run, it is a new one.
    const Context& body = script.contexts[run];
    const auto at = static_cast<std::uint32_t>(made - script.steps.data());
    if (at >= body.first_step && at < body.last_step) continue;
    if (std::find(told.begin(), told.end(), function) != told.end()) continue;
    told.push_back(function);
    Finding& finding =
        sink.Report(ir::PlaceOf(script, step.mark),
                    "every epoch gets the same iterator, which is used up after the first");
    finding.label = "not a new one";
    finding.related = {{PlaceOfStep(script, *made), "made once"}};
    finding.help = "return a new iterator from __iter__";
  }
}

void Check(const Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    CheckYields(script, sink);
    CheckSecondRound(script, sink);
    CheckIterable(script, sink);
  }
}

}  // namespace

extern const Rule kGeneratorYieldsEmpty;
const Rule kGeneratorYieldsEmpty = {
    .id = "S020",
    .name = "generator-yields-empty",
    .family = Family::kScript,
    .severity = Severity::kError,
    .needs = kScript,
    .documentation =
        {.summary = "A generator gives empty batches, or gives its batches only once.",
         .what = "Reports a yield of an empty list or of an array with no rows; a training loop "
                 "inside a loop of epochs over a generator, iterator, zip or map that is made "
                 "once before the epochs and comes to an end; and an __iter__ that returns the "
                 "one iterator made elsewhere.",
         .why = "Training on no rows raises an error, gives NaN, or does nothing: from the "
                "second epoch on there is nothing left to train on, and the loop runs idle.",
         .bad = R"(```python train.py
import torch

def batches(x, y, size):
    for start in range(0, len(x), size):
        yield x[start:start + size], y[start:start + size]

model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
data = batches(x, y, 32)
for epoch in range(5):
    for xb, yb in data:
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(xb), yb)
        loss.backward()
        optimizer.step()
        print(epoch, loss.item())
```)",
         .good = R"(```python train.py
import torch

def batches(x, y, size):
    for start in range(0, len(x), size):
        yield x[start:start + size], y[start:start + size]

model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(5):
    for xb, yb in batches(x, y, 32):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(xb), yb)
        loss.backward()
        optimizer.step()
        print(epoch, loss.item())
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
