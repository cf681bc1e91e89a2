// Any bytes must be read as a .wandb file without a crash, in linear time, with columns that agree.
// The bytes are tried as they are, and as a record whose checksum is right.
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "parsers/log/wandb_file.h"
#include "parsers/log/wandb_settings.h"

namespace {

using namespace onnxcheck;

constexpr std::size_t kMostInOneBlock = 32768 - 7 - 7;

std::string Framed(std::string payload) {
  payload.resize(std::min(payload.size(), kMostInOneBlock));
  std::string file("\x3aW&B\xe1\xbe\x00", 7);
  const std::string checked = '\x01' + payload;
  const uLong crc =
      crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
  for (int i = 0; i < 4; ++i) file += static_cast<char>(crc >> (8 * i));
  file += static_cast<char>(payload.size());
  file += static_cast<char>(payload.size() >> 8);
  return file + checked;
}

void Read(const std::string& bytes) {
  parsers::ReadWandbSettings(*parsers::Source::FromBytes("run.wandb", bytes));
  const ir::Log log = parsers::ParseWandbFile(*parsers::Source::FromBytes("run.wandb", bytes));
  for (const ir::Series& series : log.series) {
    const std::size_t count = series.value.size();
    if (count == 0 || series.at->line.size() != count || series.at->step.size() != count ||
        series.at->epoch.size() != count || series.time.size() != count) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Read(bytes);
  Read(Framed(bytes));
  return 0;
}
