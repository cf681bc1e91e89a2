#include "parsers/script/script.h"

#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parsers/log/log.h"
#include "parsers/script/notebook.h"
#include "parsers/script/syntax.h"
#include "parsers/script/text.h"
#include "parsers/script/walk.h"
#include "parsers/suppressions.h"

namespace onnxcheck::parsers {
namespace {

using script::Marks;

class FileMarks : public Marks {
 public:
  ir::script::Mark At(std::uint32_t begin, std::uint32_t end, std::uint32_t line,
                      std::uint32_t column) const override {
    return {begin, end - begin, line, column, 0, 0};
  }
};

class NotebookMarks : public Marks {
 public:
  explicit NotebookMarks(const std::vector<script::NotebookLine>& lines) : lines_(lines) {}
  ir::script::Mark At(std::uint32_t, std::uint32_t, std::uint32_t line,
                      std::uint32_t) const override {
    if (line == 0 || line > lines_.size()) return {};
    const script::NotebookLine& at = lines_[line - 1];
    return {0, 0, at.file_line, 0, at.cell, at.cell_line};
  }

 private:
  const std::vector<script::NotebookLine>& lines_;
};

// The first damage that the grammar met, and how much there is of it.
void AddSyntaxProblem(const script::Tree& tree, const Marks& marks, ir::Script& script) {
  if (tree.errors.empty()) return;
  script.partial = true;
  // Python 2: the grammar knows its print, but not all else.
  if (std::any_of(tree.nodes.begin(), tree.nodes.end(),
                  [](const script::Node& node) { return node.kind == script::Syntax::kPrint; })) {
    return;
  }
  const script::Node& node = tree.nodes[tree.errors.front()];
  ir::Problem problem;
  problem.kind = ir::ProblemKind::kMalformedScript;
  problem.location = ir::PlaceOf(script, marks.At(node.begin, node.end, node.line, node.column));
  // The rest of the file may be in it.
  problem.location.has_span = false;
  problem.location.length = 0;
  problem.message =
      tree.errors.size() == 1
          ? "one part of the script is no Python that can be read"
          : script::Cat(tree.errors.size(), " parts of the script are no Python that can be read");
  script.input.problems.push_back(std::move(problem));
}

void AddLimit(ir::Script& script, std::string message) {
  script.partial = true;
  ir::Problem problem;
  problem.kind = ir::ProblemKind::kResourceLimit;
  problem.location.path = script.input.path;
  problem.message = std::move(message);
  script.input.problems.push_back(std::move(problem));
}

void Read(std::string_view text, const Marks& marks, ir::Script& script) {
  if (text.size() > script::kMaxScriptBytes) {
    text = text.substr(0, script::kMaxScriptBytes);
    AddLimit(script, script::Cat("a script is read up to ", script::kMaxScriptBytes >> 20, " MiB"));
  }
  const script::Tree tree = script::Parse(text);
  if (tree.cut) AddLimit(script, "the script takes too long to read");
  AddSyntaxProblem(tree, marks, script);
  if (tree.nodes.size() > 1) script::Walk(tree, marks, &script).Run();
}

ir::Script Begin(const Source& source, std::string_view format) {
  ir::Script script;
  script.input.path = source.path();
  script.input.kind = ir::Kind::kScript;
  script.input.format = format;
  script.input.bytes = source.bytes().size();
  return script;
}

// Rules may rely on the first value and context.
void Complete(ir::Script& script) {
  if (script.values.empty()) script.values.emplace_back();
  if (script.contexts.empty()) script.contexts.emplace_back();
}

}  // namespace

ir::Script ParseScript(const Source& source) {
  ir::Script script = Begin(source, "python");
  try {
    Read(source.bytes(), FileMarks(), script);
    script.input.suppressions = CommentSuppressions(source);
  } catch (const std::exception& error) {  // out of memory: nothing else is thrown
    script.partial = true;
    script.input.problems.push_back(OutOfMemory(source, error));
  }
  Complete(script);
  return script;
}

ir::Script ParseNotebook(const Source& source) {
  ir::Script script = Begin(source, "notebook");
  script.notebook = true;
  try {
    script::Notebook notebook = script::ReadNotebook(source, script.input.problems);
    Read(notebook.code, NotebookMarks(notebook.lines), script);
    script.input.suppressions = std::move(notebook.suppressions);
    script.partial |= notebook.shuffled;
  } catch (const std::exception& error) {
    script.partial = true;
    script.input.problems.push_back(OutOfMemory(source, error));
  }
  Complete(script);
  return script;
}

std::optional<ir::Log> ParseNotebookOutputs(const Source& source) {
  try {
    std::vector<ir::Problem> told;  // by ParseNotebook
    const script::Notebook notebook = script::ReadNotebook(source, told);
    if (notebook.output.empty()) return std::nullopt;
    ir::Log log =
        ParseLog(*Source::FromBytes(source.path(), notebook.output), {}, notebook.output_parts);
    log.input.bytes = source.bytes().size();
    if (notebook.output_parts.size() > 1) {
      // Each cell trains for as many epochs as it says, at a time of its own.
      log.planned_epochs.reset();
      log.writing.clock_steps = 0;
      log.writing.clock_back.clear();
    }
    return log;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace onnxcheck::parsers
