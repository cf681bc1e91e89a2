// libFuzzer target over the reader, the checker and the inference of ONNX models.
#include <cstddef>
#include <cstdint>
#include <string>

#include "parsers/model/onnx.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using onnxcheck::parsers::ParseOnnx;
  using onnxcheck::parsers::Source;
  const auto source =
      Source::FromBytes("fuzz.onnx", std::string(reinterpret_cast<const char*>(data), size));
  const auto model = ParseOnnx(*source);
  // A problem outside the file would be reported at a place that does not exist.
  for (const auto& problem : model.input.problems) {
    if (problem.location.offset + problem.location.length > size) __builtin_trap();
  }
  return 0;
}
