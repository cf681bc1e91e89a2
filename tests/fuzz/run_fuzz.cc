// Any bytes as the script, the log and the configuration of one run, before every rule.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/check_folder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  onnxcheck::fuzz::CheckFolder({"train.py", "run.log", "metrics.csv", "config.yaml"},
                               {reinterpret_cast<const char*>(data), size});
  return 0;
}
