// The levels that a script gives its loggers and handlers, and which is in force where.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_LOG_LEVELS_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_LOG_LEVELS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts/script/trace.h"

namespace onnxcheck::facts {

// A level that a step gives a logger or a handler.
struct LevelSetting {
  std::uint32_t step = kNone;
  std::optional<double> level;  // nullopt: not known, or the command line may change it
};

// What the script says of logging, before any record is looked at. Loggers by their name, the root
// is ""; handlers by what made them.
struct LogSetup {
  bool unknown = false;  // something else may set levels, or there is too much to follow
  std::map<std::string, std::vector<LevelSetting>> loggers;
  std::map<ValueId, std::vector<LevelSetting>> handlers;
  std::map<std::string, std::vector<ValueId>> handlers_of;
  bool root_has_handler = false;  // basicConfig's, or logging's own, which take every level
};

LogSetup LogSetupOf(const ir::Script& script);

// The setting that a record of the logger, issued at the step, is held against first: its own or
// that of the nearest logger above it. step is kNone where nothing is set, level is absent where it
// cannot be told.
LevelSetting LoggerLevelAt(const ir::Script& script, const LogSetup& setup, std::string logger,
                           std::uint32_t step);

// The lowest setting of the handlers that hear the logger, if all of them have one; no level: one
// takes everything, or it cannot be told.
LevelSetting HandlerLevelAt(const ir::Script& script, const LogSetup& setup,
                            const std::string& logger, std::uint32_t step);

// Whether a handler of `owner` hears the records of `logger`: its own, or those of one below it.
bool Hears(const std::string& owner, const std::string& logger);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_LOG_LEVELS_H_
