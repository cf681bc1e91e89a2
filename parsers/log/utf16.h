// UTF-16 of either order, as PowerShell's redirects write it.
#ifndef ONNXCHECK_PARSERS_LOG_UTF16_H_
#define ONNXCHECK_PARSERS_LOG_UTF16_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace onnxcheck::parsers::log {

enum class Utf16 : std::uint8_t { kNone, kLittle, kBig };

// By the byte order mark, or by the ASCII of a sample: digits and blanks, whatever the language.
Utf16 DetectUtf16(std::string_view bytes);

// As UTF-8, without the mark; U+FFFD for halves of a pair. `order` is not kNone.
std::string FromUtf16(std::string_view bytes, Utf16 order);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_UTF16_H_
