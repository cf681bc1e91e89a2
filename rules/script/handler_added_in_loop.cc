#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/logging.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using ir::script::Context;
using ir::script::Step;

bool AsksForHandlers(const ir::Script& script, ir::script::ValueId condition) {
  return facts::Mentions(script, condition, "handlers") ||
         facts::Mentions(script, condition, "hasHandlers");
}

// Something decides, round by round, whether the step is reached: a branch around it, or one before
// it that leaves.
bool IsGuarded(const ir::Script& script, std::uint32_t loop, std::uint32_t step) {
  const std::uint32_t place = script.steps[step].context;
  const auto decides = [&](const Context& context) {
    return context.kind == Context::Kind::kBranch &&
           (!facts::IsInvariant(script, context.value, loop) ||
            AsksForHandlers(script, context.value));
  };
  for (const std::uint32_t around : facts::Between(script, loop, place)) {
    if (decides(script.contexts[around])) return true;
  }
  for (std::uint32_t i = loop + 1; i < script.contexts.size(); ++i) {
    const Context& context = script.contexts[i];
    if (context.first_step > step) break;
    if (context.leaves && decides(context) && facts::IsWithin(script, i, loop) &&
        facts::IsWithin(script, place, context.parent)) {
      return true;
    }
  }
  return false;
}

bool TakesHandlers(const ir::Script& script, std::uint32_t loop) {
  const Context& body = script.contexts[loop];
  const auto takes = [&](const Step& step) {
    return facts::IsMethod(step, {"removeHandler"}) ||
           (facts::IsMethod(step, {"clear"}) &&
            facts::Mentions(script, step.receiver, "handlers")) ||
           (step.kind == Step::Kind::kAttribute && step.name == "handlers");
  };
  return std::any_of(script.steps.begin() + body.first_step, script.steps.begin() + body.last_step,
                     takes);
}

// The loop in each of whose rounds the same logger gets another handler; kNone: there is none.
std::uint32_t LoopOf(const ir::Script& script, std::uint32_t number) {
  const Step& step = script.steps[number];
  const ir::script::Argument* handler = facts::FindArgument(step, "hdlr", 0);
  if (handler == nullptr || !facts::LoggerOf(script, step.receiver)) return ir::script::kNone;
  const Step* made = facts::MadeBy(script, handler->value);
  if (made == nullptr) return ir::script::kNone;
  const auto made_at = static_cast<std::uint32_t>(made - script.steps.data());
  // The logger's name decides, not when it was asked for.
  const Step* logger = facts::MadeBy(script, step.receiver);
  for (const std::uint32_t loop : facts::LoopsAround(script, step.context)) {
    const Context& body = script.contexts[loop];
    if (made_at < body.first_step || made_at >= body.last_step) continue;
    const bool same_logger =
        logger == nullptr ||
        std::all_of(logger->arguments.begin(), logger->arguments.end(),
                    [&](const auto& name) { return facts::IsInvariant(script, name.value, loop); });
    if (same_logger && !IsGuarded(script, loop, number) && !TakesHandlers(script, loop))
      return loop;
  }
  return ir::script::kNone;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    std::vector<std::uint32_t> told;  // lines
    std::size_t looked = 0;
    for (std::uint32_t i = 0; i < script.steps.size() && looked < facts::kMostCandidates; ++i) {
      const Step& step = script.steps[i];
      if (!facts::IsMethod(step, {"addHandler"}) ||
          std::find(told.begin(), told.end(), step.mark.line) != told.end()) {
        continue;
      }
      ++looked;
      const std::uint32_t loop = LoopOf(script, i);
      if (loop == ir::script::kNone) continue;
      told.push_back(step.mark.line);
      Finding& finding =
          sink.Report(ir::PlaceOf(script, step.mark),
                      facts::Cat("each round of the loop in line ", script.contexts[loop].mark.line,
                                 " gives the same logger another handler"));
      finding.label = "one handler more";
      finding.related = {{ir::PlaceOf(script, script.contexts[loop].mark), "the loop"}};
      finding.help = "add the handler once, before the loop, or only if logger.handlers is empty";
    }
  }
}

}  // namespace

extern const Rule kHandlerAddedInLoop;
const Rule kHandlerAddedInLoop = {
    .id = "S007",
    .name = "handler-added-in-loop",
    .family = Family::kScript,
    .severity = Severity::kWarning,
    .needs = kScript,
    .documentation =
        {.summary = "A logging handler is made and added in each round of a loop.",
         .what = "Reports addHandler in a loop, also through a function that the loop calls, when "
                 "the handler is made in the loop and the logger is the same in every round. "
                 "Silent when the logger's name changes with the round, when a condition that may "
                 "differ between rounds stands around it, and when handlers are removed in the "
                 "loop.",
         .why = "logging.getLogger gives the same object every time, and it keeps its handlers: in "
                "the tenth round each record is written ten times.",
         .bad = R"(```python train.py
import logging

import torch

logger = logging.getLogger("train")
for epoch in range(10):
    handler = logging.FileHandler("train.log")
    logger.addHandler(handler)
    logger.warning("epoch %d", epoch)
```)",
         .good = R"(```python train.py
import logging

import torch

logger = logging.getLogger("train")
logger.addHandler(logging.FileHandler("train.log"))
for epoch in range(10):
    logger.warning("epoch %d", epoch)
```)",
         .references = "Python documentation, Logger.addHandler and logging.getLogger."},
    .check = Check,
};

}  // namespace onnxcheck::rules
