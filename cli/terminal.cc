#include "cli/terminal.h"

#include <absl/strings/str_format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <utility>

namespace onnxcheck::cli {
namespace {

using Range = std::pair<char32_t, char32_t>;

// Unicode East Asian Width W and F, to the block.
constexpr std::array<Range, 14> kWide = {{{0x1100, 0x115f},
                                          {0x231a, 0x231b},
                                          {0x2e80, 0x303e},
                                          {0x3041, 0x33ff},
                                          {0x3400, 0x4dbf},
                                          {0x4e00, 0x9fff},
                                          {0xa000, 0xa4cf},
                                          {0xac00, 0xd7a3},
                                          {0xf900, 0xfaff},
                                          {0xfe30, 0xfe6f},
                                          {0xff00, 0xff60},
                                          {0xffe0, 0xffe6},
                                          {0x1f300, 0x1faff},
                                          {0x20000, 0x3fffd}}};

// Combining marks and joiners that take no column.
constexpr std::array<Range, 8> kCombining = {{{0x0300, 0x036f},
                                              {0x0483, 0x0489},
                                              {0x0591, 0x05bd},
                                              {0x0610, 0x061a},
                                              {0x200b, 0x200d},
                                              {0x20d0, 0x20ff},
                                              {0xfe00, 0xfe0f},
                                              {0xfe20, 0xfe2f}}};

// Characters that move the cursor or reorder what is around them.
constexpr std::array<Range, 6> kUnsafe = {{{0x80, 0x9f},
                                           {0x200e, 0x200f},
                                           {0x2028, 0x202e},
                                           {0x2066, 0x2069},
                                           {0xfeff, 0xfeff},
                                           {0xfff9, 0xfffb}}};

template <std::size_t n>
bool Contains(const std::array<Range, n>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& range) { return c >= range.first && c <= range.second; });
}

struct Decoded {
  char32_t code = 0;
  std::size_t bytes = 0;  // 0: not UTF-8
};

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
Decoded Decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  std::size_t size = 0;
  char32_t code = 0;
  if (lead >= 0xc2 && lead <= 0xdf) {
    size = 2;
    code = lead & 0x1fu;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    size = 3;
    code = lead & 0x0fu;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    size = 4;
    code = lead & 0x07u;
  }
  if (size == 0 || text.size() < size) return {};
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0u) != 0x80u) return {};
    code = (code << 6u) | (byte(i) & 0x3fu);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
  return {code, size};
}

const char* Variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

bool IsTerminal(const std::ostream& out) {
  if (&out == &std::cout) return isatty(STDOUT_FILENO) == 1;
  return (&out == &std::cerr || &out == &std::clog) && isatty(STDERR_FILENO) == 1;
}

}  // namespace

bool UseColor(ColorMode mode, const std::ostream& out) {
  if (mode != ColorMode::kAuto) return mode == ColorMode::kAlways;
  if (Variable("NO_COLOR") != nullptr) return false;
  const char* force = Variable("FORCE_COLOR");
  if (force != nullptr && std::string_view(force) != "0") return true;
  const char* term = Variable("TERM");
  if (term != nullptr && std::string_view(term) == "dumb") return false;
  return IsTerminal(out);
}

std::string Paint(std::string_view text, Style style, bool color) {
  if (!color) return std::string(text);
  const char* code = "1";
  switch (style) {
    case Style::kError:
      code = "1;31";
      break;
    case Style::kWarning:
      code = "1;33";
      break;
    case Style::kInfo:
      code = "1;36";
      break;
    case Style::kBold:
      code = "1";
      break;
    case Style::kFaint:
      code = "34";
      break;
    case Style::kGood:
      code = "32";
      break;
  }
  return absl::StrFormat("\x1b[%sm%s\x1b[0m", code, std::string(text));
}

Glyph FirstGlyph(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first >= 0x20 && first < 0x7f) return {1, std::string(1, text[0]), 1};
  if (first < 0x80) {
    if (first == '\n') return {1, "\\n", 2};
    if (first == '\t') return {1, "\\t", 2};
    if (first == '\r') return {1, "\\r", 2};
    return {1, absl::StrFormat("\\x%02x", first), 4};
  }
  const Decoded decoded = Decode(text);
  if (decoded.bytes == 0) return {1, "\xef\xbf\xbd", 1};  // U+FFFD
  if (Contains(kUnsafe, decoded.code)) {
    return {decoded.bytes, absl::StrFormat("\\u%04x", static_cast<std::uint32_t>(decoded.code)), 6};
  }
  const int width = Contains(kWide, decoded.code) ? 2 : Contains(kCombining, decoded.code) ? 0 : 1;
  return {decoded.bytes, std::string(text.substr(0, decoded.bytes)), width};
}

std::string Printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const Glyph glyph = FirstGlyph(text);
    shown += glyph.shown;
    text.remove_prefix(glyph.bytes);
  }
  return shown;
}

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Glyph glyph = FirstGlyph(text);
    width += static_cast<std::size_t>(glyph.width);
    text.remove_prefix(glyph.bytes);
  }
  return width;
}

std::size_t EscapeSequence(std::string_view text) {
  if (text.size() < 2 || text[0] != '\x1b') return 0;
  if (text[1] == '[') {  // ECMA-48 5.4: parameters, then one final byte
    std::size_t end = 2;
    while (end < text.size() && text[end] >= 0x20 && text[end] <= 0x3f) ++end;
    return end < text.size() && text[end] >= 0x40 && text[end] <= 0x7e ? end + 1 : 0;
  }
  if (text[1] == ']') {  // operating system command, up to BEL or ST
    const std::size_t bell = text.find('\x07');
    const std::size_t terminator = text.find("\x1b\\", 2);
    if (bell < terminator) return bell + 1;
    return terminator == std::string_view::npos ? 0 : terminator + 2;
  }
  return text[1] >= 0x40 && text[1] <= 0x7e ? 2 : 0;
}

}  // namespace onnxcheck::cli
