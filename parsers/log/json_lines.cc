#include "parsers/log/json_lines.h"

namespace onnxcheck::parsers::log {
namespace {

// Of a damaged line, so many of its rests are tried: each costs a pass over it.
constexpr int kMostRests = 4;

}  // namespace

std::size_t FindJson(std::string_view body) {
  const std::size_t front = body.find_first_not_of(" \t");
  if (front != std::string_view::npos && body[front] == '{') {
    const std::size_t next = body.find_first_not_of(" \t", front + 1);
    if (next != std::string_view::npos && (body[next] == '"' || body[next] == '}')) return front;
  }
  return body.substr(0, kMaxBeforeJson + 2).find("{\"");
}

JsonLine ReadJsonLine(std::string_view text, JsonRecord* reader, std::vector<Pair>* pairs,
                      absl::FunctionRef<void()> found) {
  using Result = JsonRecord::Result;
  JsonLine line = JsonLine::kObject;
  int rests = 0;
  for (bool first = true; !text.empty(); first = false) {
    pairs->clear();
    const Result result = reader->Read(text, pairs);
    if (result == Result::kObject || result == Result::kObjectAndMore) {
      if (!first || result == Result::kObjectAndMore) line = JsonLine::kJoined;
      const std::size_t end = reader->end();
      found();
      if (result == Result::kObject) break;
      text.remove_prefix(end);
      if (text.substr(0, 2) == "{\"") continue;
    } else {
      if (line != JsonLine::kJoined)
        line = result == Result::kCutOff ? JsonLine::kCut : JsonLine::kInvalid;
      if (result == Result::kCutOff) break;  // objects inside of it are parts of it
    }
    const std::size_t next = text.find("{\"", 1);
    if (next == std::string_view::npos || ++rests > kMostRests) break;
    text.remove_prefix(next);
  }
  return line;
}

bool IsLogged(const JsonRecord& record) {
  return record.level() != ir::Level::kNone || (record.timestamped() && !record.message().empty());
}

void JsonLineCounter::Damaged(JsonLine line, std::uint32_t number) {
  Count(number, line == JsonLine::kCut      ? &counts_.cut
                : line == JsonLine::kJoined ? &counts_.joined
                                            : &counts_.invalid);
}

}  // namespace onnxcheck::parsers::log
