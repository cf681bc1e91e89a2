// A dialect is data: how one framework writes its records, with sample lines that run as tests.
#ifndef ONNXCHECK_PARSERS_LOG_DIALECT_H_
#define ONNXCHECK_PARSERS_LOG_DIALECT_H_

#include <absl/types/span.h>

#include <string_view>

#include "parsers/log/roles.h"

namespace onnxcheck::parsers::log {

// What the general scanner cannot read by itself. `regex` (RE2) is matched against the beginning of
// a message, after time and level. Its named groups are the fields:
//   epoch epochs step steps   counters, whole numbers
//   split                     "train", "val", "test" or a word for one of them
//   rest                      handed to the general scanner
//   any other name            a number, reported under that name
struct LinePattern {
  std::string_view literal;  // occurs in every match: a cheap test before the pattern
  std::string_view regex;
  Split split = Split::kUnknown;  // of what matches, unless the group `split` says one
  bool shared = false;            // other programs write such lines too: a match is no vote
};

// A piece of a log and what the parser must make of it, one series a line:
//   NAME ROLE [epoch E] [step S]: VALUE VALUE ...
// E and S belong to the last value.
struct Sample {
  std::string_view text;
  std::string_view expected;
};

struct Dialect {
  std::string_view name;                     // the format in reports
  absl::Span<const std::string_view> marks;  // a record with one of these votes for the dialect
  absl::Span<const LinePattern> patterns;
  absl::Span<const Sample> samples;
};

// Every dialect, each in a file of its own under dialects/; earlier ones win ties.
absl::Span<const Dialect* const> Dialects();

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_DIALECT_H_
