// The dialects' patterns, compiled.
#ifndef ONNXCHECK_PARSERS_LOG_PATTERNS_H_
#define ONNXCHECK_PARSERS_LOG_PATTERNS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "parsers/log/interpreter.h"

namespace onnxcheck::parsers::log {

// Tries the dialects on records and remembers which of them the log speaks.
class PatternMatcher {
 public:
  // `trial`: a pattern without a match in this many records is not tried again, since a log does
  // not change its framework half-way and every trial costs time on every record.
  explicit PatternMatcher(std::uint64_t trial);
  // Comes before everything else of a record.
  void Count() { ++records_; }
  // Votes are over, and the patterns that are still tried are known.
  bool settled() const { return records_ > trial_; }
  // Once it is settled: a record of this form may be for one of the patterns.
  bool MayClaim(std::string_view body) const;

  struct Match {
    Interpreter::Preset preset;
    std::vector<Pair> pairs;  // named fields
    std::string_view rest;    // for the general scanner
  };
  // True if a pattern claims the record.
  bool Try(std::string_view body, Match* match);
  // Counts marks; `whole` is the record with its prefix.
  void Vote(std::string_view whole);
  // The dialect with most votes; empty if none got any.
  std::string_view Winner() const;

 private:
  struct Use {
    std::uint64_t hits = 0;
  };
  std::vector<Use> uses_;             // per pattern
  std::vector<std::uint64_t> votes_;  // per dialect
  std::uint64_t records_ = 0;
  std::uint64_t trial_;
};

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_PATTERNS_H_
