#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/logging.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using ir::script::Step;

// basicConfig() that leaves handlers alone which are there.
bool YieldsToHandlers(const Step& step) {
  return facts::IsCall(step, {"logging.basicConfig"}) && !facts::HasUnpacked(step) &&
         facts::FindKeyword(step, "force") == nullptr;
}

// The step gives the root logger a handler.
bool GivesRootHandler(const ir::Script& script, const Step& step) {
  if (facts::IsCall(step, {"logging.basicConfig"})) {
    const auto* handlers = facts::FindKeyword(step, "handlers");
    // handlers=[] gives none.
    return handlers == nullptr || !script.values[handlers->value].items.empty();
  }
  const std::optional<facts::Logged> logged = facts::LoggedBy(script, step);
  if (logged) return logged->through_module;
  if (facts::IsCall(step, {"logging.root.addHandler"})) return true;
  return facts::IsMethod(step, {"addHandler"}) &&
         facts::LoggerOf(script, step.receiver) == std::optional(std::string());
}

bool TakesRootHandlers(const ir::Script& script, const Step& step) {
  if (facts::IsMethod(step, {"removeHandler"}) ||
      facts::IsCall(step, {"logging.root.removeHandler", "logging.root.handlers.clear"})) {
    return true;
  }
  if (facts::IsMethod(step, {"clear"}) && facts::Mentions(script, step.receiver, "handlers"))
    return true;
  if (step.kind == Step::Kind::kAttribute && step.name == "handlers") return true;
  return facts::IsCall(step, {"logging.shutdown", "importlib.reload"});
}

// The first step that surely gave the root logger a handler before this one; kNone: there is none.
std::uint32_t HandlerBefore(const ir::Script& script, std::uint32_t config) {
  for (std::uint32_t i = 0; i < config; ++i) {
    const Step& step = script.steps[i];
    if (!GivesRootHandler(script, step) || !facts::SurelyBefore(script, i, config)) continue;
    // The same statement in another round, or once more from another place, sets what is set.
    if (step.mark.offset == script.steps[config].mark.offset &&
        step.mark.line == script.steps[config].mark.line) {
      continue;
    }
    for (std::uint32_t j = i + 1; j < config; ++j) {
      if (TakesRootHandlers(script, script.steps[j])) return ir::script::kNone;
    }
    return i;
  }
  return ir::script::kNone;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    std::vector<std::uint32_t> told;  // lines: a function may run several times
    std::size_t looked = 0;
    for (std::uint32_t i = 0; i < script.steps.size() && looked < facts::kMostCandidates; ++i) {
      const Step& step = script.steps[i];
      if (!YieldsToHandlers(step)) continue;
      ++looked;
      const std::uint32_t before = HandlerBefore(script, i);
      if (before == ir::script::kNone ||
          std::find(told.begin(), told.end(), step.mark.line) != told.end()) {
        continue;
      }
      told.push_back(step.mark.line);
      const Step& first = script.steps[before];
      Finding& finding = sink.Report(
          ir::PlaceOf(script, step.mark),
          facts::Cat("logging.basicConfig has no effect here: the root logger has a handler since "
                     "line ",
                     first.mark.line));
      finding.label = "does nothing";
      finding.related = {{ir::PlaceOf(script, first.mark), "this call gave it one"}};
      finding.help =
          "call logging.basicConfig before anything is logged, or give it force=True (Python 3.8)";
      finding.confidence = Confidence::kHigh;
    }
  }
}

}  // namespace

extern const Rule kBasicconfigIneffective;
const Rule kBasicconfigIneffective = {
    .id = "S005",
    .name = "basicconfig-ineffective",
    .family = Family::kScript,
    .severity = Severity::kWarning,
    .needs = kScript,
    .documentation =
        {.summary = "logging.basicConfig is called when the root logger already has a handler.",
         .what = "Reports a call of logging.basicConfig, without force, that stands behind another "
                 "one, behind logging.info() or one of its sisters, which call it themselves, or "
                 "behind a handler that was added to the root logger. Silent when the earlier call "
                 "may not have been reached, when handlers are removed in between, and on the same "
                 "statement run twice.",
         .why = "basicConfig does nothing then and does not say so: neither level nor file nor "
                "format is set, records below WARNING are dropped, and the log stays empty.",
         .bad = R"(```python train.py
import logging

import torch

logging.info("reading data")
logging.basicConfig(filename="train.log", level=logging.INFO)
```)",
         .good = R"(```python train.py
import logging

import torch

logging.basicConfig(filename="train.log", level=logging.INFO)
logging.info("reading data")
```)",
         .references = "Python documentation, logging.basicConfig and logging.debug: the functions "
                       "of the module call basicConfig if the root logger has no handler."},
    .check = Check,
};

}  // namespace onnxcheck::rules
