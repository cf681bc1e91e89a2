#include "parsers/config/readers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"

namespace onnxcheck::parsers {

void LineCounter::Locate(std::uint64_t offset, std::uint32_t& line, std::uint32_t& column) {
  const std::uint64_t end = std::min<std::uint64_t>(offset, bytes_.size());
  while (next_ < end) {
    // Not beyond `end`: a file of one line would be searched to its end each time.
    const std::size_t newline = bytes_.substr(next_, end - next_).find('\n');
    if (newline == std::string_view::npos) break;
    start_ = next_ += newline + 1;
    ++line_;
  }
  next_ = std::max(next_, end);
  line = line_;
  column = static_cast<std::uint32_t>(end >= start_ ? end - start_ + 1 : 1);
}

ir::Problem ProblemAt(ir::ProblemKind kind, const std::string& path, std::uint32_t line,
                      std::uint32_t column, std::string message) {
  ir::Problem problem;
  problem.kind = kind;
  problem.location.path = path;
  problem.location.line = line;
  problem.location.column = column;
  // "Invalid value." but not "EOF": only a capitalised word is lowered.
  if (message.size() > 1 && absl::ascii_islower(static_cast<unsigned char>(message[1]))) {
    message[0] = absl::ascii_tolower(static_cast<unsigned char>(message[0]));
  }
  while (!message.empty() && message.back() == '.') message.pop_back();
  problem.message = std::move(message);
  return problem;
}

}  // namespace onnxcheck::parsers
