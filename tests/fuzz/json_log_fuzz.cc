// Any bytes as records of a log of JSON lines, as a part of one record, and as one JSON document.
#include <cstdint>
#include <string>

#include "tests/fuzz/read_log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using onnxcheck::fuzz::ReadLog;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::string record = "{\"epoch\": 1, \"loss\": 0.5}\n";
  ReadLog("log.jsonl", record + bytes + "\n" + record);
  ReadLog("log.json", "{\"loss\": [0.5, 0.25, " + bytes + "]}");
  ReadLog("history.json", bytes);
  return 0;
}
