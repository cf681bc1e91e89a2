#include "parsers/log/prefix.h"

#include <algorithm>
#include <array>
#include <string>

namespace onnxcheck::parsers::log {
namespace {

// d: digit, a: letter, the rest stands for itself. A longer shape comes before its beginning.
constexpr std::string_view kTimeShapes[] = {
    "dddd-dd-dd dd:dd:dd",
    "dddd-dd-ddTdd:dd:dd",
    "dddd/dd/dd dd:dd:dd",
    "dd/dd/dddd dd:dd:dd",
    "dd-dd-dddd dd:dd:dd",
    "dd/dd/dd dd:dd:dd",
    "dd-dd dd:dd:dd",
    "dd/dd dd:dd:dd",
    "dddd-dd-dd dd:dd",
    "dddd-dd-dd-dd:dd:dd",
    "dddd.dd.dd dd:dd:dd",
    "dd.dd.dddd dd:dd:dd",
    "aaa aaa dd dd:dd:dd",
    "aaa aaa  d dd:dd:dd",
    "aaa dd dd:dd:dd",
    "aaa  d dd:dd:dd",
    "dd:dd:dd",
    "dd aaa dddd dd:dd:dd",
    "dddddddd dd:dd:dd",
    "dd-aaa-dddd dd:dd:dd",
    "dd-aaa-dd dd:dd:dd",
    "dddd/dd/dd dd:dd",
    "dd-dd dd:dd",
    "1ddddddddd.dddddd ",  // seconds since 1970
};
// glog and Caffe: "I1226 00:10:28.722524 10276 solver.cpp:228] "
constexpr std::string_view kGlogShape = "adddd dd:dd:dd.dddddd";

// How far behind a time stamp a level is looked for: file names and logger names stand between.
constexpr std::size_t kLevelReach = 100;
// A level without a time stamp stands at the very front.
constexpr std::size_t kBareLevelReach = 12;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool Matches(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const char c = text[i];
    const char s = shape[i];
    if (s == 'd' ? !IsDigit(c) : s == 'a' ? !IsLetter(c) : c != s) return false;
  }
  return true;
}

struct Stamp {
  std::size_t length = 0;   // with fractions and time zone; 0: none
  std::size_t seconds = 0;  // without
  std::size_t zone = 0;     // where the time zone begins; `length` if there is none
};

Stamp FindStamp(std::string_view text) {
  // Shapes begin with two digits or with a name of three letters and a blank.
  if (text.size() < 8) return {};
  const bool digits = IsDigit(text[0]) && IsDigit(text[1]);
  if (!digits && !(IsLetter(text[0]) && text[3] == ' ')) return {};
  for (const std::string_view shape : kTimeShapes) {
    if (!Matches(text, shape)) continue;
    std::size_t length = shape.size();
    // Fractions and time zones.
    if (length + 1 < text.size() && (text[length] == ',' || text[length] == '.') &&
        IsDigit(text[length + 1])) {
      ++length;
      while (length < text.size() && IsDigit(text[length])) ++length;
    }
    const std::size_t zone = length;
    if (length < text.size() && text[length] == 'Z') ++length;
    if (length + 3 < text.size() && (text[length] == '+' || text[length] == '-') &&
        IsDigit(text[length + 1]) && IsDigit(text[length + 2])) {
      while (length < text.size() && (IsDigit(text[length]) || text[length] == ':' ||
                                      text[length] == '+' || text[length] == '-'))
        ++length;
    }
    return {length, shape.size(), zone};
  }
  return {};
}

std::size_t TimeLength(std::string_view text) { return FindStamp(text).length; }

constexpr std::array<bool, 256> MakeSeparators() {
  std::array<bool, 256> table{};
  for (const char c : std::string_view(" \t[](){}<>|:-,;"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> kSeparators = MakeSeparators();
bool Separates(char c) { return kSeparators[static_cast<unsigned char>(c)]; }

// "[rank0]:", "[1,0]<stderr>:", "(DQNTrainer pid=612604)", "0: ": who wrote the line.
std::string_view SkipWriter(std::string_view text) {
  if (text.substr(0, 5) == "[rank" || text.substr(0, 5) == "[Rank") {
    const std::size_t close = text.substr(0, 40).find(']');
    if (close != std::string_view::npos) {
      text.remove_prefix(close + 1);
      if (!text.empty() && text[0] == ':') text.remove_prefix(1);
    }
  } else if (!text.empty() && text[0] == '(' &&
             text.substr(0, 64).find(" pid=") != std::string_view::npos) {
    const std::size_t close = text.substr(0, 96).find(')');
    if (close != std::string_view::npos) text.remove_prefix(close + 1);
  }
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  return text;
}

// The first level among the words of `text`; `end` is set behind it and its separators.
ir::Level FindLevel(std::string_view text, std::size_t reach, bool timed, std::size_t* end) {
  std::size_t i = 0;
  std::size_t words = 0;
  while (i < text.size() && i < reach) {
    if (Separates(text[i])) {
      ++i;
      continue;
    }
    std::size_t stop = i;
    while (stop < text.size() && !Separates(text[stop])) ++stop;
    const std::string_view word = text.substr(i, stop - i);
    const ir::Level level = LevelOf(word);
    // Lower case is a level only between marks: "[info]", not "no error in".
    const bool upper = word[0] >= 'A' && word[0] <= 'Z' && (word.size() < 2 || word[1] < 'a');
    const bool marked = stop < text.size() && text[stop] != ' ' && text[stop] != '\t';
    const bool title = word[0] >= 'A' && word[0] <= 'Z' && marked;
    if (level != ir::Level::kNone && (upper || title || (timed && marked))) {
      if (timed || marked || (stop < text.size() && text[stop] == '\t')) {
        while (stop < text.size() && Separates(text[stop]) && text[stop] != '(' &&
               text[stop] != '[' && text[stop] != '{' && text[stop] != '-') {
          ++stop;
        }
        while (stop + 1 < text.size() && text[stop] == '-' && text[stop + 1] == ' ') stop += 2;
        *end = stop;
        return level;
      }
    }
    // A message has begun: digits with an equals sign, sentences.
    if (++words > (timed ? 6u : 1u)) return ir::Level::kNone;
    i = stop;
  }
  return ir::Level::kNone;
}

// loguru's "train:fit:57 - message": module, function and line in front of the message.
std::string_view SkipLocation(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && text[i] == ' ') ++i;
  std::size_t colons = 0;
  std::size_t digits = 0;
  for (; i < text.size() && text[i] != ' '; ++i) {
    colons += text[i] == ':';
    digits = text[i] == ':' ? 0 : IsDigit(text[i]) ? digits + 1 : digits + 1000;
  }
  if (colons != 2 || digits == 0 || digits >= 1000 ||
      text.substr(std::min(i, text.size()), 3) != " - ")
    return text;
  return text.substr(i + 3);
}

ir::Level LevelOfLetter(char c) {
  switch (c) {
    case 'D':
      return ir::Level::kDebug;
    case 'I':
      return ir::Level::kInfo;
    case 'W':
      return ir::Level::kWarning;
    case 'E':
      return ir::Level::kError;
    case 'F':
      return ir::Level::kCritical;
    default:
      return ir::Level::kNone;
  }
}

}  // namespace

ir::Level LevelOf(std::string_view word) {
  if (word.size() < 4 || word.size() > 8) return ir::Level::kNone;
  std::array<char, 8> lower{};
  for (std::size_t i = 0; i < word.size(); ++i) lower[i] = static_cast<char>(word[i] | 0x20);
  const std::string_view text(lower.data(), word.size());
  if (text == "info") return ir::Level::kInfo;
  if (text == "debug" || text == "trace") return ir::Level::kDebug;
  if (text == "warning" || text == "warn") return ir::Level::kWarning;
  if (text == "error") return ir::Level::kError;
  if (text == "critical" || text == "fatal") return ir::Level::kCritical;
  return ir::Level::kNone;
}

Prefix ReadPrefix(std::string_view record) {
  Prefix prefix;
  std::string_view text = SkipWriter(record);
  prefix.writer = record.substr(0, record.size() - text.size());
  prefix.body = text;
  if (text.empty()) return prefix;
  if (Matches(text, kGlogShape) && LevelOfLetter(text[0]) != ir::Level::kNone) {
    prefix.time = true;
    prefix.stamp = text.substr(1, kGlogShape.find('.') - 1);
    prefix.level = LevelOfLetter(text[0]);
    const std::size_t close = text.substr(0, 160).find("] ");
    prefix.body = text.substr(close == std::string_view::npos ? kGlogShape.size() : close + 2);
    return prefix;
  }
  std::string_view rest = text;
  while (!rest.empty() &&
         (rest[0] == '[' || rest[0] == '(' || rest[0] == '<' || rest[0] == ' ' || rest[0] == '"'))
    rest.remove_prefix(1);
  // NeMo: "[NeMo W 2021-02-18 20:13:56 experimental:28] message".
  if (rest.size() > 8 && rest.substr(0, 5) == "NeMo " && rest[6] == ' ') {
    prefix.level = LevelOfLetter(rest[5]);
    rest.remove_prefix(7);
  }
  const auto take = [&prefix, &rest](const Stamp& stamp) {
    prefix.time = true;
    prefix.stamp = rest.substr(0, stamp.seconds);
    prefix.zone = rest.substr(stamp.zone, stamp.length - stamp.zone);
  };
  Stamp stamp = FindStamp(rest);
  if (stamp.length == 0 &&
      LevelOf(rest.substr(0, rest.find_first_of(" :]|-"))) != ir::Level::kNone) {
    // "INFO 2020-03-08 16:33:08,462 message", "INFO:root:message"
    std::size_t end = 0;
    prefix.level = FindLevel(rest, kBareLevelReach, false, &end);
    if (prefix.level == ir::Level::kNone) {
      const std::size_t word = std::min(rest.find_first_of(" :]|-"), rest.size());
      std::string_view after = rest.substr(word);
      while (!after.empty() && (after[0] == ' ' || after[0] == '[')) after.remove_prefix(1);
      if (TimeLength(after) > 0) {
        prefix.level = LevelOf(rest.substr(0, word));
        end = word;
      }
    }
    // "INFO     Epoch 3": no measure's name begins so, as "ERROR rate" might.
    if (prefix.level == ir::Level::kNone &&
        (rest.starts_with("INFO ") || rest.starts_with("DEBUG "))) {
      end = rest.find(' ');
      prefix.level = LevelOf(rest.substr(0, end));
      end = std::min(rest.find_first_not_of(' ', end), rest.size());
    }
    if (prefix.level == ir::Level::kNone) return prefix;
    rest.remove_prefix(end);
    prefix.body = rest;
    while (!rest.empty() && (rest[0] == '[' || rest[0] == ' ')) rest.remove_prefix(1);
    stamp = FindStamp(rest);
    if (stamp.length > 0) {
      take(stamp);
      prefix.body = rest.substr(stamp.length);
    }
    return prefix;
  }
  const std::size_t length = stamp.length;
  if (length == 0) return prefix;
  // "00:12:30 <eta>" style durations in the middle of text do not stand here, but "22:13<1:15"
  // does.
  if (length < rest.size() && rest[length] == '<') return prefix;
  take(stamp);
  rest.remove_prefix(length);
  prefix.body = rest;
  std::size_t end = 0;
  const ir::Level level = FindLevel(rest, kLevelReach, true, &end);
  if (level != ir::Level::kNone) {
    prefix.level = level;
    prefix.body = SkipLocation(rest.substr(end));
  } else {
    // "[18:16:10] message", "[2021-10-25 INFO" has been read above.
    while (!prefix.body.empty() &&
           (prefix.body[0] == ']' || prefix.body[0] == ')' || prefix.body[0] == ' ')) {
      prefix.body.remove_prefix(1);
    }
    if (prefix.level != ir::Level::kNone) {
      const std::size_t close = prefix.body.substr(0, 120).find("] ");
      if (close != std::string_view::npos) prefix.body.remove_prefix(close + 2);
    }
  }
  return prefix;
}

}  // namespace onnxcheck::parsers::log
