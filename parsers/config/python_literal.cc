#include "parsers/config/python_literal.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "parsers/config/readers.h"

namespace onnxcheck::parsers {
namespace {

// Of a call's further values, so that calls which are never closed are not searched again and
// again.
constexpr std::size_t kMostSkipped = 4096;
constexpr int kDeepest = 100;  // of recursion; a frame takes a few hundred bytes

bool IsNameByte(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

class Reader {
 public:
  Reader(std::string_view bytes, std::size_t begin) : bytes_(bytes), at_(begin), lines_(bytes) {}

  bool Value(int depth) {
    SkipBlanks();
    if (at_ >= bytes_.size() || depth > kDeepest) return false;
    const char c = bytes_[at_];
    if (c == '{') return Braces(depth);
    if (c == '[') return Sequence(']', depth);
    if (c == '(') return Sequence(')', depth);
    if (c == '<') return Angle();
    if (c == '\'' || c == '"') return Text(at_, 0);
    if (absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '-' || c == '+' || c == '.') {
      return Number();
    }
    if (absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_') return Name(depth);
    return false;
  }

  std::size_t at() const { return at_; }
  DocumentBuilder& builder() { return builder_; }

 private:
  void SkipBlanks() {
    while (at_ < bytes_.size() && absl::ascii_isspace(static_cast<unsigned char>(bytes_[at_]))) {
      ++at_;
    }
  }

  // The next byte that is no blank is `c`, and passed over.
  bool Take(char c) {
    SkipBlanks();
    if (at_ >= bytes_.size() || bytes_[at_] != c) return false;
    ++at_;
    return true;
  }

  Node At(std::size_t begin, std::size_t end) {
    Node node;
    node.offset = begin;
    node.length = end - begin;
    lines_.Locate(begin, node.line, node.column);
    node.text = bytes_.substr(begin, node.length);
    return node;
  }

  bool Emit(std::size_t begin, std::size_t end, ir::Scalar value) {
    Node node = At(begin, end);
    node.value = std::move(value);
    return builder_.Scalar(std::move(node));
  }

  bool Open(Node::Kind kind) {
    Node node = At(at_, at_ + 1);
    node.kind = kind;
    ++at_;
    return builder_.Start(std::move(node));
  }

  // The string whose quote is at `quote`; the value begins `prefix` bytes before it.
  bool Quoted(std::size_t quote, std::string* value) {
    const char mark = bytes_[quote];
    for (std::size_t i = quote + 1; i < bytes_.size(); ++i) {
      const char c = bytes_[i];
      if (c == mark) {
        at_ = i + 1;
        return true;
      }
      if (c == '\n') return false;
      if (c == '\\' && i + 1 < bytes_.size()) {
        const char next = bytes_[++i];
        if (next == 'n') {
          *value += '\n';
        } else if (next == 't') {
          *value += '\t';
        } else if (next == '\\' || next == '\'' || next == '"') {
          *value += next;
        } else {
          *value += '\\';
          *value += next;
        }
      } else {
        *value += c;
      }
    }
    return false;
  }

  bool Text(std::size_t quote, std::size_t prefix) {
    std::string value;
    // pprint breaks long strings into several, one after the other.
    const std::size_t begin = quote - prefix;
    std::size_t end = begin;
    do {
      if (!Quoted(quote, &value)) return false;
      end = at_;
      SkipBlanks();
      quote = at_;
    } while (at_ < bytes_.size() && (bytes_[at_] == '\'' || bytes_[at_] == '"'));
    at_ = end;
    return Emit(begin, end, std::move(value));
  }

  bool Number() {
    const std::size_t begin = at_;
    while (at_ < bytes_.size() &&
           (IsNameByte(bytes_[at_]) || bytes_[at_] == '.' ||
            ((bytes_[at_] == '-' || bytes_[at_] == '+') &&
             (at_ == begin || bytes_[at_ - 1] == 'e' || bytes_[at_ - 1] == 'E')))) {
      ++at_;
    }
    const absl::string_view written(bytes_.data() + begin, at_ - begin);
    std::int64_t integer = 0;
    if (absl::SimpleAtoi(written, &integer)) return Emit(begin, at_, integer);
    double number = 0;
    if (absl::SimpleAtod(written, &number)) return Emit(begin, at_, number);
    return Emit(begin, at_, std::string(written));  // a date without quotes, "1j"
  }

  bool Angle() {
    const std::size_t begin = at_;
    int open = 0;
    for (; at_ < bytes_.size() && bytes_[at_] != '\n'; ++at_) {
      if (bytes_[at_] == '<') ++open;
      if (bytes_[at_] == '>' && --open == 0) {
        ++at_;
        return Emit(begin, at_, std::string(bytes_.substr(begin, at_ - begin)));
      }
    }
    return false;
  }

  bool Name(int depth) {
    const std::size_t begin = at_;
    while (at_ < bytes_.size() && (IsNameByte(bytes_[at_]) || bytes_[at_] == '.')) ++at_;
    const std::string_view name = bytes_.substr(begin, at_ - begin);
    if (at_ < bytes_.size()) {
      if ((bytes_[at_] == '\'' || bytes_[at_] == '"') && name.size() <= 2) {
        return Text(at_, name.size());  // b'...', r'...'
      }
      if (bytes_[at_] == '(') return Call(depth);
    }
    if (name == "True" || name == "true") return Emit(begin, at_, true);
    if (name == "False" || name == "false") return Emit(begin, at_, false);
    if (name == "None" || name == "null") return Emit(begin, at_, std::monostate());
    if (name == "nan" || name == "inf") {
      double number = 0;
      return absl::SimpleAtod(absl::string_view(name.data(), name.size()), &number) &&
             Emit(begin, at_, number);
    }
    return Emit(begin, at_, std::string(name));
  }

  // A keyword and its "=" at the current place.
  bool Keyword() {
    SkipBlanks();
    const std::size_t begin = at_;
    std::size_t end = at_;
    while (end < bytes_.size() && IsNameByte(bytes_[end])) ++end;
    if (end == begin || end >= bytes_.size() || bytes_[end] != '=') return false;
    builder_.Key(std::string(bytes_.substr(begin, end - begin)), At(begin, end));
    at_ = end + 1;
    return true;
  }

  bool Call(int depth) {
    const std::size_t open = at_;
    ++at_;
    SkipBlanks();
    std::size_t word = at_;
    while (word < bytes_.size() && IsNameByte(bytes_[word])) ++word;
    const bool keywords = word > at_ && word < bytes_.size() && bytes_[word] == '=';
    const bool empty = at_ < bytes_.size() && bytes_[at_] == ')';
    if (!keywords && !empty) return One(depth);
    at_ = open;
    if (!Open(Node::Kind::kMapping)) return false;
    while (!Take(')')) {
      if (!Keyword() || !Value(depth + 1)) return false;
      if (!Take(',') && (at_ >= bytes_.size() || bytes_[at_] != ')')) return false;
    }
    return builder_.End();
  }

  // "OrderedDict([...])", "tensor(0.5)": the first of a call's values; the rest is passed over.
  bool One(int depth) {
    if (!Value(depth + 1)) return false;
    int open = 1;
    const std::size_t most = std::min(bytes_.size(), at_ + kMostSkipped);
    for (; at_ < most; ++at_) {
      if (bytes_[at_] == '(') ++open;
      if (bytes_[at_] == ')' && --open == 0) {
        ++at_;
        return true;
      }
    }
    return false;
  }

  bool Sequence(char close, int depth) {
    if (!Open(Node::Kind::kSequence)) return false;
    while (!Take(close)) {
      if (!Value(depth + 1)) return false;
      if (!Take(',') && (at_ >= bytes_.size() || bytes_[at_] != close)) return false;
    }
    return builder_.End();
  }

  // A dict with text or numbers for keys. A set is no value: nothing of ours is in one.
  bool Braces(int depth) {
    if (!Open(Node::Kind::kMapping)) return false;
    while (!Take('}')) {
      std::string key;
      SkipBlanks();
      const std::size_t begin = at_;
      if (at_ >= bytes_.size()) return false;
      if (bytes_[at_] == '\'' || bytes_[at_] == '"') {
        if (!Quoted(at_, &key)) return false;
      } else {
        while (at_ < bytes_.size() &&
               (IsNameByte(bytes_[at_]) || bytes_[at_] == '.' || bytes_[at_] == '-')) {
          ++at_;
        }
        key = bytes_.substr(begin, at_ - begin);
        if (key.empty()) return false;
      }
      builder_.Key(std::move(key), At(begin, at_));
      if (!Take(':') || !Value(depth + 1)) return false;
      if (!Take(',') && (at_ >= bytes_.size() || bytes_[at_] != '}')) return false;
    }
    return builder_.End();
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  LineCounter lines_;
  DocumentBuilder builder_;
};

}  // namespace

PythonLiteral ReadPythonLiteral(std::string_view bytes, std::size_t begin) {
  Reader reader(bytes, begin);
  PythonLiteral literal;
  if (!reader.Value(0)) return literal;
  literal.end = reader.at();
  literal.document = reader.builder().Take();
  return literal;
}

}  // namespace onnxcheck::parsers
