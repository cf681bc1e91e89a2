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
  PatternMatcher();

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
};

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_PATTERNS_H_
