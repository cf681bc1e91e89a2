#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using ir::script::Context;
using ir::script::Step;

bool OpensToAppend(const ir::Script& script, const Step& step) {
  const bool function = facts::IsCall(step, {"open", "io.open", "codecs.open", "builtins.open"});
  if (!function && !facts::IsMethod(step, {"open"})) return false;
  const ir::script::Argument* mode = facts::FindArgument(step, "mode", function ? 1 : 0);
  if (mode == nullptr) return false;
  const std::optional<std::string> text = facts::TextOf(script, mode->value);
  return text && text->starts_with('a');
}

// Every few steps, or in the first only, is another matter.
bool HasBranch(const ir::Script& script, std::uint32_t outer, std::uint32_t inner) {
  const std::vector<std::uint32_t> between = facts::Between(script, outer, inner);
  return std::any_of(between.begin(), between.end(), [&](std::uint32_t context) {
    const Context::Kind kind = script.contexts[context].kind;
    return kind == Context::Kind::kBranch || kind == Context::Kind::kExcept;
  });
}

// The context that comes once a batch; kNone: the step does not come with every batch.
std::uint32_t BatchContext(const ir::Script& script, const Step& step) {
  const std::vector<std::uint32_t> loops = facts::LoopsAround(script, step.context);
  std::uint32_t found = ir::script::kNone;
  if (!loops.empty()) {
    if (facts::IsBatchLoop(script, loops.front())) found = loops.front();
  } else {
    for (const std::uint32_t context : facts::Between(script, 0, step.context)) {
      if (facts::IsBatchCallback(script, context)) found = context;
    }
  }
  if (found == ir::script::kNone || HasBranch(script, found, step.context))
    return ir::script::kNone;
  return found;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    std::vector<std::uint32_t> told;  // lines
    std::size_t looked = 0;
    for (const Step& step : script.steps) {
      if (looked >= facts::kMostCandidates) break;
      if (!OpensToAppend(script, step) ||
          std::find(told.begin(), told.end(), step.mark.line) != told.end()) {
        continue;
      }
      ++looked;
      const std::uint32_t context = BatchContext(script, step);
      if (context == ir::script::kNone) continue;
      told.push_back(step.mark.line);
      Finding& finding =
          sink.Report(ir::PlaceOf(script, step.mark), "a file is opened anew for every batch");
      finding.label = "opened at each step";
      finding.related = {{ir::PlaceOf(script, script.contexts[context].mark),
                          script.contexts[context].kind == Context::Kind::kLoop
                              ? "the loop over the batches"
                              : "called once a batch"}};
      finding.help =
          "open the file once, before the training, and write to it; it is buffered and closed at "
          "the end, or flushed once an epoch";
    }
  }
}

}  // namespace

extern const Rule kOpenInLoop;
const Rule kOpenInLoop = {
    .id = "S018",
    .name = "open-in-loop",
    .family = Family::kScript,
    .severity = Severity::kWarning,
    .needs = kScript,
    .documentation =
        {.summary = "A file is opened, written and closed at every training step.",
         .what = "Reports open() with mode \"a\" in the innermost loop around backward() or "
                 "train_on_batch(), also through a function that this loop calls, and in a "
                 "callback that comes once a batch. Silent when a condition stands around it, and "
                 "in a loop over epochs.",
         .why = "Each step then waits for the file system, on a network drive for milliseconds: "
                "nothing is buffered. A file that is not closed either costs a handle a step.",
         .bad = R"(```python train.py
import torch


def train(model, loader, criterion, optimizer):
    for epoch in range(10):
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            with open("loss.txt", "a") as log:
                log.write(f"{loss.item()}\n")
```)",
         .good = R"(```python train.py
import torch


def train(model, loader, criterion, optimizer):
    with open("loss.txt", "a") as log:
        for epoch in range(10):
            for x, y in loader:
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                optimizer.step()
                log.write(f"{loss.item()}\n")
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
