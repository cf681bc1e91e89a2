// libFuzzer target over the reader of ONNX models, the checker, the inference and the pass over
// the weights.
#include <cstddef>
#include <cstdint>
#include <string>

#include "parsers/model/onnx.h"
#include "parsers/model/weights.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using onnxcheck::parsers::ParseOnnx;
  using onnxcheck::parsers::ReadWeights;
  using onnxcheck::parsers::Source;
  const auto source =
      Source::FromBytes("fuzz.onnx", std::string(reinterpret_cast<const char*>(data), size));
  auto model = ParseOnnx(*source);
  // A problem outside the file would be reported at a place that does not exist.
  for (const auto& problem : model.input.problems) {
    if (problem.location.offset + problem.location.length > size) __builtin_trap();
  }
  ReadWeights(*source, {}, &model);
  return 0;
}
