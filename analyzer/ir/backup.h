// Numbered backups of a file: train.log, train.log.1, train.log.2.gz. Each time the file is full
// its backups are renamed to the next number, so that the largest number is the oldest.
// https://docs.python.org/3/library/logging.handlers.html#rotatingfilehandler, logrotate(8)
#ifndef ONNXCHECK_ANALYZER_IR_BACKUP_H_
#define ONNXCHECK_ANALYZER_IR_BACKUP_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/ir/log.h"

namespace onnxcheck::ir {

// "logs/train.log" and 2 of "logs/train.log.2.gz"; 0: the path is of no backup.
struct BackupName {
  std::string current;
  std::uint32_t number = 0;
};

inline BackupName SplitBackupName(std::string_view path) {
  constexpr std::size_t kMostDigits = 3;  // more are a date or a process
  std::string_view name = path;
  if (name.ends_with(".gz")) name.remove_suffix(3);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name[dot - 1] == '/') return {std::string(path)};
  const std::string_view digits = name.substr(dot + 1);
  if (digits.empty() || digits.size() > kMostDigits || digits[0] == '0' ||
      digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return {std::string(path)};
  }
  std::uint32_t number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<std::uint32_t>(digit - '0');
  return {std::string(name.substr(0, dot)), number};
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
