// A Jupyter notebook as the script it is, and what it printed.
// https://nbformat.readthedocs.io/en/latest/format_description.html, versions 3 and 4.
#ifndef ONNXCHECK_PARSERS_SCRIPT_NOTEBOOK_H_
#define ONNXCHECK_PARSERS_SCRIPT_NOTEBOOK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/ir/log.h"
#include "parsers/source.h"

namespace onnxcheck::parsers::script {

// A line of the code, and where it stands.
struct NotebookLine {
  std::uint32_t file_line = 0;  // in the .ipynb file
  std::uint32_t cell = 0;       // 1-based, among all cells
  std::uint32_t cell_line = 0;  // 1-based
};

struct Notebook {
  std::string code;  // of the code cells as they were run; magics and shell commands are blank
  std::vector<NotebookLine> lines;        // of `code`
  bool shuffled = false;                  // the cells stand in another order
  std::string output;                     // streams, texts and tracebacks, in the same order
  std::vector<ir::LogPart> output_parts;  // one a cell: "train.ipynb#cell[3]"
  std::vector<ir::Suppression> suppressions;
};

// Damage is appended to `problems`; what stands before it is kept.
Notebook ReadNotebook(const Source& source, std::vector<ir::Problem>& problems);

}  // namespace onnxcheck::parsers::script

#endif  // ONNXCHECK_PARSERS_SCRIPT_NOTEBOOK_H_
