// UTF-8, one character at a time.
#ifndef ONNXCHECK_PARSERS_LOG_UTF8_H_
#define ONNXCHECK_PARSERS_LOG_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace onnxcheck::parsers::log {

// What stands for bytes that mean nothing.
inline constexpr std::uint32_t kReplacement = 0xFFFD;

// `code` is a Unicode scalar value.
void AppendUtf8(std::uint32_t code, std::string* out);

// Length of the valid sequence at the front, 1 to 4; 0 if there is none. `text` is not empty.
std::size_t SequenceLength(std::string_view text);

// Where the first byte above 0x7F is; `text.size()` if there is none.
std::size_t FindNonAscii(std::string_view text);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_UTF8_H_
