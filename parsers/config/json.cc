// JSON through RapidJSON's reader; NaN, Infinity and comments are accepted, as Python writes the
// former and people the latter.
#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "parsers/config/readers.h"
#include "rapidjson/error/en.h"
#include "rapidjson/memorystream.h"
#include "rapidjson/reader.h"

namespace onnxcheck::parsers {
namespace {

constexpr unsigned kFlags = rapidjson::kParseNanAndInfFlag | rapidjson::kParseCommentsFlag |
                            rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
constexpr std::string_view kBom = "\xEF\xBB\xBF";

// RapidJSON tells where a value ends; it starts where the next token after the
// previous event starts.
class Handler {
 public:
  Handler(std::string_view bytes, const rapidjson::MemoryStream& stream)
      : bytes_(bytes), stream_(stream), lines_(bytes) {}

  bool Null() { return Emit(std::monostate{}); }
  bool Bool(bool value) { return Emit(value); }
  // Numbers come as text: RapidJSON's own conversion has undefined behaviour on
  // zeros with many digits.
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    const absl::string_view written(text, size);
    std::int64_t integer = 0;
    if (absl::SimpleAtoi(written, &integer)) return Emit(integer);
    double number = 0;
    return absl::SimpleAtod(written, &number) ? Emit(number) : Emit(std::string(text, size));
  }
  bool Int(int) { return false; }  // the rest is never called
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return Emit(std::string(text, size));
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    const Node place = Ended();
    builder_.Key(std::string(text, size), place);
    return true;
  }
  bool StartObject() { return Open(Node::Kind::kMapping); }
  bool EndObject(rapidjson::SizeType) { return Close(); }
  bool StartArray() { return Open(Node::Kind::kSequence); }
  bool EndArray(rapidjson::SizeType) { return Close(); }

  DocumentBuilder& builder() { return builder_; }

 private:
  // The first byte after the previous token that starts another.
  std::size_t NextToken() const {
    std::size_t begin = previous_;
    while (begin < bytes_.size()) {
      const char c = bytes_[begin];
      if (c == '/' && begin + 1 < bytes_.size()) {
        const bool block = bytes_[begin + 1] == '*';
        const std::size_t close = bytes_.find(block ? "*/" : "\n", begin + 2);
        if (close == std::string_view::npos) return bytes_.size();
        begin = close + (block ? 2 : 1);
      } else if (std::string_view(" \t\r\n,:]}").find(c) != std::string_view::npos) {
        ++begin;
      } else {
        break;
      }
    }
    return begin;
  }

  Node Token(std::size_t begin, std::size_t end) {
    previous_ = end;
    Node node;
    node.offset = begin;
    node.length = end - begin;
    lines_.Locate(begin, node.line, node.column);
    return node;
  }

  // The scalar or key that ended just now.
  Node Ended() {
    const std::size_t end = std::min<std::size_t>(stream_.Tell(), bytes_.size());
    return Token(std::min(NextToken(), end), end);
  }

  bool Emit(ir::Scalar value) {
    Node node = Ended();
    node.value = std::move(value);
    node.text = bytes_.substr(node.offset, node.length);
    return builder_.Scalar(std::move(node));
  }
  bool Open(Node::Kind kind) {
    // Reported before the reader has taken the bracket.
    const std::size_t begin = std::min(NextToken(), bytes_.size() - 1);
    Node node = Token(begin, begin + 1);
    node.kind = kind;
    return builder_.Start(std::move(node));
  }
  bool Close() { return builder_.End(); }

  std::string_view bytes_;
  const rapidjson::MemoryStream& stream_;
  LineCounter lines_;
  DocumentBuilder builder_;
  std::size_t previous_ = 0;  // end of the previous token
};

}  // namespace

Document ReadJson(std::string_view bytes, const std::string& path,
                  std::vector<ir::Problem>& problems) {
  std::string blanked;
  if (bytes.substr(0, kBom.size()) == kBom) {
    // Offsets stay those of the file.
    blanked = std::string(kBom.size(), ' ').append(bytes.substr(kBom.size()));
    bytes = blanked;
  }
  rapidjson::MemoryStream stream(bytes.data(), bytes.size());
  Handler handler(bytes, stream);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  if (result.IsError()) {
    const bool limit = result.Code() == rapidjson::kParseErrorTermination;
    const std::size_t offset = std::min<std::size_t>(result.Offset(), bytes.size());
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    LineCounter(bytes).Locate(offset, line, column);
    problems.push_back(ProblemAt(
        limit ? ir::ProblemKind::kResourceLimit : ir::ProblemKind::kMalformedConfig, path, line,
        column, limit ? handler.builder().limit() : rapidjson::GetParseError_En(result.Code())));
  }
  return handler.builder().Take();
}

}  // namespace onnxcheck::parsers
