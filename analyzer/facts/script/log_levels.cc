#include "analyzer/facts/script/log_levels.h"

#include <algorithm>

#include "analyzer/facts/script/logging.h"
#include "analyzer/facts/script/loops.h"

namespace onnxcheck::facts {
namespace {

std::optional<double> FixedLevel(const ir::Script& script, ValueId value) {
  return script.values[value].overridable ? std::nullopt : LevelOf(script, value);
}

void Note(const ir::Script& script, std::uint32_t number, LogSetup* setup) {
  const Step& step = script.steps[number];
  if (IsCall(step, {"logging.config.dictConfig", "logging.config.fileConfig", "logging.disable",
                    "importlib.reload"})) {
    setup->unknown = true;
  } else if (IsCall(step, {"logging.basicConfig"})) {
    setup->unknown = setup->unknown || HasUnpacked(step);
    setup->root_has_handler = true;
    const Argument* level = FindKeyword(step, "level");
    // Without a level the root keeps its own, which is WARNING from the start.
    if (level != nullptr)
      setup->loggers[""].push_back({number, FixedLevel(script, level->value)});
    else if (setup->loggers[""].empty())
      setup->loggers[""].push_back({number, kWarningLevel});
  } else if (IsMethod(step, {"setLevel"}) && step.arguments.size() == 1) {
    const LevelSetting setting = {number, FixedLevel(script, step.arguments[0].value)};
    if (const auto logger = LoggerOf(script, step.receiver))
      setup->loggers[*logger].push_back(setting);
    else if (script.values[step.receiver].kind == Value::Kind::kResult)
      setup->handlers[step.receiver].push_back(setting);
    else
      setup->unknown = true;
  } else if (IsMethod(step, {"addHandler"}) && step.arguments.size() == 1) {
    const auto logger = LoggerOf(script, step.receiver);
    if (!logger)
      setup->unknown = true;
    else
      setup->handlers_of[*logger].push_back(step.arguments[0].value);
  } else if (const auto logged = LoggedBy(script, step); logged && logged->through_module) {
    setup->root_has_handler = true;
  }
}

// The setting in force at the step; nullopt in it: it cannot be told.
LevelSetting InForce(const ir::Script& script, const std::vector<LevelSetting>& settings,
                     std::uint32_t at) {
  LevelSetting last;
  for (const LevelSetting& setting : settings) {
    if (setting.step > at) break;
    last = setting;
    if (!SurelyBefore(script, setting.step, at)) last.level.reset();
    if (!last.level) return last;
  }
  return last;
}

}  // namespace

LogSetup LogSetupOf(const ir::Script& script) {
  LogSetup setup;
  std::size_t settings = 0;
  for (std::uint32_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    settings += IsCall(step, {"logging.basicConfig"}) || IsMethod(step, {"setLevel", "addHandler"});
    Note(script, i, &setup);
  }
  setup.unknown |= settings > kMostCandidates;
  return setup;
}

bool Hears(const std::string& owner, const std::string& logger) {
  return owner.empty() || owner == logger || logger.starts_with(owner + ".");
}

// The logger itself, then its parents: "a.b", "a", "".
LevelSetting LoggerLevelAt(const ir::Script& script, const LogSetup& setup, std::string name,
                           std::uint32_t at) {
  while (true) {
    const auto found = setup.loggers.find(name);
    if (found != setup.loggers.end()) {
      const LevelSetting setting = InForce(script, found->second, at);
      if (setting.step != kNone) return setting;
    }
    if (name.empty()) return {};
    const std::size_t dot = name.rfind('.');
    name.resize(dot == std::string::npos ? 0 : dot);
  }
}

// The handler with the lowest level of those that are surely all; no level: one takes everything,
// or it cannot be told.
LevelSetting HandlerLevelAt(const ir::Script& script, const LogSetup& setup,
                            const std::string& logger, std::uint32_t at) {
  LevelSetting lowest;
  if (setup.root_has_handler) return lowest;
  for (const auto& [owner, handlers] : setup.handlers_of) {
    if (!Hears(owner, logger)) continue;
    for (const ValueId handler : handlers) {
      const auto found = setup.handlers.find(handler);
      if (found == setup.handlers.end()) return {};
      const LevelSetting setting = InForce(script, found->second, at);
      if (!setting.level) return {};
      if (!lowest.level || *setting.level < *lowest.level) lowest = setting;
    }
  }
  return lowest;
}

}  // namespace onnxcheck::facts
