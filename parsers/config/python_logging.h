// Python's own logging configurations: logging.config.dictConfig and fileConfig.
#ifndef ONNXCHECK_PARSERS_CONFIG_PYTHON_LOGGING_H_
#define ONNXCHECK_PARSERS_CONFIG_PYTHON_LOGGING_H_

#include <string>
#include <string_view>

#include "analyzer/ir/config.h"
#include "parsers/config/document.h"

namespace onnxcheck::parsers {

// What a handler class writes to: "file", "console", "csv", "tensorboard"; its own name otherwise.
std::string HandlerType(std::string_view written);
// True for handlers that start a new file by size or time.
bool IsRotatingHandler(std::string_view written);

// True if the node is a dictConfig: version 1 with handlers or loggers
// (https://docs.python.org/3/library/logging.config.html#logging-config-dictschema).
bool IsDictConfig(const Document& document, const Node& node);
// True for sections [loggers], [handlers] and [logger_root], as fileConfig wants them
// (https://docs.python.org/3/library/logging.config.html#logging-config-fileformat).
bool IsFileConfig(const Document& document, const Node& root);

// Fill loggers, handlers (those that a logger uses, if any logger names some) and log_level, the
// level of the root. `prefix` goes before logical paths. At most 100 loggers and handlers.
void FillDictConfig(const Document& document, const Node& section, const std::string& prefix,
                    ir::Config& config);
void FillFileConfig(const Document& document, const Node& root, ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_PYTHON_LOGGING_H_
