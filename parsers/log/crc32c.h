// CRC-32C (Castagnoli), RFC 3720 appendix B.4: the checksum of TensorFlow's record files.
#ifndef ONNXCHECK_PARSERS_LOG_CRC32C_H_
#define ONNXCHECK_PARSERS_LOG_CRC32C_H_

#include <cstdint>
#include <string_view>

namespace onnxcheck::parsers::log {

// By the processor's own instruction where it has one, otherwise by Crc32cTable. (Debian 12 has no
// library for it that links statically.)
std::uint32_t Crc32c(std::string_view bytes);

// A byte at a time, on any processor.
std::uint32_t Crc32cTable(std::string_view bytes);

// As stored beside the data: rotated and shifted, so that a checksum of checksums is none of zeros.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/lib/hash/crc32c.h
constexpr std::uint32_t MaskCrc(std::uint32_t crc) {
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_CRC32C_H_
