// What a run's logging configuration lets through, and where it goes.
#ifndef ONNXCHECK_ANALYZER_FACTS_LOGGING_H_
#define ONNXCHECK_ANALYZER_FACTS_LOGGING_H_

#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/ir/run.h"

namespace onnxcheck::facts {

// "WARNING" or "warn" is kWarning; kNone for what is no level of Python's
// logging. NOTSET lets everything through and is kDebug.
ir::Level ParseLevel(std::string_view name);
std::string_view LevelName(ir::Level level);

// The place that decides what is hidden: the logger's level, or a handler's.
struct LevelInForce {
  ir::Level level = ir::Level::kNone;
  ir::Location location;
  const ir::LogHandler* handler = nullptr;  // null: the logger's own level decides
  bool is_default = false;                  // WARNING, because the root states no level
};

// For each handler that writes records of Python's logging (files, streams;
// not CSV or TensorBoard writers): the higher of its level and the logger's,
// as logging applies them. Handlers without any stated level are left out.
// One entry without a handler if only a logger level is stated.
//
// Under a dictConfig or fileConfig a handler takes what reaches it from any
// logger, and the lowest of these levels is its own: a record is held against
// the effective level of the logger that it is issued at, then only against
// the levels of the handlers on the way up, not against those of the loggers
// there (Python documentation, Logger.propagate). Handlers that no logger
// leads to are left out.
std::vector<LevelInForce> LevelsInForce(const ir::Config& config);

// The handlers that a record of the level, issued at the logger of that name,
// reaches by the configuration's loggers, as indices into config.handlers, in
// rising order.
std::vector<std::size_t> HandlersReached(const ir::Config& config, std::string_view logger,
                                         ir::Level level);

// True if the input is the file that the handler writes: both have the same
// file name.
bool WritesTo(const ir::LogHandler& handler, const ir::Input& input);

// True if the path holds a placeholder or a date (eight digits), so that each
// run has a file of its own.
bool NamesEachRun(std::string_view path);

// True if the configuration names a tracker (TensorBoard, W&B, MLflow, ...) that metrics reach
// without passing a level, and does not turn it off.
bool UsesTracker(const ir::Config& config);

// True if any log of the run holds at least one metric.
bool AnyMetricLogged(const ir::Run& run);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_LOGGING_H_
