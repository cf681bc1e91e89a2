// Any bytes must be read as a log without a crash, in linear time, with columns that agree.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "parsers/log/log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onnxcheck;
  const auto source = parsers::Source::FromBytes(
      "fuzz.log", std::string(reinterpret_cast<const char*>(data), size));
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
  return 0;
}
