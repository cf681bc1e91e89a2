// Any bytes as a configuration of each format: no crash, no hang, places inside the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "parsers/config/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using onnxcheck::parsers::Format;
  constexpr Format kFormats[] = {Format::kYaml, Format::kJson, Format::kToml,
                                 Format::kKerasArchive};
  if (size == 0) return 0;
  // The first byte chooses the format, so that one corpus serves all readers.
  const Format format = kFormats[data[0] % std::size(kFormats)];
  const auto source = onnxcheck::parsers::Source::FromBytes(
      "input", std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  onnxcheck::parsers::Sniff(*source);
  const onnxcheck::ir::Config config = onnxcheck::parsers::ParseConfig(*source, format);
  for (const onnxcheck::ir::Entry& entry : config.entries) {
    if (entry.location.has_span && entry.location.offset + entry.location.length > size) {
      std::abort();
    }
  }
  return 0;
}
