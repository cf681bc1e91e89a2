// Any format (the first line) must take any text (the others) apart without a crash, in linear
// time, line by line.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "parsers/log/record_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(bytes.find('\n'), bytes.size());
  const std::string text = bytes.substr(std::min(end + 1, bytes.size()));
  const std::string usual = onnxcheck::parsers::log::InUsualFormat(
      text, {bytes.substr(0, end), "%(message)s %(lineno)d"});
  const auto lines = [](const std::string& s) { return std::count(s.begin(), s.end(), '\n'); };
  if (!usual.empty() && lines(usual) != lines(text)) std::abort();
  return 0;
}
