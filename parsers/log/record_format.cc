#include "parsers/log/record_format.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>

#include "parsers/log/prefix.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::size_t kMaxFormat = 300;  // bytes
constexpr std::size_t kMaxFields = 16;
// A log of this size is read as it stands: to take it apart costs far more than reading it.
constexpr std::size_t kMaxText = std::size_t{64} << 20;
constexpr std::size_t kMaxLine = std::size_t{64} << 10;
constexpr std::size_t kMaxFormats = 20;
constexpr std::size_t kLinesLookedAt = 200;
constexpr double kLeastShare = 0.5;  // messages of several lines and other writers have no format

struct Part {
  std::string literal;  // in front of the field
  std::string field;    // empty: behind the last field
};

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Index behind "(name)s", "name}" or "name" at `at`; npos: no field stands there.
std::size_t ReadField(std::string_view format, char style, std::size_t at, std::string* field) {
  const char close = style == '%' ? ')' : '}';
  const bool bare = style == '$' && (at >= format.size() || format[at] != '{');
  if (!bare && style != '{') ++at;  // "(" or "{"
  std::size_t end = at;
  while (end < format.size() && IsNameByte(format[end])) ++end;
  if (end == at) return std::string_view::npos;
  *field = std::string(format.substr(at, end - at));
  if (bare) return end;
  if (style == '{') end = format.find(close, end);  // ":<8", "!r"
  if (end >= format.size() || format[end] != close) return std::string_view::npos;
  ++end;
  if (style != '%') return end;
  end = format.find_first_not_of("-+ #0123456789.", end);
  return end == std::string_view::npos ? end : end + 1;  // the conversion
}

// Empty: it has no message, or is none of the three styles.
std::vector<Part> Split(std::string_view format) {
  if (format.size() > kMaxFormat) return {};
  const char style = format.find("%(message)") != std::string_view::npos ? '%'
                     : format.find("{message") != std::string_view::npos
                         ? (format.find("${message") != std::string_view::npos ? '$' : '{')
                         : '$';
  std::vector<Part> parts(1);
  bool message = false;
  for (std::size_t i = 0; i < format.size();) {
    const bool twice = i + 1 < format.size() && format[i + 1] == format[i];
    if ((format[i] == style || (style == '{' && format[i] == '}')) && twice) {
      parts.back().literal.push_back(format[i]);
      i += 2;
      continue;
    }
    std::size_t end = std::string_view::npos;
    if (format[i] == style) end = ReadField(format, style, i + 1, &parts.back().field);
    if (end == std::string_view::npos) {
      parts.back().field.clear();
      parts.back().literal.push_back(format[i++]);
      continue;
    }
    message = message || parts.back().field == "message";
    parts.emplace_back();
    i = end;
  }
  if (!message || parts.size() > kMaxFields) return {};
  return parts;
}

bool IsNumber(std::string_view field) {
  constexpr std::string_view kNumbers[] = {"levelno", "lineno", "process",        "thread",
                                           "created", "msecs",  "relativeCreated"};
  return std::find(std::begin(kNumbers), std::end(kNumbers), field) != std::end(kNumbers);
}

class RecordFormat {
 public:
  explicit RecordFormat(const std::vector<Part>& parts) {
    std::string pattern;
    int groups = 0;
    for (const Part& part : parts) {
      const std::string& field = part.field;
      pattern += RE2::QuoteMeta(part.literal);
      if (field == "levelname") pattern += " *";  // "%(levelname)8s"
      if (field.empty()) continue;
      int* group = field == "message"     ? &message_
                   : field == "asctime"   ? &time_
                   : field == "levelname" ? &level_
                                          : nullptr;
      if (group != nullptr && *group == 0) *group = ++groups;
      const bool captured = group != nullptr && *group == groups;
      const char* const text = field == "message"     ? ".*"
                               : field == "asctime"   ? ".{4,40}?"
                               : field == "levelname" ? "[A-Za-z0-9]+"
                               : IsNumber(field)      ? " *-?[0-9]+(?:\\.[0-9]+)? *"
                                                      : ".*?";
      pattern += captured ? "(" + std::string(text) + ")" : text;
      // "%(levelname)-8s"
      if (field == "levelname") pattern += " *";
    }
    // A line's last blanks are easily lost.
    while (pattern.ends_with("\\ ")) pattern.resize(pattern.size() - 2);
    pattern += "\\s*";
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    options.set_log_errors(false);
    regex_ = std::make_unique<RE2>(pattern, options);
  }

  bool Matches(std::string_view line) const {
    return regex_->ok() && RE2::FullMatch(re2::StringPiece(line.data(), line.size()), *regex_);
  }

  // Appends the line as it is if it is no record of this format.
  void Rewrite(std::string_view line, std::string* out) const {
    constexpr int kGroups = 4;
    re2::StringPiece group[kGroups];
    const re2::StringPiece text(line.data(), line.size());
    if (line.size() > kMaxLine ||
        !regex_->Match(text, 0, text.size(), RE2::ANCHOR_BOTH, group, kGroups)) {
      out->append(line);
      return;
    }
    const auto at = [&](int index) {
      const re2::StringPiece& piece = group[index];
      return index == 0 ? std::string_view() : std::string_view(piece.data(), piece.size());
    };
    std::string_view level = at(level_);
    if (LevelOf(level) == ir::Level::kNone) level = {};
    std::string front;
    if (time_ != 0) {
      front.append(at(time_));
      front.append(level.empty() ? " " : " ").append(level);
      if (!ReadPrefix(front + " x").time) front.clear();  // of a form that nobody knows
    }
    if (front.empty() && !level.empty()) front.append(level).push_back(':');
    if (!front.empty() && front.back() != ' ') front.push_back(' ');
    out->append(front).append(at(message_));
  }

 private:
  std::unique_ptr<RE2> regex_;
  int message_ = 0;  // groups; 0: none
  int time_ = 0;
  int level_ = 0;
};

// Calls `use` with each line and its end ("\n", "\r\n" or nothing).
template <typename Use>
void ForEachLine(std::string_view text, Use use) {
  while (!text.empty()) {
    const std::size_t newline = std::min(text.find('\n'), text.size());
    const bool carriage = newline > 0 && newline < text.size() && text[newline - 1] == '\r';
    const std::size_t end = newline - (carriage ? 1 : 0);
    const std::size_t next = std::min(newline + 1, text.size());
    if (!use(text.substr(0, end), text.substr(end, next - end))) return;
    text.remove_prefix(next);
  }
}

}  // namespace

bool NeedsItsFormat(std::string_view format) {
  const std::vector<Part> parts = Split(format);
  bool message = false;
  for (const Part& part : parts) {
    if (part.field.empty()) continue;
    if (message) return true;
    message = part.field == "message";
    if (message) continue;
    // "lineno=12", and numbers that come before everything else.
    if (part.literal.ends_with('=') || (&part == &parts.front() && IsNumber(part.field)))
      return true;
  }
  return false;
}

std::string InUsualFormat(std::string_view text, const std::vector<std::string>& formats) {
  if (text.size() > kMaxText || std::none_of(formats.begin(), formats.end(), NeedsItsFormat))
    return {};
  std::vector<std::string_view> lines;
  ForEachLine(text, [&](std::string_view line, std::string_view) {
    if (line.find_first_not_of(" \t") != std::string_view::npos) lines.push_back(line);
    return lines.size() < kLinesLookedAt;
  });
  std::optional<RecordFormat> best;
  std::ptrdiff_t most = 0;
  std::size_t tried = 0;
  for (const std::string& format : formats) {
    if (!NeedsItsFormat(format) || ++tried > kMaxFormats) continue;
    RecordFormat candidate(Split(format));
    const auto matches = std::count_if(lines.begin(), lines.end(), [&](std::string_view line) {
      return line.size() <= kMaxLine && candidate.Matches(line);
    });
    if (matches <= most) continue;
    most = matches;
    best = std::move(candidate);
  }
  std::string out;
  if (!best || static_cast<double>(most) < kLeastShare * static_cast<double>(lines.size()))
    return out;
  out.reserve(text.size());
  ForEachLine(text, [&](std::string_view line, std::string_view end) {
    best->Rewrite(line, &out);
    out.append(end);
    return true;
  });
  return out;
}

}  // namespace onnxcheck::parsers::log
