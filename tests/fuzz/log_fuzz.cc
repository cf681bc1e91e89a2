// Any bytes must be read as a log without a crash, in linear time, with columns that agree.
#include <cstdint>
#include <string>

#include "tests/fuzz/read_log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  onnxcheck::fuzz::ReadLog("fuzz.log", std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
