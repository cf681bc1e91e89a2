#include "parsers/script/notebook.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "parsers/config/document.h"
#include "parsers/config/readers.h"
#include "parsers/script/text.h"
#include "parsers/suppressions.h"

namespace onnxcheck::parsers::script {
namespace {

// Output kept of one notebook: progress bars may make hundreds of megabytes.
constexpr std::size_t kMaxOutput = 64u << 20;

// nbformat writes a text as a list of its lines, or as one string.
struct TextLine {
  std::string_view text;  // without its end
  std::uint32_t file_line = 0;
};

void AddLines(std::string_view text, std::uint32_t file_line, std::vector<TextLine>& lines) {
  if (text.ends_with("\n")) text.remove_suffix(1);
  while (true) {
    const std::size_t end = text.find('\n');
    lines.push_back({text.substr(0, end), file_line});
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

const std::string* TextOf(const Node* node) {
  return node == nullptr ? nullptr : std::get_if<std::string>(&node->value);
}

std::vector<TextLine> LinesOf(const Document& document, const Node* node) {
  std::vector<TextLine> lines;
  if (node == nullptr) return lines;
  if (const std::string* text = TextOf(node)) {
    AddLines(*text, node->line, lines);
    return lines;
  }
  for (const std::uint32_t child : node->children) {
    const Node& line = document.nodes[child];
    if (const std::string* text = TextOf(&line)) AddLines(*text, line.line, lines);
  }
  return lines;
}

// As written, line ends included.
std::string WholeText(const Document& document, const Node* node) {
  if (node == nullptr) return "";
  if (const std::string* text = TextOf(node)) return *text;
  std::string whole;
  for (const std::uint32_t child : node->children) {
    if (const std::string* text = TextOf(&document.nodes[child])) whole += *text;
  }
  return whole;
}

// "%matplotlib inline", "!pip install x", "?model", "plt.plot?": for IPython, not for Python.
bool IsMagic(std::string_view line) {
  const std::string_view text = StripLeft(line);
  if (text.empty()) return false;
  if (text[0] == '!' || text[0] == '?') return true;
  if (text[0] == '%' && text.size() > 1) {
    return text[1] == '%' || absl::ascii_isalpha(static_cast<unsigned char>(text[1]));
  }
  const std::size_t last = text.find_last_not_of(" \t\r");
  return text[last] == '?' && text.find_first_of("'\"#") == std::string_view::npos;
}

// Cell magics that run the cell as Python.
bool RunsPython(std::string_view magic) {
  for (const std::string_view name : {"%%time", "%%timeit", "%%capture", "%%prun", "%%memit"}) {
    if (magic.starts_with(name)) return true;
  }
  return false;
}

struct Cell {
  const Node* node = nullptr;
  std::uint32_t number = 0;
  std::optional<std::int64_t> execution;
};

void AddCode(const Document& document, const Cell& cell, Notebook& notebook) {
  const Node* source = Find(document, *cell.node, "source");
  if (source == nullptr) source = Find(document, *cell.node, "input");  // version 3
  const std::vector<TextLine> lines = LinesOf(document, source);
  bool foreign = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view text = StripLeft(lines[i].text);
    if (i == 0 && text.starts_with("%%")) foreign = !RunsPython(text);
    // A cut line keeps its indentation, so that a block that consists of it stays one.
    if (!foreign && !IsMagic(lines[i].text)) {
      notebook.code += lines[i].text;
    } else if (!foreign && text.size() < lines[i].text.size()) {
      notebook.code += lines[i].text.substr(0, lines[i].text.size() - text.size());
      notebook.code += "pass";
    }
    notebook.code += '\n';
    notebook.lines.push_back({lines[i].file_line, cell.number, static_cast<std::uint32_t>(i + 1)});
  }
}

void AddOutputs(const Document& document, const Cell& cell, const std::string& path,
                std::uint32_t* line, Notebook& notebook) {
  const Node* outputs = Find(document, *cell.node, "outputs");
  if (outputs == nullptr || notebook.output.size() > kMaxOutput) return;
  std::string text;
  for (const std::uint32_t child : outputs->children) {
    const Node& output = document.nodes[child];
    std::string one = WholeText(document, Find(document, output, "text"));
    if (const Node* traceback = Find(document, output, "traceback")) {
      for (const std::uint32_t frame : traceback->children) {
        if (const std::string* part = TextOf(&document.nodes[frame])) {
          one += *part + "\n";
        }
      }
    }
    if (!one.empty() && one.back() != '\n') one += '\n';
    text += one;
  }
  if (text.empty()) return;
  notebook.output_parts.push_back({Cat(path, "#cell[", cell.number, "]"), *line});
  *line += static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
  notebook.output += text;
}

}  // namespace

Notebook ReadNotebook(const Source& source, std::vector<ir::Problem>& problems) {
  Notebook notebook;
  const Document document = ReadJson(source.bytes(), source.path(), problems);
  if (document.roots.empty()) return notebook;
  const Node& root = document.nodes[document.roots[0]];
  std::vector<const Node*> lists;
  if (const Node* cells = Find(document, root, "cells")) lists.push_back(cells);
  if (const Node* sheets = Find(document, root, "worksheets")) {  // version 3
    for (const std::uint32_t sheet : sheets->children) {
      const Node* cells = Find(document, document.nodes[sheet], "cells");
      if (cells != nullptr) lists.push_back(cells);
    }
  }
  std::vector<Cell> cells;
  std::uint32_t number = 0;
  for (const Node* list : lists) {
    for (const std::uint32_t child : list->children) {
      const Node& node = document.nodes[child];
      ++number;
      const std::string* type = TextOf(Find(document, node, "cell_type"));
      if (type == nullptr || *type != "code") continue;
      Cell& cell = cells.emplace_back();
      cell.node = &node;
      cell.number = number;
      const Node* count = Find(document, node, "execution_count");
      if (count == nullptr) count = Find(document, node, "prompt_number");
      if (count != nullptr) {
        if (const auto* run = std::get_if<std::int64_t>(&count->value)) cell.execution = *run;
      }
    }
  }
  // Cells between those that were run were not; those behind the last were to come next.
  const auto was_run = [](const Cell& cell) { return cell.execution.has_value(); };
  const auto rest = std::find_if(cells.rbegin(), cells.rend(), was_run).base();
  cells.erase(std::remove_if(cells.begin(), rest, std::not_fn(was_run)), rest);
  const std::int64_t behind = std::numeric_limits<std::int64_t>::max();
  for (Cell& cell : cells) cell.execution = cell.execution.value_or(behind);
  for (std::size_t i = 1; i < cells.size(); ++i) {
    notebook.shuffled |= cells[i].execution < cells[i - 1].execution;
  }
  std::stable_sort(cells.begin(), cells.end(),
                   [](const Cell& a, const Cell& b) { return a.execution < b.execution; });
  std::uint32_t output_line = 1;
  for (const Cell& cell : cells) {
    AddCode(document, cell, notebook);
    AddOutputs(document, cell, source.path(), &output_line, notebook);
  }
  notebook.suppressions = CommentSuppressions(*Source::FromBytes(source.path(), notebook.code));
  for (ir::Suppression& suppression : notebook.suppressions) {
    const auto place = [&](std::uint32_t line) {
      return line == 0 || line > notebook.lines.size() ? line : notebook.lines[line - 1].file_line;
    };
    suppression.line = place(suppression.line);
    suppression.location.line = place(suppression.location.line);
    suppression.location.column = 0;
    suppression.location.has_span = false;
  }
  return notebook;
}

}  // namespace onnxcheck::parsers::script
