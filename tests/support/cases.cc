#include "tests/support/cases.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "tests/support/event_text.h"
#include "tests/support/onnx_text.h"

namespace onnxcheck::tests {
namespace {

std::string Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1));
}

std::string Unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') continue;
    if (text[i] != '\\' || i + 1 >= text.size()) {
      result += text[i];
      continue;
    }
    switch (text[++i]) {
      case 'n':
        result += '\n';
        break;
      case 'r':
        result += '\r';
        break;
      case 't':
        result += '\t';
        break;
      case 'b':
        result += '\b';
        break;
      case '0':
        result += '\0';
        break;
      case 'x':
        result += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
        break;
      default:
        result += text[i];
    }
  }
  return result;
}

struct Line {
  std::string_view text;
  int number = 0;
};

std::vector<Line> LinesOf(std::string_view text) {
  std::vector<Line> lines;
  int number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back({text.substr(begin, end - begin), ++number});
    begin = end + 1;
  }
  return lines;
}

bool IsFence(std::string_view line) { return line.substr(0, 3) == "```"; }

void TakeBlock(std::string_view info, std::string content, int line, Case& into) {
  const std::string text = Trimmed(info);
  if (text == "findings" || text == "arguments") {
    std::vector<std::string>& entries =
        text == "findings" ? into.findings.emplace() : into.arguments;
    for (const Line& it : LinesOf(content)) {
      const std::string entry = Trimmed(it.text);
      if (!entry.empty()) entries.push_back(entry);
    }
    return;
  }
  const std::size_t space = text.find(' ');
  if (space == std::string::npos) return;
  into.files.push_back(
      {Trimmed(text.substr(space)), text.substr(0, space), std::move(content), line});
}

}  // namespace

std::vector<Case> ParseCases(std::string_view markdown) {
  std::vector<Case> cases(1);
  const std::vector<Line> lines = LinesOf(markdown);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].text.substr(0, 3) == "## ") {
      cases.emplace_back();
      cases.back().title = Trimmed(lines[i].text.substr(3));
      cases.back().line = lines[i].number;
    }
    if (!IsFence(lines[i].text)) continue;
    const std::size_t opening = i;
    const std::size_t ticks = lines[i].text.find_first_not_of('`');
    const std::string_view fence = lines[i].text.substr(0, ticks);
    std::string content;
    for (++i; i < lines.size() && Trimmed(lines[i].text) != fence; ++i) {
      content.append(lines[i].text).push_back('\n');
    }
    if (i == lines.size()) {
      throw std::invalid_argument("line " + std::to_string(lines[opening].number) +
                                  ": the fence is never closed");
    }
    TakeBlock(lines[opening].text.substr(fence.size()), std::move(content), lines[opening].number,
              cases.back());
  }
  std::erase_if(cases, [](const Case& it) {
    return it.files.empty() && it.arguments.empty() && !it.findings.has_value();
  });
  return cases;
}

void WriteFiles(const Case& it, const std::string& folder) {
  for (const CaseFile& file : it.files) {
    std::string content = file.content;
    if (file.language == "onnx") content = OnnxFromText(file.content);
    if (file.language == "text-escaped") content = Unescaped(file.content);
    if (file.language == "events") content = EventsFromText(file.content);
    WriteFile(folder + "/" + file.name, content);
  }
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "onnxcheck-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder: " + name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(path + ": cannot be read");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void WriteFile(const std::string& path, std::string_view content) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream out(path, std::ios::binary);
  out << content;
  if (!out.flush()) throw std::runtime_error(path + ": cannot be written");
}

}  // namespace onnxcheck::tests
