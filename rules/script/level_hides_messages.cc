#include <algorithm>
#include <map>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/log_levels.h"
#include "analyzer/facts/script/logging.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using ir::script::kNone;
using ir::script::Step;

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
  const facts::LogSetup setup = facts::LogSetupOf(script);
  if (setup.unknown || script.partial) return;
  std::map<std::uint32_t, std::pair<double, Hidden>> hidden_by;  // by the setting's step
  for (std::uint32_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    const auto logged = facts::LoggedBy(script, step);
    // What is logged at DEBUG is meant to be hidden.
    if (!logged || logged->level < facts::kInfoLevel || !facts::RecordsMetric(script, step))
      continue;
    facts::LevelSetting setting = facts::LoggerLevelAt(script, setup, logged->logger, i);
    bool by_handler = false;
    if (setting.step != kNone && setting.level && *setting.level <= logged->level) {
      setting = facts::HandlerLevelAt(script, setup, logged->logger, i);
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
