#include "parsers/suppressions.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace onnxcheck::parsers {
namespace {

constexpr absl::string_view kMarker = "onnxcheck:";
constexpr absl::string_view kMetadataKey = "onnxcheck.ignore";

std::vector<std::string> RulesOf(absl::string_view list) {
  std::vector<std::string> rules;
  for (const absl::string_view item : absl::StrSplit(list, ',')) {
    const absl::string_view rule = absl::StripAsciiWhitespace(item);
    if (!rule.empty()) rules.emplace_back(rule);
  }
  return rules;
}

struct Comment {
  std::size_t begin = 0;  // of the '#' in the line
  bool whole_file = false;
  std::vector<std::string> rules;
  std::string reason;
};

// The suppression in a line, if there is one. A '#' opens a comment at the
// beginning of the line or after white space (YAML 1.2, 6.6).
std::optional<Comment> CommentIn(absl::string_view line) {
  const std::size_t marker = line.find(kMarker);
  if (marker == absl::string_view::npos) return std::nullopt;
  const std::size_t before = line.substr(0, marker).find_last_not_of(" \t");
  if (before == absl::string_view::npos || line[before] != '#') return std::nullopt;
  Comment comment;
  comment.begin = line.substr(0, before).find_last_not_of('#') + 1;  // npos + 1 is 0
  if (comment.begin > 0 &&
      !absl::ascii_isspace(static_cast<unsigned char>(line[comment.begin - 1]))) {
    return std::nullopt;
  }
  absl::string_view rest = absl::StripLeadingAsciiWhitespace(line.substr(marker + kMarker.size()));
  if (absl::ConsumePrefix(&rest, "ignore-file")) {
    comment.whole_file = true;
  } else if (!absl::ConsumePrefix(&rest, "ignore")) {
    return std::nullopt;
  }
  rest = absl::StripLeadingAsciiWhitespace(rest);
  if (absl::ConsumePrefix(&rest, "[")) {
    const std::size_t end = rest.find(']');
    comment.rules = RulesOf(rest.substr(0, end));
    rest = end == absl::string_view::npos ? absl::string_view() : rest.substr(end + 1);
  }
  comment.reason = std::string(absl::StripAsciiWhitespace(rest));
  return comment;
}

bool IsBlankOrComment(absl::string_view line) {
  line = absl::StripLeadingAsciiWhitespace(line);
  return line.empty() || line[0] == '#';
}

}  // namespace

std::vector<ir::Suppression> CommentSuppressions(const Source& source) {
  std::vector<ir::Suppression> suppressions;
  const absl::string_view bytes(source.bytes().data(), source.bytes().size());
  if (bytes.find(kMarker) == absl::string_view::npos) return suppressions;
  std::size_t waiting = 0;  // from here on they cover the next line of substance
  std::uint32_t number = 0;
  for (std::size_t begin = 0; begin < bytes.size() && suppressions.size() < kMaxSuppressions;) {
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
    const absl::string_view line = bytes.substr(begin, end - begin);
    ++number;
    const bool alone = IsBlankOrComment(line);
    if (!alone) {
      for (; waiting < suppressions.size(); ++waiting) {
        if (suppressions[waiting].line != 0) suppressions[waiting].line = number;
      }
    }
    if (const std::optional<Comment> comment = CommentIn(line)) {
      ir::Suppression& suppression = suppressions.emplace_back();
      suppression.rules = comment->rules;
      suppression.reason = comment->reason;
      suppression.line = comment->whole_file ? 0 : number;
      ir::Location& location = suppression.location;
      location.path = source.path();
      location.offset = begin + comment->begin;
      location.length = absl::StripTrailingAsciiWhitespace(line).size() - comment->begin;
      location.has_span = true;
      location.line = number;
      location.column = static_cast<std::uint32_t>(comment->begin + 1);
      if (!alone) waiting = suppressions.size();
    }
    begin = end + 1;
  }
  return suppressions;
}

std::vector<ir::Suppression> MetadataSuppressions(
    const std::string& path, const std::vector<std::pair<std::string, std::string>>& metadata) {
  std::vector<ir::Suppression> suppressions;
  for (std::size_t i = 0; i < metadata.size(); ++i) {
    if (metadata[i].first != kMetadataKey) continue;
    for (const absl::string_view item : absl::StrSplit(metadata[i].second, ';')) {
      const absl::string_view entry = absl::StripAsciiWhitespace(item);
      if (entry.empty() || suppressions.size() >= kMaxSuppressions) continue;
      const std::size_t space = std::min(entry.find_first_of(" \t"), entry.size());
      ir::Suppression& suppression = suppressions.emplace_back();
      suppression.rules = RulesOf(entry.substr(0, space));
      suppression.reason = std::string(absl::StripAsciiWhitespace(entry.substr(space)));
      suppression.location.path = path;
      suppression.location.logical = "metadata_props[" + std::to_string(i) + "]:onnxcheck.ignore";
    }
  }
  return suppressions;
}

}  // namespace onnxcheck::parsers
