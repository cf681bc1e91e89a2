#include "parsers/log/text.h"

#include <algorithm>
#include <cstdint>

#include "parsers/log/limits.h"
#include "parsers/log/multibyte.h"
#include "parsers/log/utf16.h"
#include "parsers/log/utf8.h"

namespace onnxcheck::parsers::log {
namespace {

// How much is looked at to tell an encoding; any writer settles on one in its first lines.
constexpr std::size_t kSample = 65536;
// Text has next to no control bytes; machine code and compressed data have about 10 %.
constexpr double kBinaryControlShare = 0.05;
constexpr double kBinaryZeroShare = 0.3;

bool LooksBinary(std::string_view bytes) {
  // A log that was rotated by truncation begins with a hole of zeros.
  bytes.remove_prefix(std::min(bytes.find_first_not_of('\0'), bytes.size()));
  const std::string_view sample = bytes.substr(0, kSample);
  if (sample.empty()) return !bytes.empty();
  std::size_t control = 0;
  std::size_t zeros = 0;
  for (const char c : sample) {
    const auto byte = static_cast<unsigned char>(c);
    zeros += byte == 0;
    control += (byte < 0x20 && byte != 0 && byte != '\n' && byte != '\r' && byte != '\t' &&
                byte != '\b' && byte != '\f' && byte != 0x1B) ||
               byte == 0x7F;
  }
  const auto size = static_cast<double>(sample.size());
  return static_cast<double>(control) > kBinaryControlShare * size ||
         static_cast<double>(zeros) > kBinaryZeroShare * size;
}

}  // namespace

void Decode(std::string_view bytes, Text* text) {
  if (const Utf16 order = DetectUtf16(bytes); order != Utf16::kNone) {
    text->limited = bytes.size() > kMaxConvertedBytes;
    text->owned = FromUtf16(bytes.substr(0, kMaxConvertedBytes), order);
    text->bytes = text->owned;
    text->encoding = order == Utf16::kLittle ? "UTF-16LE" : "UTF-16BE";
  } else if (const Multibyte encoding = DetectMultibyte(bytes); encoding != Multibyte::kNone) {
    text->limited = bytes.size() > kMaxConvertedBytes;
    text->owned = FromMultibyte(bytes.substr(0, kMaxConvertedBytes), encoding);
    text->bytes = text->owned;
    text->encoding = MultibyteName(encoding);
  } else {
    if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
    text->bytes = bytes;
  }
  if (LooksBinary(text->bytes)) {
    text->binary = true;
    text->bytes = {};
  }
}

std::string Printable(std::string_view text, std::size_t limit) {
  std::string out;
  while (!text.empty() && out.size() < limit) {
    const auto byte = static_cast<unsigned char>(text[0]);
    const std::size_t length = SequenceLength(text);
    if (length == 0) {
      if (out.size() + 3 > limit) break;
      AppendUtf8(kReplacement, &out);
      text.remove_prefix(1);
      continue;
    }
    // C1 controls are terminal commands as well: U+0080 to U+009F.
    const bool c1 = length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
    if (byte == '\t') {
      out.push_back(' ');
    } else if (byte >= 0x20 && byte != 0x7F && !c1) {
      if (out.size() + length > limit) break;
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

}  // namespace onnxcheck::parsers::log
