// Training logs of any dialect: bytes to ir::Log.
#ifndef ONNXCHECK_PARSERS_LOG_LOG_H_
#define ONNXCHECK_PARSERS_LOG_LOG_H_

#include "analyzer/ir/log.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// Reads any bytes as a log. Never throws; memory is bounded by the points and
// events kept, which are limited (a kResourceLimit problem says where).
ir::Log ParseLog(const Source& source);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_LOG_LOG_H_
