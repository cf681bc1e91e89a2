// Text logs with backups (analyzer/ir/backup.h).
#ifndef ONNXCHECK_PARSERS_ROTATED_H_
#define ONNXCHECK_PARSERS_ROTATED_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/ir/log.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// Without number and date: the file that is written to.
struct RotatedMember {
  std::uint32_t number = 0;
  std::string date;
  std::shared_ptr<const Source> source;
  bool named = false;
};

// The members (two or more, numbers may be missing) as one log in order of age, whose `parts` they
// are. Nothing if they are rather runs of their own, each of which moved the log of the one before
// out of its way; or if two have one number or date, some have a number and others
// a date, dates are of different length, a member is damaged, is no text, or all hold more than
// kMaxConvertedBytes, which have to be in memory: then each is to be read by itself. Never throws.
std::optional<ir::Log> ParseRotated(std::vector<RotatedMember> members);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_ROTATED_H_
