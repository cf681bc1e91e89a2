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

std::vector<LevelInForce> LevelsInForce(const ir::Config& config) {
  LevelInForce logger;
  if (config.log_level) {
    logger.level = ParseLevel(config.log_level->value);
    logger.location = config.log_level->location;
  }
  std::vector<LevelInForce> result;
  for (const ir::LogHandler& handler : config.handlers) {
    if (!WritesRecords(handler)) continue;
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

bool AnyMetricLogged(const ir::Run& run) {
  return std::any_of(run.logs.begin(), run.logs.end(),
                     [](const ir::Log& log) { return log.metric_records > 0; });
}

}  // namespace onnxcheck::facts
