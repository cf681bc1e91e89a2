// Numbers as programs print them by the million: digits, a point, digits. Eight bytes at a time as
// in Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019.
#ifndef ONNXCHECK_PARSERS_LOG_DIGITS_H_
#define ONNXCHECK_PARSERS_LOG_DIGITS_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace onnxcheck::parsers::log {

inline std::uint64_t LoadEight(const char* text) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, text, sizeof bytes);
  return bytes;  // the first character in the lowest byte
}
static_assert(std::endian::native == std::endian::little);

inline unsigned Digit(char c) { return static_cast<unsigned char>(c) - unsigned{'0'}; }

// What the functions below take: eight bytes of text, digits as 0 to 9.
inline std::uint64_t LoadDigits(const char* text) { return LoadEight(text) ^ 0x3030303030303030; }

// The highest bit of the first byte that is no digit, and of others behind it.
inline std::uint64_t OtherBytes(std::uint64_t digits) {
  return ((digits + 0x7676767676767676) | digits) & 0x8080808080808080;
}

// Whether exactly `count` digits lead, 0 to 7.
inline bool AreDigits(std::uint64_t digits, unsigned count) {
  return (OtherBytes(digits) << (56 - 8 * count)) == std::uint64_t{1} << 63;
}

// The number that the first `count` make, 1 to 8.
inline std::uint64_t NumberOf(std::uint64_t digits, unsigned count) {
  digits <<= 64 - 8 * count;
  digits = digits * 2561 >> 8;
  digits = (digits & 0x00FF00FF00FF00FF) * 6553601 >> 16;
  return (digits & 0x0000FFFF0000FFFF) * 42949672960001 >> 32;
}

inline constexpr std::array<std::uint64_t, 9> kWholePowers = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

// More digits than these may not fit the integer they are gathered in.
inline constexpr std::ptrdiff_t kMaxDigits = 19;
inline constexpr std::ptrdiff_t kMaxZeros = 4;  // Python writes more as an exponent
inline constexpr std::ptrdiff_t kMaxExponentDigits = 2;
// Clinger: an integer up to 2^53 over a power of ten up to 10^22 is rounded once. Numbers that are
// written in full have 16 digits or more: with a limit that few of them are below, they are all
// read in one way.
inline constexpr std::uint64_t kExactIntegers = 1000000000000000;
inline constexpr int kExactPower = 22;
inline constexpr std::array<double, kExactPower + 1> kPowers = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// `digits` times ten to the `power`, rounded to the nearest.
double Rounded(std::uint64_t digits, int power);

struct ShortNumber {
  const char* end = nullptr;  // nullptr: none, or too long
  double value = 0;
  bool whole = false;     // digits alone
  bool exponent = false;  // has one
};

// The functions below read digits, perhaps with a point and an exponent, but no sign: the number
// that ReadNumber() reads, of at most 19 digits behind the first zeros. They read no further than
// kMaxShortNumber bytes. `fraction`: how many digits stood behind the point of the number before, 1
// to 6, or 0.
inline constexpr std::size_t kMaxShortNumber = 32;

// Most numbers are written as "%.4f" and below 10, or as "%.3e": where one ends is then known
// before its digits have been looked at. No `end`: this one is not.
__attribute__((always_inline)) inline ShortNumber ReadLikeBefore(const char* text,
                                                                 unsigned fraction) {
  const std::uint64_t behind = LoadDigits(text + 1);
  const std::uint64_t all = (behind & ~std::uint64_t{0xFF}) | (LoadDigits(text) & 0xFF);
  if (fraction == 0 || text[1] != '.' || !AreDigits(all, fraction + 1)) return {};
  const auto digits = static_cast<double>(static_cast<std::int64_t>(NumberOf(all, fraction + 1)));
  const char* const end = text + 2 + fraction;
  if ((*end | 0x20) != 'e') return {end, digits / kPowers[fraction]};
  const bool below = end[1] == '-';
  if ((!below && end[1] != '+') || Digit(end[2]) >= 10 || Digit(end[3]) >= 10 || Digit(end[4]) < 10)
    return {};
  const int written = static_cast<int>(Digit(end[2]) * 10 + Digit(end[3]));
  const int power = (below ? written : -written) + static_cast<int>(fraction);
  if (power < 0 || power > kExactPower) return {};
  return {end + 4, digits / kPowers[static_cast<std::size_t>(power)], false, true};
}

__attribute__((always_inline)) inline ShortNumber ReadDigits(const char* text,
                                                             std::uint8_t* fraction) {
  const char* p = text;
  std::uint64_t digits = 0;
  while (Digit(*p) < 10 && p - text <= kMaxDigits) digits = digits * 10 + Digit(*p++);
  if (p == text || p - text > kMaxDigits) return {};
  int power = 0;
  ShortNumber number;
  number.whole = *p != '.';
  if (*p == '.') {
    const char* const point = p++;
    // The zeros of "0.00031" are not among the digits that count.
    const char* first = text;
    for (; digits == 0 && *p == '0' && first - text < kMaxZeros; ++p) ++first;
    std::uint64_t next = 0;
    std::uint64_t others = 0;
    while (p - first <= kMaxDigits) {
      next = LoadDigits(p);
      others = OtherBytes(next);
      if (others != 0) break;
      digits = digits * kWholePowers[8] + NumberOf(next, 8);
      p += 8;
    }
    // Whether a digit is left, or two, is not to be foreseen: no branch asks for it.
    if (others != 0) {
      const unsigned count = static_cast<unsigned>(std::countr_zero(others)) / 8;
      digits = digits * kWholePowers[count] + NumberOf(next << 8, count + 1);
      p += count;
    }
    if (p - point == 1 || p - first > kMaxDigits + 1 || Digit(*p) < 10) return {};
    power = static_cast<int>(point + 1 - p);
    *fraction = power >= -6 ? static_cast<std::uint8_t>(-power) : 0;
  }
  if ((*p | 0x20) == 'e') {
    number.exponent = true;
    number.whole = false;
    ++p;
    const bool below = *p == '-';
    if (below || *p == '+') ++p;
    const char* const first = p;
    int written = 0;
    while (Digit(*p) < 10 && p - first <= kMaxExponentDigits)
      written = written * 10 + static_cast<int>(Digit(*p++));
    if (p == first || p - first > kMaxExponentDigits) return {};
    power += below ? -written : written;
  }
  number.end = p;
  number.value = digits <= kExactIntegers && power <= 0 && power >= -kExactPower
                     ? static_cast<double>(static_cast<std::int64_t>(digits)) /
                           kPowers[static_cast<std::size_t>(-power)]
                     : Rounded(digits, power);
  return number;
}

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_DIGITS_H_
