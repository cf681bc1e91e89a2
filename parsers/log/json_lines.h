// Which lines of a text are one JSON object each, and what the others are.
#ifndef ONNXCHECK_PARSERS_LOG_JSON_LINES_H_
#define ONNXCHECK_PARSERS_LOG_JSON_LINES_H_

#include <absl/functional/function_ref.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/ir/log.h"
#include "parsers/log/json_record.h"

namespace onnxcheck::parsers::log {

inline constexpr std::size_t kMaxBeforeJson = 64;

// Where a JSON object begins in a record's body, at most kMaxBeforeJson bytes in; npos: nowhere.
std::size_t FindJson(std::string_view body);

enum class JsonLine : std::uint8_t { kObject, kJoined, kCut, kInvalid };

// Reads the object at the front of `text`. If it is damaged, the complete objects that begin
// inside of it or behind it are read instead: two writers may have shared the line. `found` is
// called for each, with its pairs in `pairs`.
JsonLine ReadJsonLine(std::string_view text, JsonRecord* reader, std::vector<Pair>* pairs,
                      absl::FunctionRef<void()> found);

// True for a record of a logging library.
bool IsLogged(const JsonRecord& record);

class JsonLineCounter {
 public:
  void Object(bool logged) {
    ++counts_.objects;
    counts_.logged += logged;
  }
  void Damaged(JsonLine line, std::uint32_t number);
  void Traceback(std::uint32_t number) { Count(number, &counts_.traces); }
  void Other(std::string_view text, std::uint32_t number) {
    Count(number, text.substr(0, 2) == "{'" ? &counts_.dictionaries : &counts_.text);
  }
  const ir::JsonLines& counts() const { return counts_; }

 private:
  static void Count(std::uint32_t number, ir::LineCount* lines) {
    if (lines->count++ == 0) lines->first = number;
  }

  ir::JsonLines counts_;
};

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_JSON_LINES_H_
