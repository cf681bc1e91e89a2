#include "parsers/rotated.h"

#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "parsers/log/gunzip.h"
#include "parsers/log/limits.h"
#include "parsers/log/log.h"
#include "parsers/log/text.h"

namespace onnxcheck::parsers {
namespace {

// Appends the member's text, closing its last line; false if it cannot be had as a whole.
bool Append(const Source& source, std::string* all, std::string* encoding) {
  const std::size_t room = log::kMaxConvertedBytes - all->size();
  log::Gunzipped inner;
  std::string_view bytes = source.bytes();
  if (log::IsGzip(bytes)) {
    inner = log::Gunzip(bytes, room);
    if (inner.limited || inner.damaged) return false;
    bytes = inner.text;
  }
  log::Text text;
  log::Decode(bytes, &text);
  if (text.binary || text.limited || text.bytes.size() >= room) return false;
  if (encoding->empty()) *encoding = text.encoding;
  all->append(text.bytes);
  if (!text.bytes.empty() && text.bytes.back() != '\n') all->push_back('\n');
  return true;
}

bool AnyPointIn(const ir::Log& log, std::uint32_t first, std::uint32_t end) {
  return std::any_of(log.series.begin(), log.series.end(), [&](const ir::Series& series) {
    const auto at = std::lower_bound(series.at->line.begin(), series.at->line.end(), first);
    return at != series.at->line.end() && *at < end;
  });
}

// A run starts over where a member begins: the log was moved away for it.
bool RunsBeginWithMembers(const ir::Log& log) {
  return std::any_of(log.segments.begin(), log.segments.end(), [&](const ir::Segment& segment) {
    if (segment.start != ir::SegmentStart::kRestart) return false;
    const auto behind = std::upper_bound(
        log.parts.begin(), log.parts.end(), segment.first_line,
        [](std::uint32_t line, const ir::LogPart& part) { return line < part.first_line; });
    return behind - log.parts.begin() > 1 &&
           !AnyPointIn(log, (behind - 1)->first_line, segment.first_line);
  });
}

std::optional<ir::Log> Parse(const std::vector<RotatedMember>& members) {
  std::string text;
  std::string encoding;
  std::vector<ir::LogPart> parts;
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  for (const RotatedMember& member : members) {
    const std::size_t before = text.size();
    parts.push_back({member.source->path(), static_cast<std::uint32_t>(lines + 1)});
    if (!Append(*member.source, &text, &encoding)) return std::nullopt;
    lines += static_cast<std::uint64_t>(
        std::count(text.begin() + static_cast<std::ptrdiff_t>(before), text.end(), '\n'));
    bytes += member.source->bytes().size();
  }
  const auto all = Source::FromBytes(members.back().source->path(), std::move(text));
  ir::Log log = ParseLog(*all, {}, parts);
  if (RunsBeginWithMembers(log)) return std::nullopt;
  log.input.bytes = bytes;
  log.encoding = std::move(encoding);
  return log;
}

}  // namespace

std::optional<ir::Log> ParseRotated(std::vector<RotatedMember> members) {
  const auto is_current = [](const RotatedMember& it) { return it.number == 0 && it.date.empty(); };
  std::sort(members.begin(), members.end(), [&](const auto& a, const auto& b) {
    return std::tuple(is_current(a), b.number, std::string_view(a.date)) <
           std::tuple(is_current(b), a.number, std::string_view(b.date));
  });
  // train.log.1 and train.log.1.gz; train.log.1 and train.log.2024-03-01
  const auto clash =
      std::adjacent_find(members.begin(), members.end(), [&](const auto& a, const auto& b) {
        return (a.number == b.number && a.date == b.date) ||
               (!is_current(b) && a.date.size() != b.date.size());
      });
  if (clash != members.end()) return std::nullopt;
  try {
    return Parse(members);
  } catch (const std::exception&) {  // out of memory: one at a time they may fit
    return std::nullopt;
  }
}

}  // namespace onnxcheck::parsers
