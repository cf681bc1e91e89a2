// YAML through yaml-cpp's event layer; the meaning of scalars is PyYAML's.
#include <algorithm>
#include <istream>
#include <streambuf>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "parsers/config/readers.h"
#include "parsers/config/yaml_scalar.h"
#include "re2/re2.h"
#include "yaml-cpp/anchor.h"
#include "yaml-cpp/depthguard.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/mark.h"
#include "yaml-cpp/parser.h"

namespace onnxcheck::parsers {
namespace {

// yaml-cpp reads streams; this one is the mapped file.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view bytes) {
    char* const begin = const_cast<char*>(bytes.data());  // never written: no put area
    setg(begin, begin, begin + bytes.size());
  }
};

struct LimitReached {};

constexpr std::string_view kBom = "\xEF\xBB\xBF";

// The quoted scalar at the start of `text`, quotes included; empty if unclosed.
std::string_view Quoted(std::string_view text) {
  const char quote = text[0];
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '\'' && text.substr(i + 1, 1) == "'") {
        ++i;
      } else {
        return text.substr(0, i + 1);
      }
    }
  }
  return {};
}

class Handler : public YAML::EventHandler {
 public:
  explicit Handler(std::string_view bytes) : bytes_(bytes) {
    if (bytes_.substr(0, kBom.size()) == kBom) shift_ = kBom.size();
    // UTF-16 and UTF-32: yaml-cpp's positions are those of its UTF-8 copy.
    if (bytes_.find('\0') != std::string_view::npos) bytes_ = {};
  }

  // yaml-cpp stays before a "," or a bracket that belongs to no list, and begins document after
  // document there.
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (mark.pos == last_document_)
      throw YAML::ParserException(mark, "a comma or bracket that belongs to no list");
    last_document_ = mark.pos;
    anchors_.clear();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node = At(mark);
    const std::string_view rest = Rest(node);
    const Node& key = builder_.key_place();
    for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
      if (rest.substr(0, word.size()) == word && (key.line == 0 || key.line == node.line)) {
        node.text = word;
      }
    }
    // An empty value is marked at the next token: its key is the better place.
    if (node.text.empty() && key.line != 0) {
      node.offset = key.offset, node.line = key.line, node.column = key.column;
    }
    node.length = node.text.size();
    Emit(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = At(mark);
    node.text = value;
    const std::string_view rest = Rest(node);
    if (tag == "?") {
      node.value = ResolvePlainYaml(value);
    } else if (tag == "!" || tag.empty()) {
      node.value = value;
    } else {
      node.value = ResolveTaggedYaml(tag, value);
    }
    if (!rest.empty() && (rest[0] == '"' || rest[0] == '\'')) {
      const std::string_view quoted = Quoted(rest);
      node.length = quoted.size();
      if (quoted.find('\n') == std::string_view::npos && !quoted.empty()) node.text = quoted;
    } else if (rest.substr(0, value.size()) == value) {
      node.length = value.size();
    }
    Emit(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (inside_key()) return;
    const auto found = anchors_.find(anchor);
    if (key_expected() || found == anchors_.end()) {
      Node node = At(mark);
      node.text = "*";
      return Emit(std::move(node), 0);
    }
    Check(builder_.Alias(found->second, At(mark)));
    ValueDone();
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, anchor, Node::Kind::kSequence);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, anchor, Node::Kind::kMapping);
  }
  void OnMapEnd() override { Close(); }

  DocumentBuilder& builder() { return builder_; }
  // Of the last event.
  std::uint32_t line() const { return line_; }
  std::uint32_t column() const { return column_; }

 private:
  struct Level {
    bool mapping = false;
    bool key_next = false;
  };

  bool key_expected() const { return !levels_.empty() && levels_.back().key_next; }
  bool inside_key() const { return keys_open_ > 0; }

  void Check(bool ok) {
    if (!ok) throw LimitReached{};
  }

  void ValueDone() {
    if (!levels_.empty() && levels_.back().mapping) levels_.back().key_next = true;
  }

  Node At(const YAML::Mark& mark) {
    Node node;
    if (mark.pos < 0) return node;
    node.offset = static_cast<std::uint64_t>(mark.pos) + shift_;
    node.line = static_cast<std::uint32_t>(mark.line) + 1;
    node.column = static_cast<std::uint32_t>(mark.column) + 1;
    if (node.line == 1) node.column += static_cast<std::uint32_t>(shift_);
    line_ = node.line, column_ = node.column;
    return node;
  }

  std::string_view Rest(const Node& node) const {
    return node.offset < bytes_.size() ? bytes_.substr(node.offset) : std::string_view();
  }

  // A finished scalar: a key where one is due, else a value.
  void Emit(Node node, YAML::anchor_t anchor) {
    if (inside_key()) return;
    if (key_expected()) {
      levels_.back().key_next = false;
      const auto* text = std::get_if<std::string>(&node.value);
      return builder_.Key(text != nullptr ? *text : node.text, node);
    }
    Check(builder_.Scalar(std::move(node)));
    if (anchor != 0) anchors_[anchor] = builder_.last();
    ValueDone();
  }

  void Open(const YAML::Mark& mark, YAML::anchor_t anchor, Node::Kind kind) {
    Level level;
    level.mapping = level.key_next = kind == Node::Kind::kMapping;
    const bool is_key = !inside_key() && key_expected();  // "? [a, b]"
    if (is_key) {
      levels_.back().key_next = false;
      builder_.Key("?", At(mark));
    }
    keys_open_ += is_key || inside_key();
    levels_.push_back(level);
    if (inside_key()) return;
    Node node = At(mark);
    node.kind = kind;
    Check(builder_.Start(std::move(node)));
    if (anchor != 0) anchors_[anchor] = builder_.last();
  }

  void Close() {
    levels_.pop_back();
    if (inside_key()) {
      --keys_open_;
      return;
    }
    Check(builder_.End());
    ValueDone();
  }

  std::string_view bytes_;
  std::size_t shift_ = 0;  // yaml-cpp does not count the byte order mark
  DocumentBuilder builder_;
  std::vector<Level> levels_;
  std::size_t keys_open_ = 0;  // containers open inside a key
  std::uint32_t line_ = 0, column_ = 0;
  absl::flat_hash_map<YAML::anchor_t, std::uint32_t> anchors_;
  int last_document_ = -1;  // where it began
};

// yaml-cpp 0.7 takes the block scalar of "- !!binary |" for empty where its text
// is indented no deeper than the tag. Without the tag it is read as it should be;
// a block scalar is text whatever its tag.
void BlankTags(std::string& text) {
  static const RE2* const pattern =
      new RE2(R"((?m)^[ \t]*(?:[-?:] +)+(![^\s,\[\]{}]*) +[|>][-+0-9]*[ \t]*(?:#.*)?\r?$)");
  re2::StringPiece rest(text);
  re2::StringPiece tag;
  while (RE2::FindAndConsume(&rest, *pattern, &tag)) {
    std::fill_n(text.begin() + (tag.data() - text.data()), tag.size(), ' ');
  }
}

// The first byte of UTF-8 text that PyYAML's reader refuses (yaml-cpp takes 0x04
// for the end of the file), npos if there is none. UTF-16 and UTF-32 have zeros.
std::size_t FirstControl(std::string_view bytes) {
  const std::string_view mark = bytes.substr(0, 2);
  if (mark == "\xFF\xFE" || mark == "\xFE\xFF") return std::string_view::npos;
  const auto found = std::find_if(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
  });
  return found == bytes.end() ? std::string_view::npos
                              : static_cast<std::size_t>(found - bytes.begin());
}

// Reads what stands before the first control character and names that.
Document ReadUpTo(std::size_t control, std::string_view bytes, const std::string& path,
                  std::vector<ir::Problem>& problems) {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  LineCounter(bytes).Locate(control, line, column);
  std::vector<ir::Problem> before;
  Document document = ReadYaml(bytes.substr(0, control), path, before);
  // An error on the same line is of the cut that was made here.
  const bool earlier = !before.empty() && before[0].location.line < line;
  problems.push_back(earlier ? before[0]
                             : ProblemAt(ir::ProblemKind::kMalformedConfig, path, line, column,
                                         "a control character, which YAML does not allow"));
  return document;
}

}  // namespace

Document ReadYaml(std::string_view bytes, const std::string& path,
                  std::vector<ir::Problem>& problems) {
  if (bytes.size() > kMaxYamlBytes) {
    problems.push_back(
        ProblemAt(ir::ProblemKind::kResourceLimit, path, 0, 0,
                  absl::StrCat("a YAML file of ", bytes.size(), " bytes; only the first ",
                               kMaxYamlBytes, " are read")));
    bytes = bytes.substr(0, kMaxYamlBytes);
    bytes = bytes.substr(0, bytes.rfind('\n') + 1);
  }
  const std::size_t control = FirstControl(bytes);
  if (control != std::string_view::npos) return ReadUpTo(control, bytes, path, problems);
  std::string blanked;
  if (bytes.find(" !") != std::string_view::npos) {
    blanked = bytes;
    BlankTags(blanked);
    bytes = blanked;
  }
  Handler handler(bytes);
  try {
    ViewBuffer buffer(bytes);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(handler)) {
    }
  } catch (const LimitReached&) {
    problems.push_back(ProblemAt(ir::ProblemKind::kResourceLimit, path, handler.line(),
                                 handler.column(), handler.builder().limit()));
  } catch (const YAML::DeepRecursion& error) {
    problems.push_back(ProblemAt(ir::ProblemKind::kResourceLimit, path,
                                 static_cast<std::uint32_t>(error.mark.line + 1),
                                 static_cast<std::uint32_t>(error.mark.column + 1),
                                 absl::StrCat("nesting is deeper than ", kMaxConfigDepth)));
  } catch (const YAML::Exception& error) {
    problems.push_back(ProblemAt(ir::ProblemKind::kMalformedConfig, path,
                                 static_cast<std::uint32_t>(error.mark.line + 1),
                                 static_cast<std::uint32_t>(error.mark.column + 1), error.msg));
  } catch (const std::exception& error) {
    problems.push_back(ProblemAt(ir::ProblemKind::kMalformedConfig, path, 0, 0, error.what()));
  }
  return handler.builder().Take();
}

}  // namespace onnxcheck::parsers
