// Prefixes that are written alike are read alike: "2024-06-17 10:02:33,125 - trainer - INFO - ".
#ifndef ONNXCHECK_PARSERS_LOG_KNOWN_PREFIX_H_
#define ONNXCHECK_PARSERS_LOG_KNOWN_PREFIX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parsers/log/prefix.h"

namespace onnxcheck::parsers::log {

// The prefix of the line before, but for its digits.
class KnownPrefix {
 public:
  // How far Match() reads, whatever stands there.
  static constexpr std::size_t kReach = 128;

  // `prefix`: what ReadPrefix() has found in `line`.
  void Keep(std::string_view line, const Prefix& prefix);

  // What ReadPrefix() would find in a line at `text`, with an empty body that stands where the body
  // begins; nullopt: to be found out.
  std::optional<Prefix> Match(const char* text) const;

 private:
  struct Span {
    std::size_t begin = 0;
    std::size_t size = 0;
  };
  struct Eight {
    std::uint64_t text = 0;    // digits as zeros
    std::uint64_t digits = 0;  // all bits of the bytes that are one
    std::uint64_t counts = 0;  // of those that belong to the prefix
  };
  std::array<Eight, kReach / 8> eights_{};
  std::size_t size_ = 0;  // 0: none
  ir::Level level_ = ir::Level::kNone;
  Span stamp_, zone_, writer_;
};

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_KNOWN_PREFIX_H_
