#include "parsers/log/text.h"

#include <algorithm>
#include <cstdint>

#include "parsers/log/limits.h"
#include "parsers/log/multibyte.h"
#include "parsers/log/utf8.h"

namespace onnxcheck::parsers::log {
namespace {

// How much is looked at to tell an encoding; any writer settles on one in its first lines.
constexpr std::size_t kSample = 65536;
// Half of the bytes of ASCII text in UTF-16 are zero; other scripts have fewer, hence the margin.
constexpr double kUtf16ZeroShare = 0.3;
constexpr double kUtf16OtherShare = 0.02;
// Text has next to no control bytes; machine code and compressed data have about 10 %.
constexpr double kBinaryControlShare = 0.05;
constexpr double kBinaryZeroShare = 0.3;

enum class Order { kNone, kLittle, kBig };

Order Utf16Order(std::string_view bytes) {
  if (bytes.size() < 2) return Order::kNone;
  if (bytes.substr(0, 2) == "\xFF\xFE") return Order::kLittle;
  if (bytes.substr(0, 2) == "\xFE\xFF") return Order::kBig;
  const std::string_view sample = bytes.substr(0, kSample);
  std::size_t zeros[2] = {0, 0};
  for (std::size_t i = 0; i < sample.size(); ++i) zeros[i % 2] += sample[i] == '\0';
  const double half = static_cast<double>(sample.size()) / 2;
  if (half < 4) return Order::kNone;
  const double even = static_cast<double>(zeros[0]) / half;
  const double odd = static_cast<double>(zeros[1]) / half;
  if (odd > kUtf16ZeroShare && even < kUtf16OtherShare) return Order::kLittle;
  if (even > kUtf16ZeroShare && odd < kUtf16OtherShare) return Order::kBig;
  return Order::kNone;
}

std::string FromUtf16(std::string_view bytes, Order order) {
  std::string out;
  out.reserve(bytes.size() / 2 + 16);
  const auto unit = [&](std::size_t i) -> std::uint32_t {
    const auto a = static_cast<unsigned char>(bytes[i]);
    const auto b = static_cast<unsigned char>(bytes[i + 1]);
    return order == Order::kLittle ? a | (b << 8) : (a << 8) | b;
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
  if (const Order order = Utf16Order(bytes); order != Order::kNone) {
    text->limited = bytes.size() > kMaxConvertedBytes;
    text->owned = FromUtf16(bytes.substr(0, kMaxConvertedBytes), order);
    text->bytes = text->owned;
    text->encoding = order == Order::kLittle ? "UTF-16LE" : "UTF-16BE";
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
