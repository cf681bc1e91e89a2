// What a configuration says about logging: our own schema, basicConfig's words, dictConfig.
#ifndef ONNXCHECK_PARSERS_CONFIG_LOGGING_H_
#define ONNXCHECK_PARSERS_CONFIG_LOGGING_H_

#include "analyzer/ir/config.h"
#include "parsers/config/document.h"

namespace onnxcheck::parsers {

// Fills log_level, metric_level and handlers from
// - "logging:" with level, metric_level and a list of handlers, or with the one
//   file that logging.basicConfig takes (filename, filemode),
// - Python's logging.config.dictConfig (https://docs.python.org/3/library/
//   logging.config.html#logging-config-dictschema) at the root, under "logging"
//   or under "hydra.job_logging", and fileConfig (python_logging.h),
// - a bare "log_level".
void FillLogging(const Document& document, const Node& root, ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_LOGGING_H_
