#include "parsers/log/utf16.h"

#include <cstddef>

#include "parsers/log/utf8.h"

namespace onnxcheck::parsers::log {
namespace {

// How much is looked at; any writer settles on an encoding in its first lines.
constexpr std::size_t kSample = 65536;
// Numbers, blanks and line ends are a fifth of a log in Chinese, and nearly all of one in English.
constexpr double kMinAscii = 0.1;
// In the other order only characters like U+4E00 look like ASCII.
constexpr double kMaxReversed = 0.25;
// Bytes of blanks are blanks, but for characters like U+4E0A; NUL bytes in UTF-8 do not follow
// them.
constexpr double kMinBlanks = 0.5;

// Text has next to none; arrays of small 32-bit integers are half NUL.
constexpr double kMaxNuls = 0.02;

struct Count {
  std::size_t ascii = 0;   // units that are ASCII text
  std::size_t blanks = 0;  // of those, blanks and line ends
};

bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\r'; }

void Add(char high, char low, Count* count) {
  if (high != '\0') return;
  count->ascii += (low >= 0x20 && low < 0x7F) || low == '\n' || low == '\r' || low == '\t';
  count->blanks += IsBlank(low);
}

bool IsOrder(const Count& count, const Count& reversed, std::size_t units, std::size_t blanks) {
  const auto ascii = static_cast<double>(count.ascii);
  return ascii >= kMinAscii * static_cast<double>(units) &&
         static_cast<double>(reversed.ascii) <= kMaxReversed * ascii &&
         static_cast<double>(count.blanks) >= kMinBlanks * static_cast<double>(blanks);
}

}  // namespace

Utf16 DetectUtf16(std::string_view bytes) {
  if (bytes.substr(0, 2) == "\xFF\xFE") return Utf16::kLittle;
  if (bytes.substr(0, 2) == "\xFE\xFF") return Utf16::kBig;
  const std::string_view sample = bytes.substr(0, kSample);
  const std::size_t units = sample.size() / 2;
  if (units < 4 || sample.find('\0') == std::string_view::npos) return Utf16::kNone;
  Count little;
  Count big;
  std::size_t blanks = 0;
  std::size_t nuls = 0;
  for (std::size_t i = 0; i < 2 * units; i += 2) {
    nuls += sample[i] == '\0' && sample[i + 1] == '\0';
    Add(sample[i + 1], sample[i], &little);
    Add(sample[i], sample[i + 1], &big);
    blanks += IsBlank(sample[i]);
    blanks += IsBlank(sample[i + 1]);
  }
  if (static_cast<double>(nuls) > kMaxNuls * static_cast<double>(units)) return Utf16::kNone;
  if (IsOrder(little, big, units, blanks)) return Utf16::kLittle;
  if (IsOrder(big, little, units, blanks)) return Utf16::kBig;
  return Utf16::kNone;
}

std::string FromUtf16(std::string_view bytes, Utf16 order) {
  std::string out;
  out.reserve(bytes.size() / 2 + 16);
  const auto unit = [&](std::size_t i) -> std::uint32_t {
    const auto a = static_cast<unsigned char>(bytes[i]);
    const auto b = static_cast<unsigned char>(bytes[i + 1]);
    return order == Utf16::kLittle ? a | (b << 8) : (a << 8) | b;
  };
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    std::uint32_t code = unit(i);
    if (code == 0xFEFF && i == 0) continue;
    if (code >= 0xD800 && code < 0xDC00 && i + 3 < bytes.size()) {
      const std::uint32_t low = unit(i + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      } else {
        code = kReplacement;
      }
    } else if (code >= 0xD800 && code < 0xE000) {
      code = kReplacement;
    }
    AppendUtf8(code, &out);
  }
  return out;
}

}  // namespace onnxcheck::parsers::log
