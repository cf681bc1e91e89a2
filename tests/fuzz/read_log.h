// What must hold of every log, whatever bytes it was read from.
#ifndef ONNXCHECK_TESTS_FUZZ_READ_LOG_H_
#define ONNXCHECK_TESTS_FUZZ_READ_LOG_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "parsers/log/log.h"

namespace onnxcheck::fuzz {

// Aborts if columns of one series differ in length or segments overlap.
inline void ReadLog(std::string path, std::string bytes) {
  const auto source = parsers::Source::FromBytes(std::move(path), std::move(bytes));
  const ir::Log log = parsers::ParseLog(*source);
  for (const ir::Series& series : log.series) {
    const std::size_t count = series.value.size();
    if (count == 0 || series.at->line.size() != count || series.at->step.size() != count ||
        series.at->epoch.size() != count) {
      std::abort();
    }
  }
  std::uint32_t last = 0;
  for (const ir::Segment& segment : log.segments) {
    if (segment.first_line <= last || segment.last_line < segment.first_line) std::abort();
    last = segment.last_line;
  }
}

}  // namespace onnxcheck::fuzz

#endif  // ONNXCHECK_TESTS_FUZZ_READ_LOG_H_
