#include "parsers/log/number.h"

#include <fast_float/fast_float.h>

#include <cstdint>
#include <limits>
#include <string>

#include "parsers/log/digits.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
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

double Rounded(std::uint64_t digits, int power) {
  // What from_chars() does once it has the digits.
  using Binary64 = fast_float::binary_format<double>;
  const fast_float::adjusted_mantissa rounded = fast_float::compute_float<Binary64>(power, digits);
  double value = 0;
  if (rounded.power2 >= 0) {
    fast_float::to_float(false, rounded, value);
    return value;
  }
  const std::string text = std::to_string(digits) + 'e' + std::to_string(power);
  fast_float::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace onnxcheck::parsers::log
