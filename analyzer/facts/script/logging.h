// What a script tells Python's logging to do.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_LOGGING_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_LOGGING_H_

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/ir/script.h"

namespace onnxcheck::facts {

// Python's numbers of its levels.
inline constexpr double kDebugLevel = 10;
inline constexpr double kInfoLevel = 20;
inline constexpr double kWarningLevel = 30;
inline constexpr double kErrorLevel = 40;
inline constexpr double kCriticalLevel = 50;

// The level that a value states, as a number, a name or logging.NAME; nullopt: not known, or
// NOTSET.
std::optional<double> LevelOf(const ir::Script& script, ir::script::ValueId value);

// "INFO" for 20; other numbers as they are.
std::string LevelText(double level);

// The name of the logger that a value is; empty: the root. Of one whose name is not known a text
// that no other logger has. nullopt: no logger.
std::optional<std::string> LoggerOf(const ir::Script& script, ir::script::ValueId value);

// A record that is logged: the logger and the level; nullopt: the step logs nothing, or on what is
// no logger for sure.
struct Logged {
  std::string logger;
  double level = 0;
  bool through_module = false;  // logging.info(), which gives a root without handlers one
};
std::optional<Logged> LoggedBy(const ir::Script& script, const ir::script::Step& step);

// The record's text names a loss or a metric, and a value goes into it.
bool RecordsMetric(const ir::Script& script, const ir::script::Step& step);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_LOGGING_H_
