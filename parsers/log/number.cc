#include "parsers/log/number.h"

#include <fast_float/fast_float.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>

namespace onnxcheck::parsers::log {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// More digits than these may not fit the integer they are gathered in.
constexpr std::ptrdiff_t kMaxDigits = 19;
constexpr std::ptrdiff_t kMaxExponentDigits = 2;
// Clinger: an integer up to 2^53 times or over a power of ten up to 10^22 is rounded once.
constexpr std::uint64_t kExactIntegers = std::uint64_t{1} << 53;
constexpr int kExactPower = 22;
constexpr std::array<double, kExactPower + 1> kPowers = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// Eight bytes at a time: Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019.
bool AreEightDigits(const char* p) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, p, sizeof bytes);
  return ((bytes & 0xF0F0F0F0F0F0F0F0) |
          (((bytes + 0x0606060606060606) & 0xF0F0F0F0F0F0F0F0) >> 4)) == 0x3333333333333333;
}

std::uint64_t EightDigits(const char* p) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, p, sizeof bytes);
  bytes = (bytes & 0x0F0F0F0F0F0F0F0F) * 2561 >> 8;
  bytes = (bytes & 0x00FF00FF00FF00FF) * 6553601 >> 16;
  return (bytes & 0x0000FFFF0000FFFF) * 42949672960001 >> 32;
}

unsigned Digit(char c) { return static_cast<unsigned char>(c) - unsigned{'0'}; }

constexpr std::size_t kNone = std::string_view::npos;

bool EqualsLower(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

}  // namespace

Unit UnitOf(std::string_view suffix, double* factor) {
  *factor = 1;
  if (suffix == "s" || suffix == "ms" || suffix == "us" || suffix == "sec" || suffix == "secs" ||
      suffix == "second" || suffix == "seconds" || suffix == "m" || suffix == "min" ||
      suffix == "mins" || suffix == "h" || suffix == "hr" || suffix == "hrs" || suffix == "ns") {
    return Unit::kTime;
  }
  if (const std::size_t slash = suffix.find('/'); slash != kNone) {
    const std::string_view below = suffix.substr(slash + 1);
    return below == "s" || below == "sec" || below == "second" ? Unit::kThroughput : Unit::kTime;
  }
  if (suffix.size() >= 2 && suffix.size() <= 3 && suffix.back() == 'B') return Unit::kMemory;
  *factor = suffix == "k" || suffix == "K" ? 1e3 : suffix == "M" ? 1e6 : suffix == "e" ? 1 : 0;
  return Unit::kNone;
}

std::size_t ReadNumber(std::string_view text, double* value, bool* whole) {
  *whole = false;
  if (text.empty()) return 0;
  const bool negative = text[0] == '-';
  const std::size_t sign = negative || text[0] == '+' ? 1 : 0;
  const std::string_view body = text.substr(sign);
  if (body.empty()) return 0;
  const bool digit = body[0] >= '0' && body[0] <= '9';
  if (!digit && body[0] != '.') {
    double magnitude = 0;
    std::size_t length = 0;
    if (EqualsLower(body.substr(0, 8), "infinity")) {
      magnitude = std::numeric_limits<double>::infinity();
      length = 8;
    } else if (EqualsLower(body.substr(0, 3), "inf")) {
      magnitude = std::numeric_limits<double>::infinity();
      length = 3;
    } else if (EqualsLower(body.substr(0, 3), "nan")) {
      magnitude = kNaN;
      length = 3;
    }
    if (length == 0) return 0;
    *value = negative ? -magnitude : magnitude;
    return sign + length;
  }
  // fast_float takes at most what a number can be; it knows no leading plus.
  const auto parsed = fast_float::from_chars(body.data(), body.data() + body.size(), *value);
  if (parsed.ptr == body.data()) return 0;
  const auto length = static_cast<std::size_t>(parsed.ptr - body.data());
  if (negative) *value = -*value;
  *whole = true;
  for (std::size_t i = 0; i < length; ++i) {
    if (body[i] < '0' || body[i] > '9') {
      *whole = false;
      break;
    }
  }
  // "3." at a sentence's end: the point is not part of the number.
  if (length > 1 && body[length - 1] == '.') {
    *whole = true;
    return sign + length - 1;
  }
  return sign + length;
}

const char* ReadDigits(const char* text, double* value, bool* whole, bool* exponent) {
  const char* p = text;
  std::uint64_t digits = 0;
  while (Digit(*p) < 10 && p - text <= kMaxDigits) digits = digits * 10 + Digit(*p++);
  if (p == text || p - text > kMaxDigits) return nullptr;
  int power = 0;
  *exponent = false;
  *whole = *p != '.';
  if (*p == '.') {
    const char* const point = p++;
    if (AreEightDigits(p)) {  // as many as a double is printed with
      digits = digits * 100000000 + EightDigits(p);
      p += 8;
    }
    while (Digit(*p) < 10 && p - text <= kMaxDigits + 1) digits = digits * 10 + Digit(*p++);
    if (p - point == 1 || p - text > kMaxDigits + 1) return nullptr;
    power = static_cast<int>(point + 1 - p);
  }
  if ((*p | 0x20) == 'e') {
    *exponent = true;
    *whole = false;
    ++p;
    const bool below = *p == '-';
    if (below || *p == '+') ++p;
    const char* const first = p;
    int written = 0;
    while (Digit(*p) < 10 && p - first <= kMaxExponentDigits)
      written = written * 10 + static_cast<int>(Digit(*p++));
    if (p == first || p - first > kMaxExponentDigits) return nullptr;
    power += below ? -written : written;
  }
  if (power == 0) {
    *value = static_cast<double>(digits);
  } else if (digits <= kExactIntegers && power < 0 && power >= -kExactPower) {
    *value = static_cast<double>(digits) / kPowers[static_cast<std::size_t>(-power)];
  } else {
    fast_float::from_chars(text, p, *value);
  }
  return p;
}

const char* ReadShortNumber(const char* text, double* value) {
  const bool negative = *text == '-';
  bool whole = false;
  bool exponent = false;
  const char* const end = ReadDigits(text + negative, value, &whole, &exponent);
  if (end != nullptr && negative) *value = -*value;
  return end;
}

}  // namespace onnxcheck::parsers::log
