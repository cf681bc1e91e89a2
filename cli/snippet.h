// What stands at the place of a finding: a source line, or a node as text.
#ifndef ONNXCHECK_CLI_SNIPPET_H_
#define ONNXCHECK_CLI_SNIPPET_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "analyzer/ir/location.h"
#include "analyzer/ir/run.h"
#include "parsers/source.h"

namespace onnxcheck::cli {

// One line, safe for any terminal, and the part of it that is meant.
struct Snippet {
  std::string text;        // empty: nothing to show
  std::uint32_t line = 0;  // 1-based; 0: not a line of a file (a node)
  std::size_t mark = 0;    // first display column that is marked, from 0
  std::size_t mark_width = 0;
  // The same part in the line as it stands in the file, in UTF-16 units from
  // 1, end exclusive: what SARIF and editors count in.
  std::size_t utf16_column = 0;
  std::size_t utf16_end = 0;
};

// Shows `raw`, a line of a file, with its bytes [column - 1, column - 1 + length)
// marked; column 0 marks the first character. Tabs become spaces, escape
// sequences go, of a progress bar redrawn with \r or \b only the part that
// holds the mark (or the last one) is shown, and a long line is cut around it.
Snippet LineSnippet(std::string_view raw, std::uint32_t line, std::size_t column,
                    std::size_t length);

// Shows `text`, already on one line, with the given bytes marked.
Snippet TextSnippet(std::string_view text, std::size_t mark, std::size_t length);

// Reads lines of the files of one run; keeps the files mapped. Not for use by
// several threads at once.
class SourceLines {
 public:
  // The line as bytes, without its end; empty for what is not plain text
  // (compressed, UTF-16, binary) or is not there.
  std::string_view LineAt(const ir::Location& location);

 private:
  std::map<std::string, std::shared_ptr<const parsers::Source>> sources_;
};

// What to show for a finding at `location`: the line of a text file, the node
// or value that the logical path of a model names, or nothing.
Snippet SnippetAt(const ir::Run& run, const ir::Location& location, SourceLines& lines);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_SNIPPET_H_
