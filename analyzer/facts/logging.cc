#include "analyzer/facts/logging.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

namespace onnxcheck::facts {
namespace {

constexpr std::array<std::pair<std::string_view, ir::Level>, 9> kLevels = {{
    {"NOTSET", ir::Level::kDebug},
    {"DEBUG", ir::Level::kDebug},
    {"INFO", ir::Level::kInfo},
    {"WARN", ir::Level::kWarning},
    {"WARNING", ir::Level::kWarning},
    {"ERROR", ir::Level::kError},
    {"FATAL", ir::Level::kCritical},
    {"CRITICAL", ir::Level::kCritical},
    {"TRACE", ir::Level::kDebug},
}};

bool WritesRecords(const ir::LogHandler& handler) {
  if (!handler.type) return true;
  std::string type = handler.type->value;
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array<std::string_view, 4> kRecordWriters = {"file", "stream", "console", "std"};
  return std::any_of(kRecordWriters.begin(), kRecordWriters.end(),
                     [&](std::string_view word) { return type.find(word) != std::string::npos; });
}

// The logger of the name; of several (root and "", two files) the last one counts, as each call
// of logging.config sets it anew. Null: it is not configured.
const ir::Logger* Find(const std::vector<ir::Logger>& loggers, std::string_view name) {
  const auto found = std::find_if(loggers.rbegin(), loggers.rend(),
                                  [&](const ir::Logger& logger) { return logger.name == name; });
  return found == loggers.rend() ? nullptr : &*found;
}

// "a.b" -> "a" -> "".
std::string_view Parent(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

// Logger.getEffectiveLevel: the first level that is stated on the way to the root, whose own is
// WARNING unless it says otherwise.
LevelInForce EffectiveLevel(const std::vector<ir::Logger>& loggers, std::string_view name) {
  for (;; name = Parent(name)) {
    const ir::Logger* logger = Find(loggers, name);
    if (logger != nullptr && logger->level && logger->level->value != "NOTSET") {
      return {ParseLevel(logger->level->value), logger->level->location, nullptr, false};
    }
    if (!name.empty()) continue;
    // Nothing is said of where: the root may not be in the file at all.
    const ir::Location location = logger != nullptr ? logger->location : loggers.front().location;
    const bool everything = logger != nullptr && logger->level;  // NOTSET
    return {everything ? ir::Level::kDebug : ir::Level::kWarning, location, nullptr, !everything};
  }
}

// The names of the handlers that records of the logger reach (Logger.callHandlers).
std::vector<std::string_view> HandlersAbove(const std::vector<ir::Logger>& loggers,
                                            std::string_view name) {
  std::vector<std::string_view> names;
  for (;; name = Parent(name)) {
    const ir::Logger* logger = Find(loggers, name);
    if (logger != nullptr) {
      names.insert(names.end(), logger->handlers.begin(), logger->handlers.end());
      if (!logger->propagate) break;
    }
    if (name.empty()) break;
  }
  return names;
}

// The lowest level that a handler lets through from any logger that leads to it.
std::optional<LevelInForce> LowestLevel(const ir::Config& config, const ir::LogHandler& handler) {
  std::optional<LevelInForce> lowest;
  for (const ir::Logger& logger : config.loggers) {
    const auto reached = HandlersAbove(config.loggers, logger.name);
    if (std::find(reached.begin(), reached.end(), handler.name) == reached.end()) continue;
    LevelInForce level = EffectiveLevel(config.loggers, logger.name);
    level.handler = &handler;
    if (handler.level && ParseLevel(handler.level->value) > level.level) {
      level.level = ParseLevel(handler.level->value);
      level.location = handler.level->location;
      level.is_default = false;
    }
    if (!lowest || level.level < lowest->level) lowest = level;
  }
  return lowest;
}

std::string_view FileName(std::string_view path) {
  return path.substr(path.find_last_of("/\\") + 1);
}

}  // namespace

ir::Level ParseLevel(std::string_view name) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (const auto& [text, level] : kLevels) {
    if (text == upper) return level;
  }
  return ir::Level::kNone;
}

std::string_view LevelName(ir::Level level) {
  switch (level) {
    case ir::Level::kNone:
      return "no level";
    case ir::Level::kDebug:
      return "DEBUG";
    case ir::Level::kInfo:
      return "INFO";
    case ir::Level::kWarning:
      return "WARNING";
    case ir::Level::kError:
      return "ERROR";
    case ir::Level::kCritical:
      return "CRITICAL";
  }
  return "";
}

std::vector<std::size_t> HandlersReached(const ir::Config& config, std::string_view logger,
                                         ir::Level level) {
  std::vector<std::size_t> reached;
  if (config.loggers.empty() || EffectiveLevel(config.loggers, logger).level > level) {
    return reached;
  }
  const std::vector<std::string_view> names = HandlersAbove(config.loggers, logger);
  for (std::size_t i = 0; i < config.handlers.size(); ++i) {
    const ir::LogHandler& handler = config.handlers[i];
    if (std::find(names.begin(), names.end(), handler.name) == names.end()) continue;
    if (handler.level && ParseLevel(handler.level->value) > level) continue;
    reached.push_back(i);
  }
  return reached;
}

std::vector<LevelInForce> LevelsInForce(const ir::Config& config) {
  LevelInForce logger;
  if (config.log_level) {
    logger.level = ParseLevel(config.log_level->value);
    logger.location = config.log_level->location;
  }
  std::vector<LevelInForce> result;
  for (const ir::LogHandler& handler : config.handlers) {
    if (!WritesRecords(handler)) continue;
    // A handler of dictConfig: its loggers decide.
    if (!handler.name.empty() && !config.loggers.empty()) {
      const std::optional<LevelInForce> lowest = LowestLevel(config, handler);
      if (lowest && lowest->level != ir::Level::kNone) result.push_back(*lowest);
      continue;
    }
    LevelInForce in_force = logger;
    in_force.handler = &handler;
    if (handler.level && ParseLevel(handler.level->value) > logger.level) {
      in_force.level = ParseLevel(handler.level->value);
      in_force.location = handler.level->location;
    }
    if (in_force.level != ir::Level::kNone) result.push_back(in_force);
  }
  if (config.handlers.empty() && logger.level != ir::Level::kNone) result.push_back(logger);
  return result;
}

bool WritesTo(const ir::LogHandler& handler, const ir::Input& input) {
  return handler.path && !handler.path->value.empty() &&
         FileName(handler.path->value) == FileName(input.path);
}

bool NamesEachRun(std::string_view path) {
  if (path.find_first_of("{%$") != std::string_view::npos) return true;
  constexpr int kDateDigits = 8;
  int digits = 0;
  for (const char c : path) {
    if (c >= '0' && c <= '9') {
      if (++digits == kDateDigits) return true;
    } else if (c != '-' && c != '_') {
      digits = 0;
    }
  }
  return false;
}

bool UsesTracker(const ir::Config& config) {
  constexpr std::array<std::string_view, 9> kTrackers = {"tensorboard", "wandb",      "mlflow",
                                                         "comet",       "neptune",    "clearml",
                                                         "csvlogger",   "csv_logger", "aim.logger"};
  const auto lower = [](std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
  };
  return std::any_of(config.entries.begin(), config.entries.end(), [&](const ir::Entry& entry) {
    const std::string text = lower(entry.text);
    for (const char* off : {"false", "none", "null", "no", "off", "disabled", "0", "~", ""}) {
      if (text == off) return false;
    }
    const std::string all = lower(entry.key) + " " + text;
    return std::any_of(kTrackers.begin(), kTrackers.end(), [&](std::string_view tracker) {
      return all.find(tracker) != std::string::npos;
    });
  });
}

bool AnyMetricLogged(const ir::Run& run) {
  return std::any_of(run.logs.begin(), run.logs.end(),
                     [](const ir::Log& log) { return log.metric_records > 0; });
}

}  // namespace onnxcheck::facts
