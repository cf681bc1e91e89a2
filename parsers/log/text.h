// Bytes of a log as UTF-8, whatever wrote them.
#ifndef ONNXCHECK_PARSERS_LOG_TEXT_H_
#define ONNXCHECK_PARSERS_LOG_TEXT_H_

#include <string>
#include <string_view>

namespace onnxcheck::parsers::log {

struct Text {
  std::string_view bytes;  // into the source, or into `owned` after a conversion
  std::string owned;
  bool binary = false;        // no text at all; `bytes` is empty
  bool limited = false;       // cut at kMaxConvertedBytes
  std::string_view encoding;  // what was converted: "UTF-16LE", "GBK"; empty for UTF-8
};

// UTF-8 (errors are left in place), UTF-16 of either order with or without a byte order mark, and
// the two-byte encodings of multibyte.h where the bytes leave no doubt.
// Moving a Text with owned bytes is not supported: build it in place.
void Decode(std::string_view bytes, Text* text);

// For what leaves the parser: at most `limit` bytes, control bytes dropped, invalid UTF-8 replaced.
std::string Printable(std::string_view text, std::size_t limit);

// Without leading and trailing blanks.
std::string_view Trim(std::string_view text);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_TEXT_H_
