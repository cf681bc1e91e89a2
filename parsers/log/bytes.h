// What a byte means to the general scanner.
#ifndef ONNXCHECK_PARSERS_LOG_BYTES_H_
#define ONNXCHECK_PARSERS_LOG_BYTES_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace onnxcheck::parsers::log {

enum Class : std::uint8_t {
  kDelimiter,
  kBlank,
  kTab,
  kDigit,
  kLetter,
  kSign,
  kDot,
  kColon,
  kEquals,
  kOpen,
  kBracket,
  kQuote,
  kHigh,
};

constexpr std::array<std::uint8_t, 256> MakeClasses() {
  std::array<std::uint8_t, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[c] = kLetter;
  for (int c = 'A'; c <= 'Z'; ++c) table[c] = kLetter;
  for (int c = '0'; c <= '9'; ++c) table[c] = kDigit;
  for (int c = 0x80; c < 0x100; ++c) table[c] = kHigh;
  table['_'] = kLetter;
  table[' '] = kBlank;
  table['\t'] = kTab;
  table['-'] = table['+'] = kSign;
  table['.'] = kDot;
  table[':'] = kColon;
  table['='] = kEquals;
  table['('] = kOpen;
  table['['] = kBracket;
  table['\''] = table['"'] = table['`'] = kQuote;
  return table;
}
inline constexpr std::array<std::uint8_t, 256> kClasses = MakeClasses();

constexpr std::array<bool, 256> MakeWordBytes() {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c) table[c] = kClasses[c] == kLetter || kClasses[c] == kDigit;
  return table;
}
inline constexpr std::array<bool, 256> kWordBytes = MakeWordBytes();

// These join two parts of a word: train/loss, acc@1, main.py, top-1.
constexpr bool JoinsWord(char c) {
  return c == '/' || c == '.' || c == '-' || c == '@' || c == '\\' || c == '&';
}

// Whether the UTF-8 sequence that begins with these bytes is a letter. Bars, arrows, ticks and
// emoji are none.
constexpr bool IsScriptLetter(unsigned char lead, char second) {
  if (lead < 0xC3 || lead >= 0xF0) return false;
  if (lead == 0xE2) return false;  // U+2000 to U+2FFF: punctuation, arrows, boxes, blocks
  if (lead == 0xE3 && second == '\x80') return false;  // CJK punctuation
  return lead != 0xEF;                                 // full-width forms, byte order mark, U+FFFD
}

// What Python shows around a number: tensor(0.5), np.float32(0.5).
constexpr bool WrapsNumber(std::string_view word) {
  return word == "tensor" || word.substr(0, 8) == "np.float" || word.substr(0, 11) == "numpy.float";
}

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_BYTES_H_
