#include <algorithm>
#include <map>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/logging.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using ir::script::kNone;
using ir::script::Step;
using ir::script::Value;
using ir::script::ValueId;

// A level that a step gives a logger or a handler.
struct Setting {
  std::uint32_t step = kNone;
  std::optional<double> level;  // nullopt: not known, or the command line may change it
};

// What the script says of logging, before any record is looked at.
struct Setup {
  bool unknown = false;  // something else may set levels
  std::map<std::string, std::vector<Setting>> loggers;
  std::map<ValueId, std::vector<Setting>> handlers;
  std::map<std::string, std::vector<ValueId>> handlers_of;
  std::size_t settings = 0;
  bool root_has_handler = false;
};

std::optional<double> FixedLevel(const ir::Script& script, ValueId value) {
  return script.values[value].overridable ? std::nullopt : facts::LevelOf(script, value);
}

void Note(const ir::Script& script, std::uint32_t number, Setup* setup) {
  const Step& step = script.steps[number];
  setup->settings += facts::IsCall(step, {"logging.basicConfig"}) ||
                     facts::IsMethod(step, {"setLevel", "addHandler"});
  if (facts::IsCall(step, {"logging.config.dictConfig", "logging.config.fileConfig",
                           "logging.disable", "importlib.reload"})) {
    setup->unknown = true;
  } else if (facts::IsCall(step, {"logging.basicConfig"})) {
    setup->unknown = setup->unknown || facts::HasUnpacked(step);
    setup->root_has_handler = true;
    const ir::script::Argument* level = facts::FindKeyword(step, "level");
    // Without a level the root keeps its own, which is WARNING from the start.
    if (level != nullptr)
      setup->loggers[""].push_back({number, FixedLevel(script, level->value)});
    else if (setup->loggers[""].empty())
      setup->loggers[""].push_back({number, facts::kWarningLevel});
  } else if (facts::IsMethod(step, {"setLevel"}) && step.arguments.size() == 1) {
    const Setting setting = {number, FixedLevel(script, step.arguments[0].value)};
    if (const auto logger = facts::LoggerOf(script, step.receiver))
      setup->loggers[*logger].push_back(setting);
    else if (script.values[step.receiver].kind == Value::Kind::kResult)
      setup->handlers[step.receiver].push_back(setting);
    else
      setup->unknown = true;
  } else if (facts::IsMethod(step, {"addHandler"}) && step.arguments.size() == 1) {
    const auto logger = facts::LoggerOf(script, step.receiver);
    if (!logger)
      setup->unknown = true;
    else
      setup->handlers_of[*logger].push_back(step.arguments[0].value);
  } else if (const auto logged = facts::LoggedBy(script, step); logged && logged->through_module) {
    setup->root_has_handler = true;
  }
}

// The setting in force at the step; nullopt in it: it cannot be told.
Setting InForce(const ir::Script& script, const std::vector<Setting>& settings, std::uint32_t at) {
  Setting last;
  for (const Setting& setting : settings) {
    if (setting.step > at) break;
    last = setting;
    if (!facts::SurelyBefore(script, setting.step, at)) last.level.reset();
    if (!last.level) return last;
  }
  return last;
}

// The logger itself, then its parents: "a.b", "a", "".
Setting LoggerLevel(const ir::Script& script, const Setup& setup, std::string name,
                    std::uint32_t at) {
  while (true) {
    const auto found = setup.loggers.find(name);
    if (found != setup.loggers.end()) {
      const Setting setting = InForce(script, found->second, at);
      if (setting.step != kNone) return setting;
    }
    if (name.empty()) return {};
    const std::size_t dot = name.rfind('.');
    name.resize(dot == std::string::npos ? 0 : dot);
  }
}

// The handler with the lowest level of those that are surely all; no level: one takes everything,
// or it cannot be told.
Setting HandlerLevel(const ir::Script& script, const Setup& setup, const std::string& logger,
                     std::uint32_t at) {
  Setting lowest;
  if (setup.root_has_handler) return lowest;
  for (const auto& [owner, handlers] : setup.handlers_of) {
    const bool hears = owner.empty() || owner == logger || logger.starts_with(owner + ".");
    if (!hears) continue;
    for (const ValueId handler : handlers) {
      const auto found = setup.handlers.find(handler);
      if (found == setup.handlers.end()) return {};
      const Setting setting = InForce(script, found->second, at);
      if (!setting.level) return {};
      if (!lowest.level || *setting.level < *lowest.level) lowest = setting;
    }
  }
  return lowest;
}

struct Hidden {
  std::uint32_t first = kNone;
  std::vector<std::uint32_t> lines;
  double level = 0;  // of the records
  bool by_handler = false;
};

void Report(const ir::Script& script, std::uint32_t setting, double level, const Hidden& hidden,
            Sink& sink) {
  const Step& step = script.steps[setting];
  Finding& finding = sink.Report(
      ir::PlaceOf(script, step.mark),
      facts::Cat(hidden.by_handler ? "no handler takes records below " : "records below ",
                 facts::LevelText(level), hidden.by_handler ? "" : " are dropped here",
                 ", and metrics are logged at ", facts::LevelText(hidden.level)));
  finding.label = facts::Cat("lets through ", facts::LevelText(level), " and above");
  finding.related = {
      {ir::PlaceOf(script, script.steps[hidden.first].mark), "a record that never shows"}};
  finding.help = facts::Cat("set the level to ", facts::LevelText(hidden.level));
  finding.evidence = {{"hidden_statements", static_cast<std::int64_t>(hidden.lines.size())}};
  finding.confidence = Confidence::kMedium;
}

void CheckScript(const ir::Script& script, Sink& sink) {
  Setup setup;
  for (std::uint32_t i = 0; i < script.steps.size(); ++i) Note(script, i, &setup);
  if (setup.unknown || setup.settings > facts::kMostCandidates || script.partial) return;
  std::map<std::uint32_t, std::pair<double, Hidden>> hidden_by;  // by the setting's step
  for (std::uint32_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    const auto logged = facts::LoggedBy(script, step);
    // What is logged at DEBUG is meant to be hidden.
    if (!logged || logged->level < facts::kInfoLevel || !facts::RecordsMetric(script, step))
      continue;
    Setting setting = LoggerLevel(script, setup, logged->logger, i);
    bool by_handler = false;
    if (setting.step != kNone && setting.level && *setting.level <= logged->level) {
      setting = HandlerLevel(script, setup, logged->logger, i);
      by_handler = true;
    }
    if (setting.step == kNone || !setting.level || *setting.level <= logged->level) continue;
    auto& [level, hidden] = hidden_by[setting.step];
    level = *setting.level;
    hidden.by_handler = by_handler;
    if (hidden.first == kNone) hidden.first = i;
    if (hidden.first == i) hidden.level = logged->level;
    if (std::find(hidden.lines.begin(), hidden.lines.end(), step.mark.line) == hidden.lines.end())
      hidden.lines.push_back(step.mark.line);
  }
  std::vector<std::uint32_t> told;  // lines
  for (const auto& [setting, found] : hidden_by) {
    const std::uint32_t line = script.steps[setting].mark.line;
    if (std::find(told.begin(), told.end(), line) != told.end()) continue;
    told.push_back(line);
    Report(script, setting, found.first, found.second, sink);
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) CheckScript(script, sink);
}

}  // namespace

extern const Rule kLevelHidesMessages;
const Rule kLevelHidesMessages = {
    .id = "S008",
    .name = "level-hides-messages",
    .family = Family::kScript,
    .severity = Severity::kWarning,
    .needs = kScript,
    .documentation =
        {.summary = "The script logs its metrics below the level that it sets.",
         .what =
             "Computes the level in force for each record as Python's logging does: that of the "
             "logger, else of its parents, else WARNING once basicConfig was called; then the "
             "handlers'. Reports records of metrics at INFO or above that no level lets "
             "through. Silent on records at DEBUG, where a level comes from the command "
             "line, from a file or under a condition, and where one handler takes everything.",
         .why = "The program runs, and its log is empty or holds warnings only.",
         .bad = R"(```python train.py
import logging

import torch


def train(model, x, y):
    logging.basicConfig(filename="train.log", level=logging.WARNING)
    for epoch in range(10):
        loss = model.train_on_batch(x, y)
        logging.info("epoch %d loss %.4f", epoch, loss)
```)",
         .good = R"(```python train.py
import logging

import torch


def train(model, x, y):
    logging.basicConfig(filename="train.log", level=logging.INFO)
    for epoch in range(10):
        loss = model.train_on_batch(x, y)
        logging.info("epoch %d loss %.4f", epoch, loss)
```)",
         .references = "Python documentation, Logger.getEffectiveLevel and Handler.setLevel."},
    .check = Check,
};

}  // namespace onnxcheck::rules
