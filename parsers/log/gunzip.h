// Text that was compressed with gzip: rotated logs.
#ifndef ONNXCHECK_PARSERS_LOG_GUNZIP_H_
#define ONNXCHECK_PARSERS_LOG_GUNZIP_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace onnxcheck::parsers::log {

bool IsGzip(std::string_view bytes);

struct Gunzipped {
  std::string text;      // what could be read, at most `limit` bytes
  bool limited = false;  // there is more
  bool damaged = false;  // the data ends too early, is no gzip, or its checksum is wrong
};

// All members, one after another. Memory is bounded by `limit`, whatever the data expands to.
Gunzipped Gunzip(std::string_view bytes, std::size_t limit);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_GUNZIP_H_
