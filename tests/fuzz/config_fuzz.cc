// Any bytes as a configuration of each format, as a value that Python printed, and as the beginning
// of a log: no crash, no hang, places inside the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "parsers/config/config.h"
#include "parsers/config/preamble.h"
#include "parsers/config/python_literal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using onnxcheck::parsers::Format;
  // Every reader gets every input, so that real files are seeds as they are.
  constexpr Format kFormats[] = {Format::kYaml,         Format::kJson,     Format::kToml,
                                 Format::kKerasArchive, Format::kIni,      Format::kHdf5,
                                 Format::kSavedModel,   Format::kModelCard};
  const auto source = onnxcheck::parsers::Source::FromBytes(
      "input", std::string(reinterpret_cast<const char*>(data), size));
  onnxcheck::parsers::Sniff(*source);
  const auto check = [size](const onnxcheck::ir::Config& config) {
    for (const onnxcheck::ir::Entry& entry : config.entries) {
      if (entry.location.has_span && entry.location.offset + entry.location.length > size) {
        std::abort();
      }
    }
  };
  for (const Format format : kFormats) check(onnxcheck::parsers::ParseConfig(*source, format));
  if (onnxcheck::parsers::ReadPythonLiteral(source->bytes(), 0).end > size) std::abort();
  if (const auto said = onnxcheck::parsers::ReadPreamble(*source, onnxcheck::ir::Log())) {
    check(*said);
  }
  return 0;
}
