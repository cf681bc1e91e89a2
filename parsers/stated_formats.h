// What a run says of the format of its logs.
#ifndef ONNXCHECK_PARSERS_STATED_FORMATS_H_
#define ONNXCHECK_PARSERS_STATED_FORMATS_H_

#include <string>
#include <vector>

#include "analyzer/ir/run.h"

namespace onnxcheck::parsers {

// The formats that configurations give a handler (dictConfig, fileConfig, Hydra) and that scripts
// give logging.basicConfig, logging.Formatter or loguru, each once: those alone without which their
// records are misread (log/record_format.h).
std::vector<std::string> StatedFormats(const ir::Run& run);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_STATED_FORMATS_H_
