// Any bytes must be read as an event file without a crash, in linear time, with columns that agree.
// The bytes are tried as they are, and as the payload of a record whose checksums are right.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "parsers/log/crc32c.h"
#include "parsers/log/event_file.h"

namespace {

using namespace onnxcheck;

void Append(std::string* file, const void* value, std::size_t size) {
  file->append(static_cast<const char*>(value), size);
}

std::string Framed(const std::string& payload) {
  std::string file;
  const std::uint64_t size = payload.size();
  Append(&file, &size, sizeof(size));
  std::uint32_t crc = parsers::log::MaskCrc(parsers::log::Crc32c(file));
  Append(&file, &crc, sizeof(crc));
  file += payload;
  crc = parsers::log::MaskCrc(parsers::log::Crc32c(payload));
  Append(&file, &crc, sizeof(crc));
  return file;
}

void Read(const std::string& first, const std::string& second) {
  parsers::EventFileReader reader;
  reader.Add(*parsers::Source::FromBytes("events.out.tfevents.1", first));
  reader.Add(*parsers::Source::FromBytes("events.out.tfevents.2", second));
  const ir::Log log = reader.Finish();
  for (const ir::Series& series : log.series) {
    const std::size_t count = series.value.size();
    if (count == 0 || series.at->line.size() != count || series.at->step.size() != count ||
        series.at->epoch.size() != count || series.time.size() != count) {
      std::abort();
    }
  }
  std::uint32_t last = 0;
  for (const ir::Segment& segment : log.segments) {
    if (segment.first_line != last + 1 || segment.last_line < segment.first_line) std::abort();
    last = segment.last_line;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Read(bytes, bytes.substr(0, size / 2));
  Read(Framed(bytes) + Framed(bytes.substr(0, size / 2)), bytes);
  return 0;
}
