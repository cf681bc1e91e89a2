// Backups of a file that is rotated. Numbered: train.log, train.log.1, train.log.2.gz; each time
// the file is full its backups are renamed to the next number, so that the largest is the oldest.
// Dated: train.log.2024-03-01, train.log.2024-03-01_14-05, train.log-20240301.gz.
// https://docs.python.org/3/library/logging.handlers.html (RotatingFileHandler,
// TimedRotatingFileHandler), logrotate(8) (dateext, dateformat)
#ifndef ONNXCHECK_ANALYZER_IR_BACKUP_H_
#define ONNXCHECK_ANALYZER_IR_BACKUP_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "analyzer/ir/log.h"

namespace onnxcheck::ir {

// "logs/train.log" and 2 of "logs/train.log.2.gz", and "20240301" of "logs/train.log.2024-03-01".
// With neither number nor date the path is of no backup.
struct BackupName {
  std::string current;
  std::uint32_t number = 0;
  std::string date;  // its digits: year, month, day, and the time as far as it is named
};

inline bool IsBackup(const BackupName& name) { return name.number > 0 || !name.date.empty(); }

namespace internal {

// "2024-03-01", "2024-03-01_14-05-09", "20240301", "20240301-1709", "2024-03-01.1" is none: its
// digits; empty if the text is no date.
inline std::string DateDigits(std::string_view text) {
  constexpr std::size_t kDay = 8;
  constexpr std::size_t kSecond = 14;
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if ((c != '-' && c != '_') || i == 0 || i + 1 == text.size()) {
      return {};
    }
  }
  if (digits.size() < kDay || digits.size() > kSecond || digits.size() % 2 != 0) return {};
  const std::string month = digits.substr(4, 2);
  const std::string day = digits.substr(6, 2);
  const bool is_date = (digits.starts_with("19") || digits.starts_with("20")) && month >= "01" &&
                       month <= "12" && day >= "01" && day <= "31";
  return is_date ? digits : std::string();
}

}  // namespace internal

inline BackupName SplitBackupName(std::string_view path) {
  constexpr std::size_t kMostDigits = 3;  // more are a date or a process
  std::string_view name = path;
  if (name.ends_with(".gz")) name.remove_suffix(3);
  const std::size_t slash = name.rfind('/');
  const std::size_t base = slash == std::string_view::npos ? 0 : slash + 1;
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot <= base) return {std::string(path), 0, {}};
  const std::string_view ending = name.substr(dot + 1);
  // logrotate puts "-" in front of the date.
  const std::size_t dash = ending.find('-');
  if (dash != std::string_view::npos && dash > 0 && (ending[0] < '0' || ending[0] > '9')) {
    std::string date = internal::DateDigits(ending.substr(dash + 1));
    if (!date.empty()) return {std::string(name.substr(0, dot + 1 + dash)), 0, std::move(date)};
  }
  if (std::string date = internal::DateDigits(ending); !date.empty())
    return {std::string(name.substr(0, dot)), 0, std::move(date)};
  if (ending.empty() || ending.size() > kMostDigits || ending[0] == '0' ||
      ending.find_first_not_of("0123456789") != std::string_view::npos) {
    return {std::string(path), 0, {}};
  }
  std::uint32_t number = 0;
  for (const char digit : ending) number = number * 10 + static_cast<std::uint32_t>(digit - '0');
  return {std::string(name.substr(0, dot)), number, {}};
}

// A text log whose parts are its backups and, last, the file that is written to.
inline bool IsRotated(const Log& log) {
  if (log.binary || log.parts.size() < 2) return false;
  return std::all_of(log.parts.begin(), log.parts.end() - 1, [&](const LogPart& part) {
    return SplitBackupName(part.path).current == log.parts.back().path;
  });
}

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_BACKUP_H_
