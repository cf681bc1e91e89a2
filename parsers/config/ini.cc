// INI as Python's configparser reads it (https://docs.python.org/3/library/configparser.html
// #supported-ini-file-structure), with a place for every value. Sections may come twice, as in
// darknet's *.cfg.
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "parsers/config/readers.h"

namespace onnxcheck::parsers {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";

struct Line {
  std::string_view text;     // without blanks at either end
  std::size_t offset = 0;    // of text
  std::uint32_t line = 0;    // 1-based
  std::uint32_t indent = 0;  // bytes before text
};

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& path, std::vector<ir::Problem>& problems)
      : bytes_(bytes), path_(path), problems_(problems) {}

  Document Read() {
    std::size_t at = bytes_.substr(0, kBom.size()) == kBom ? kBom.size() : 0;
    Node root;
    root.kind = Node::Kind::kMapping;
    root.line = root.column = 1;
    bool going = builder_.Start(std::move(root));
    for (std::uint32_t number = 1; going && at < bytes_.size(); ++number) {
      const std::size_t end = std::min(bytes_.find('\n', at), bytes_.size());
      going = Take(Trimmed(at, end, number));
      at = end + 1;
    }
    if (going) going = Flush() && (!in_section_ || builder_.End()) && builder_.End();
    if (!going && !builder_.limit().empty()) {
      problems_.push_back(
          ProblemAt(ir::ProblemKind::kResourceLimit, path_, last_line_, 1, builder_.limit()));
    }
    return builder_.Take();
  }

 private:
  Line Trimmed(std::size_t begin, std::size_t end, std::uint32_t number) const {
    Line line;
    line.line = number;
    line.offset = begin;
    while (line.offset < end &&
           absl::ascii_isspace(static_cast<unsigned char>(bytes_[line.offset])))
      ++line.offset;
    while (end > line.offset && absl::ascii_isspace(static_cast<unsigned char>(bytes_[end - 1])))
      --end;
    line.indent = static_cast<std::uint32_t>(line.offset - begin);
    line.text = bytes_.substr(line.offset, end - line.offset);
    return line;
  }

  static Node At(const Line& line, std::size_t skip, std::size_t length) {
    Node node;
    node.offset = line.offset + skip;
    node.length = length;
    node.line = line.line;
    node.column = static_cast<std::uint32_t>(line.indent + skip + 1);
    node.text = line.text.substr(skip, length);
    return node;
  }

  // The value that is complete now.
  bool Flush() {
    if (!pending_) return true;
    pending_ = false;
    value_.value = value_.text;
    builder_.Key(std::move(key_), key_place_);
    return builder_.Scalar(std::move(value_));
  }

  bool Section(const Line& line) {
    const std::size_t close = line.text.rfind(']');
    if (close == std::string_view::npos) return Malformed(line, "a section without its ]");
    if (!Flush()) return false;
    if (in_section_ && !builder_.End()) return false;
    in_section_ = true;
    Node node = At(line, 0, close + 1);
    node.kind = Node::Kind::kMapping;
    builder_.Key(std::string(line.text.substr(1, close - 1)), node);
    return builder_.Start(std::move(node));
  }

  bool Malformed(const Line& line, const char* what) {
    if (problems_.empty()) {
      problems_.push_back(
          ProblemAt(ir::ProblemKind::kMalformedConfig, path_, line.line, line.indent + 1, what));
    }
    return true;  // the other lines are read all the same
  }

  bool Take(const Line& line) {
    last_line_ = line.line;
    if (line.text.empty() || line.text[0] == '#' || line.text[0] == ';') return true;
    if (pending_ && line.indent > key_indent_) {
      absl::StrAppend(&value_.text, "\n", absl::string_view(line.text.data(), line.text.size()));
      value_.length = line.offset + line.text.size() - value_.offset;
      return value_.text.size() <= kMaxConfigEntryBytes || Flush();
    }
    if (line.text[0] == '[') return Section(line);
    if (!Flush()) return false;
    const std::size_t separator = line.text.find_first_of("=:");
    if (separator == 0) return Malformed(line, "a value without a key");
    const absl::string_view key = absl::StripTrailingAsciiWhitespace(
        absl::string_view(line.text.data(), std::min(separator, line.text.size())));
    key_ = std::string(key);
    absl::AsciiStrToLower(&key_);  // configparser's optionxform
    key_place_ = At(line, 0, key.size());
    key_indent_ = line.indent;
    std::size_t begin = std::min(separator, line.text.size() - 1) + 1;
    while (begin < line.text.size() &&
           absl::ascii_isspace(static_cast<unsigned char>(line.text[begin])))
      ++begin;
    value_ = At(line, begin, line.text.size() - begin);
    pending_ = true;
    return true;
  }

  std::string_view bytes_;
  const std::string& path_;
  std::vector<ir::Problem>& problems_;
  DocumentBuilder builder_;
  bool in_section_ = false;
  bool pending_ = false;  // a key whose value may go on
  std::string key_;
  Node key_place_;
  std::uint32_t key_indent_ = 0;
  Node value_;
  std::uint32_t last_line_ = 1;
};

}  // namespace

Document ReadIni(std::string_view bytes, const std::string& path,
                 std::vector<ir::Problem>& problems) {
  return Reader(bytes, path, problems).Read();
}

}  // namespace onnxcheck::parsers
