// Python scripts and notebooks, read into a trace of what they do.
#ifndef ONNXCHECK_PARSERS_SCRIPT_SCRIPT_H_
#define ONNXCHECK_PARSERS_SCRIPT_SCRIPT_H_

#include <optional>
#include <string>

#include "analyzer/ir/log.h"
#include "analyzer/ir/script.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// Never throws. What is no Python (Python 2, half a file, a notebook's magics) is a
// malformed-config problem; what can be read is kept, and Script::partial is set. At most
// script::kMaxScriptBytes are read, and the walk is linear in them.
ir::Script ParseScript(const Source& source);

// A notebook's code cells that were run, in the order they were (execution_count), and those behind
// the last of them are one script. Where they were not run from top to bottom, parts may be of
// different sessions, and Script::partial is set.
ir::Script ParseNotebook(const Source& source);

// What the cells of a notebook printed, tracebacks included, as one log; nullopt if nothing.
std::optional<ir::Log> ParseNotebookOutputs(const Source& source);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_SCRIPT_SCRIPT_H_
