// Which of the paths that a script names are there.
#ifndef ONNXCHECK_PARSERS_SCRIPT_PATHS_H_
#define ONNXCHECK_PARSERS_SCRIPT_PATHS_H_

#include <cstddef>

#include "analyzer/ir/script.h"

namespace onnxcheck::parsers {

// Texts looked up for one script, longest of them in bytes, and entries of one folder that are
// read.
inline constexpr std::size_t kMaxPathTexts = 64;
inline constexpr std::size_t kMaxPathBytes = 200;
inline constexpr std::size_t kMaxFolderEntries = 4096;

// Fills script.paths from the arguments of its calls, for a script that lies at script.input.path.
// Only relative paths of this system's form are asked for: no file is opened, no absolute path and
// no home folder is looked into. Never throws.
void LookUpPaths(ir::Script& script);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_SCRIPT_PATHS_H_
