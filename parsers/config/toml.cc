// TOML through toml++. It keeps nothing of a file with an error, so such a file is read again up
// to the statement that holds the error.
#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "parsers/config/readers.h"

#define TOML_EXCEPTIONS 1
#include "toml++/toml.h"

namespace onnxcheck::parsers {
namespace {

// An error inside a multi-line value is reported at its end: how many lines
// further up the start of the statement is looked for.
constexpr int kMaxRetries = 40;

// Offsets of line starts, to turn toml++'s columns (in code points) into bytes.
class Lines {
 public:
  explicit Lines(std::string_view bytes) : bytes_(bytes), starts_{0} {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] == '\n') starts_.push_back(i + 1);
    }
  }
  std::size_t Start(std::uint32_t line) const {
    return line >= 1 && line <= starts_.size() ? starts_[line - 1] : bytes_.size();
  }
  std::size_t Offset(const toml::source_position& position) const {
    std::size_t at = Start(position.line);
    for (std::uint32_t column = 1; column < position.column && at < bytes_.size(); ++column) {
      ++at;
      while (at < bytes_.size() && (static_cast<unsigned char>(bytes_[at]) & 0xC0) == 0x80) ++at;
    }
    return at;
  }

 private:
  std::string_view bytes_;
  std::vector<std::size_t> starts_;
};

class Converter {
 public:
  explicit Converter(std::string_view bytes) : bytes_(bytes), lines_(bytes) {}

  bool Convert(const toml::node& from) {
    Node node = At(from.source());
    if (const toml::table* table = from.as_table()) {
      node.kind = Node::Kind::kMapping;
      node.length = 0;
      if (!builder_.Start(std::move(node))) return false;
      for (const auto& [key, child] : *table) {
        builder_.Key(std::string(key.str()), At(key.source()));
        if (!Convert(child)) return false;
      }
      return builder_.End();
    }
    if (const toml::array* array = from.as_array()) {
      node.kind = Node::Kind::kSequence;
      node.length = 0;
      if (!builder_.Start(std::move(node))) return false;
      for (const toml::node& child : *array) {
        if (!Convert(child)) return false;
      }
      return builder_.End();
    }
    node.text = bytes_.substr(std::min<std::size_t>(node.offset, bytes_.size()), node.length);
    if (const auto* boolean = from.as_boolean()) {
      node.value = boolean->get();
    } else if (const auto* integer = from.as_integer()) {
      node.value = std::int64_t{integer->get()};
    } else if (const auto* floating = from.as_floating_point()) {
      node.value = floating->get();
    } else if (const auto* text = from.as_string()) {
      node.value = text->get();
    } else {
      node.value = node.text;  // dates and times stay text
    }
    return builder_.Scalar(std::move(node));
  }

  DocumentBuilder& builder() { return builder_; }

 private:
  Node At(const toml::source_region& region) const {
    Node node;
    if (region.begin.line == 0) return node;
    node.offset = lines_.Offset(region.begin);
    const std::size_t end = lines_.Offset(region.end);
    node.length = end > node.offset ? end - node.offset : 0;
    node.line = region.begin.line;
    node.column = static_cast<std::uint32_t>(node.offset - lines_.Start(node.line) + 1);
    return node;
  }

  std::string_view bytes_;
  Lines lines_;
  DocumentBuilder builder_;
};

// Skips the string that opens at `at`; returns its last byte.
std::size_t SkipString(std::string_view bytes, std::size_t at) {
  const char quote = bytes[at];
  const bool escapes = quote == '"';
  const std::string_view fence = bytes.substr(at, 3);
  const bool lines = fence == "\"\"\"" || fence == "'''";
  std::size_t i = at + (lines ? 3 : 1);
  for (; i < bytes.size(); ++i) {
    if (escapes && bytes[i] == '\\') {
      ++i;
    } else if (!lines && (bytes[i] == quote || bytes[i] == '\n')) {
      return i;
    } else if (lines && bytes.substr(i, 3) == fence) {
      i += 2;
      // Up to two quotes more belong to the text.
      for (int more = 0; more < 2 && bytes.substr(i + 1, 1) == fence.substr(0, 1); ++more) ++i;
      return i;
    }
  }
  return bytes.size();
}

struct Obstacle {
  std::size_t offset = std::string_view::npos;  // npos: none
  ir::ProblemKind kind = ir::ProblemKind::kResourceLimit;
};

// What toml++ must not be given: nesting that it destroys recursively (it limits
// nested values, but not "a.a.a.a = 1"), and letters beyond ASCII outside of
// strings and comments, an error that its 3.3 runs into undefined behaviour on.
Obstacle FindObstacle(std::string_view bytes) {
  std::vector<std::size_t> dots{0};  // of the key at hand, for each open bracket
  std::size_t depth = 0;
  for (std::size_t i = bytes.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '#') {
      i = std::min(bytes.find('\n', i), bytes.size()) - 1;
    } else if (c == '"' || c == '\'') {
      i = SkipString(bytes, i);
    } else if (c == '[' || c == '{') {
      dots.push_back(0);
    } else if ((c == ']' || c == '}') && dots.size() > 1) {
      depth -= dots.back();
      dots.pop_back();
    } else if (c == ',' || (c == '\n' && dots.size() == 1)) {
      depth -= dots.back();
      dots.back() = 0;
    } else if (c == '.') {
      ++dots.back();
      ++depth;
    } else if ((static_cast<unsigned char>(c) & 0x80) != 0) {
      return {i, ir::ProblemKind::kMalformedConfig};
    }
    if (depth + dots.size() > kMaxConfigDepth) return {i, ir::ProblemKind::kResourceLimit};
  }
  return {};
}

// toml++ orders tables by name; a config is in file order.
void SortByPlace(Document& document) {
  for (Node& node : document.nodes) {
    if (node.kind != Node::Kind::kMapping) continue;
    std::stable_sort(node.children.begin(), node.children.end(),
                     [&document](std::uint32_t a, std::uint32_t b) {
                       return document.nodes[a].offset < document.nodes[b].offset;
                     });
  }
}

Document Convert(const toml::table& table, std::string_view bytes, const std::string& path,
                 std::vector<ir::Problem>& problems) {
  Converter converter(bytes);
  if (!converter.Convert(table)) {
    problems.push_back(
        ProblemAt(ir::ProblemKind::kResourceLimit, path, 0, 0, converter.builder().limit()));
  }
  Document document = converter.builder().Take();
  SortByPlace(document);
  return document;
}

}  // namespace

Document ReadToml(std::string_view bytes, const std::string& path,
                  std::vector<ir::Problem>& problems) {
  if (bytes.size() > kMaxTomlBytes) {
    problems.push_back(
        ProblemAt(ir::ProblemKind::kResourceLimit, path, 0, 0,
                  absl::StrCat("a TOML file of ", bytes.size(), " bytes; only the first ",
                               kMaxTomlBytes, " are read")));
    bytes = bytes.substr(0, kMaxTomlBytes);
    bytes = bytes.substr(0, bytes.rfind('\n') + 1);
  }
  bool reported = false;
  const Obstacle obstacle = FindObstacle(bytes);
  std::optional<ir::Problem> stopped;
  if (obstacle.offset != std::string_view::npos) {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    LineCounter(bytes).Locate(obstacle.offset, line, column);
    const bool limit = obstacle.kind == ir::ProblemKind::kResourceLimit;
    stopped = ProblemAt(obstacle.kind, path, line, column,
                        limit ? absl::StrCat("nesting is deeper than ", kMaxConfigDepth)
                              : "a letter beyond ASCII outside of a string");
    const std::size_t newline = bytes.substr(0, obstacle.offset).rfind('\n');
    bytes = newline == std::string_view::npos ? std::string_view() : bytes.substr(0, newline + 1);
  }
  for (int attempt = 0; attempt < kMaxRetries; ++attempt) {
    try {
      const toml::table table = toml::parse(bytes, path);
      if (stopped && !reported) problems.push_back(*stopped);
      return Convert(table, bytes, path, problems);
    } catch (const toml::parse_error& error) {
      const Lines lines(bytes);
      const toml::source_position begin = error.source().begin;
      const std::size_t offset = lines.Offset(begin);
      const std::size_t line_start = std::min(offset, lines.Start(begin.line));
      if (!reported && stopped && offset >= bytes.size()) {
        problems.push_back(*stopped);  // the end is where we cut
      } else if (!reported) {
        problems.push_back(ProblemAt(ir::ProblemKind::kMalformedConfig, path, begin.line,
                                     static_cast<std::uint32_t>(offset - line_start + 1),
                                     std::string(error.description())));
      }
      reported = true;
      // Up to the line of the error, or one line less where that was no help.
      const std::size_t start = lines.Start(begin.line);
      std::size_t end = std::min(start, bytes.size());
      if (end == bytes.size() && end > 0) {
        const std::size_t newline = bytes.substr(0, end - 1).rfind('\n');
        end = newline == std::string_view::npos ? 0 : newline + 1;
      }
      bytes = bytes.substr(0, end);
    } catch (const std::exception& error) {
      problems.push_back(ProblemAt(ir::ProblemKind::kMalformedConfig, path, 0, 0, error.what()));
      break;
    }
  }
  return {};
}

}  // namespace onnxcheck::parsers
