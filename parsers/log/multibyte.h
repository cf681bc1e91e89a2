// The two-byte encodings of East Asia, told by their bytes.
#ifndef ONNXCHECK_PARSERS_LOG_MULTIBYTE_H_
#define ONNXCHECK_PARSERS_LOG_MULTIBYTE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace onnxcheck::parsers::log {

enum class Multibyte : std::uint8_t {
  kNone,      // ASCII, UTF-8, a one-byte encoding, or in doubt
  kGbk,       // the two-byte part of GB18030
  kEucKr,     // and CP949
  kShiftJis,  // CP932
  kBig5,      // CP950
  kEucJp,
};

// "GBK", "EUC-KR", "Shift_JIS", "Big5", "EUC-JP"; empty for kNone.
std::string_view MultibyteName(Multibyte encoding);

// Looks at samples of bounded size. Not kNone only where the bytes are no UTF-8 and one encoding
// makes them a text of frequent characters and no other does.
Multibyte DetectMultibyte(std::string_view bytes);

// As UTF-8; U+FFFD for what the encoding does not know. `encoding` is not kNone.
std::string FromMultibyte(std::string_view bytes, Multibyte encoding);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_MULTIBYTE_H_
