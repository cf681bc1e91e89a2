// Numbers as binary files hold them: little endian, at any address.
#ifndef ONNXCHECK_PARSERS_LOG_LOAD_BYTES_H_
#define ONNXCHECK_PARSERS_LOG_LOAD_BYTES_H_

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace onnxcheck::parsers::log {

static_assert(std::endian::native == std::endian::little);

// `bytes` has sizeof(T) of them from `at` on.
template <typename T>
T LoadBytes(std::string_view bytes, std::uint64_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_LOAD_BYTES_H_
