// Golden cases: a run folder and the findings expected of it, as Markdown.
#ifndef ONNXCHECK_TESTS_SUPPORT_CASES_H_
#define ONNXCHECK_TESTS_SUPPORT_CASES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onnxcheck::tests {

struct CaseFile {
  std::string name;      // "config.yaml", "logs/run.log"
  std::string language;  // "onnx", "yaml", "text-escaped", ...
  std::string content;   // as it stands between the fences
  int line = 0;          // of the opening fence
};

struct Case {
  std::string title;
  int line = 0;
  std::vector<CaseFile> files;
  std::vector<std::string> arguments;  // block `arguments`: paths named instead of the folder
  std::optional<std::vector<std::string>> findings;  // absent: no `findings` block
};

// Cases open with "## Title". Fenced blocks whose info string is
// "<language> <file name>" are files, a block "findings" is what is expected,
// a block "arguments" names what is checked where that is not the folder;
// other blocks are prose. What stands before the first title is one case
// without a title (the examples in a rule's documentation). Throws
// std::invalid_argument, with the line, for a fence that is never closed.
std::vector<Case> ParseCases(std::string_view markdown);

// Writes the files below `folder`: `onnx` as a binary model, `text-escaped`
// with \n \r \t \b \0 \\ \xHH resolved and without the block's own line ends,
// `events` as a TensorBoard event file (see event_text.h), everything else as it stands.
void WriteFiles(const Case& it, const std::string& folder);

// A folder of its own, removed with everything in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Whole file; throws std::runtime_error if it cannot be read.
std::string ReadFile(const std::string& path);

// Creates folders as needed.
void WriteFile(const std::string& path, std::string_view content);

}  // namespace onnxcheck::tests

#endif  // ONNXCHECK_TESTS_SUPPORT_CASES_H_
