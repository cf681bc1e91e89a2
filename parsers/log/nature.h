// What a file that is read as a log turns out to be.
#ifndef ONNXCHECK_PARSERS_LOG_NATURE_H_
#define ONNXCHECK_PARSERS_LOG_NATURE_H_

#include <string_view>

#include "analyzer/ir/log.h"

namespace onnxcheck::parsers::log {

// Sets `nature` and its reason. In doubt a file is a training log.
void JudgeNature(std::string_view text, ir::Log* log);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_NATURE_H_
