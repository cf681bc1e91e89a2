#include "parsers/log/gunzip.h"

#include <zlib.h>

#include <algorithm>

namespace onnxcheck::parsers::log {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;
constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;  // zlib counts in 32 bits

}  // namespace

bool IsGzip(std::string_view bytes) {
  // RFC 1952: ID1, ID2, and deflate, the only method there is.
  return bytes.substr(0, 3) == "\x1f\x8b\x08";
}

Gunzipped Gunzip(std::string_view bytes, std::size_t limit) {
  Gunzipped result;
  z_stream stream{};
  if (inflateInit2(&stream, kGzipOnly) != Z_OK) {
    result.damaged = true;
    return result;
  }
  std::size_t read = 0;
  for (;;) {
    const std::size_t written = result.text.size();
    if (written >= limit) {
      result.limited = true;
      break;
    }
    result.text.resize(std::min(limit, written + kChunk));
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + read));
    stream.avail_in = static_cast<uInt>(std::min(bytes.size() - read, kMostAtOnce));
    stream.next_out = reinterpret_cast<Bytef*>(result.text.data() + written);
    stream.avail_out = static_cast<uInt>(result.text.size() - written);
    const uInt offered = stream.avail_in;
    const int status = inflate(&stream, Z_NO_FLUSH);
    read += offered - stream.avail_in;
    result.text.resize(result.text.size() - stream.avail_out);
    if (status == Z_STREAM_END) {
      // Another member may follow; what is no gzip behind the last one is padding.
      if (!IsGzip(bytes.substr(read))) break;
      if (inflateReset(&stream) != Z_OK) break;
    } else if (status != Z_OK || (read == bytes.size() && stream.avail_out > 0)) {
      result.damaged = true;
      break;
    }
  }
  inflateEnd(&stream);
  return result;
}

}  // namespace onnxcheck::parsers::log
