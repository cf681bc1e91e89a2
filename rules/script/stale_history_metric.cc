#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/logging.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using ir::script::Context;
using ir::script::kNone;
using ir::script::Step;
using ir::script::Value;
using ir::script::ValueId;

bool Reports(const ir::Script& script, const Step& step) {
  return facts::IsCall(step, {"print"}) || facts::LoggedBy(script, step).has_value() ||
         facts::IsMethod(step, {"add_scalar", "set_postfix", "write"});
}

// Every "list[-1]" in the arguments of the step: the lists.
std::vector<ValueId> LastEntries(const ir::Script& script, const Step& step) {
  constexpr std::size_t kMostParts = 200;
  std::vector<ValueId> lists;
  std::vector<ValueId> open;
  for (const ir::script::Argument& argument : step.arguments) open.push_back(argument.value);
  for (std::size_t seen = 0; !open.empty() && seen < kMostParts; ++seen) {
    const Value& value = script.values[open.back()];
    open.pop_back();
    if (value.kind == Value::Kind::kDerived && value.text == "[]" && value.items.size() == 2) {
      if (facts::NumberOf(script, value.items[1]) == -1) lists.push_back(value.items[0]);
      continue;
    }
    if (value.kind == Value::Kind::kDerived)
      open.insert(open.end(), value.items.begin(), value.items.end());
    // "%.4f".format(x), round(x), float(x)
    const Step* made = value.kind == Value::Kind::kResult && value.index != kNone
                           ? &script.steps[value.index]
                           : nullptr;
    if (made == nullptr) continue;
    for (const ir::script::Argument& argument : made->arguments) open.push_back(argument.value);
  }
  return lists;
}

// Keras's History: one entry an epoch, added when the epoch ends.
bool IsKerasHistory(const ir::Script& script, ValueId list) {
  return facts::Mentions(script, list, "history");
}

// The step that adds to the list; kNone: none does.
std::uint32_t Appends(const ir::Script& script, ValueId list) {
  for (std::uint32_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    if (facts::IsMethod(step, {"append"}) && facts::SameThing(script, step.receiver, list))
      return i;
  }
  return kNone;
}

bool Within(const ir::Script& script, std::uint32_t context, std::uint32_t step) {
  return facts::IsWithin(script, script.steps[step].context, context);
}

// The loop or the callback that comes once a batch around the step, in which nothing adds to the
// list; kNone: there is none.
std::uint32_t BatchContext(const ir::Script& script, const Step& step, ValueId list) {
  const std::uint32_t append = Appends(script, list);
  const std::vector<std::uint32_t> loops = facts::LoopsAround(script, step.context);
  if (!loops.empty()) {
    const std::uint32_t loop = loops.front();
    if (!facts::IsBatchLoop(script, loop)) return kNone;
    // It is added to once a round of a loop further out.
    const bool by_epoch = append != kNone && !Within(script, loop, append) && loops.size() > 1 &&
                          Within(script, loops[1], append);
    return by_epoch ? loop : kNone;
  }
  if (append != kNone || !IsKerasHistory(script, list)) return kNone;
  for (const std::uint32_t context : facts::Between(script, 0, step.context)) {
    if (facts::IsBatchCallback(script, context)) return context;
  }
  return kNone;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    std::vector<std::uint32_t> told;  // lines
    std::size_t looked = 0;
    for (const Step& step : script.steps) {
      if (looked >= facts::kMostCandidates) break;
      if (!Reports(script, step) ||
          std::find(told.begin(), told.end(), step.mark.line) != told.end()) {
        continue;
      }
      for (const ValueId list : LastEntries(script, step)) {
        ++looked;
        const std::uint32_t context = BatchContext(script, step, list);
        if (context == kNone) continue;
        told.push_back(step.mark.line);
        Finding& finding =
            sink.Report(ir::PlaceOf(script, step.mark),
                        "what is logged for every batch is the last epoch's value: the list grows "
                        "only when an epoch ends");
        finding.label = "the same for a whole epoch";
        finding.related = {{ir::PlaceOf(script, script.contexts[context].mark), "once a batch"}};
        finding.help = "log the batch's own value: loss.item(), or logs[\"loss\"] in a callback";
        break;
      }
    }
  }
}

}  // namespace

extern const Rule kStaleHistoryMetric;
const Rule kStaleHistoryMetric = {
    .id = "S009",
    .name = "stale-history-metric",
    .family = Family::kScript,
    .severity = Severity::kWarning,
    .needs = kScript,
    .documentation =
        {.summary = "Batch after batch, the last entry of a history of epochs is logged.",
         .what = "Reports a print or a record in the loop over the batches, or in a callback that "
                 "comes once a batch, with the last entry of a list that grows only once an epoch: "
                 "one that the loop around appends to, or the history of a Keras model. Silent "
                 "when the list may be added to in the same loop.",
         .why =
             "The curve is a staircase: within an epoch it shows nothing of what happens, and it "
             "is an epoch late.",
         .bad = R"(```python train.py
import torch


def train(model, loader, criterion, optimizer):
    losses = []
    for epoch in range(10):
        total = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
            if losses:
                print("epoch", epoch, "loss", losses[-1])
        losses.append(total)
```)",
         .good = R"(```python train.py
import torch


def train(model, loader, criterion, optimizer):
    losses = []
    for epoch in range(10):
        total = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
            print("epoch", epoch, "loss", loss.item())
        losses.append(total)
```)",
         .references = "Keras documentation, History: values at successive epochs."},
    .check = Check,
};

}  // namespace onnxcheck::rules
