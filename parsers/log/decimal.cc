#include "parsers/log/decimal.h"

#include <cstddef>

namespace onnxcheck::parsers::log {
namespace {

constexpr std::size_t kSample = 65536;
constexpr std::size_t kMinFractions = 2;
constexpr std::size_t kCommasPerPoint = 10;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool HasDecimalCommas(std::string_view text) {
  text = text.substr(0, kSample);
  std::size_t commas = 0;
  std::size_t points = 0;
  for (std::size_t i = 1; i + 3 < text.size(); ++i) {
    // Only "0,75" is neither a group of thousands nor, behind a name or in a cell of its own, a
    // list.
    const char mark = text[i + 1];
    if (text[i] != '0' || (mark != ',' && mark != '.') || !IsDigit(text[i + 2])) continue;
    if (std::string_view(" :=;\t-").find(text[i - 1]) == std::string_view::npos) continue;
    std::size_t end = i + 2;
    while (end < text.size() && IsDigit(text[end])) ++end;
    if (mark == '.') {
      ++points;
    } else if (end - i >= 4 &&
               (end + 1 >= text.size() ||
                (text[end] != '.' && !(text[end] == ',' && IsDigit(text[end + 1]))))) {
      ++commas;
    }
    i = end - 1;
  }
  return commas >= kMinFractions && points * kCommasPerPoint <= commas;
}

std::string WithDecimalPoints(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 1; i + 1 < out.size(); ++i) {
    if (out[i] == ',' && IsDigit(out[i - 1]) && IsDigit(out[i + 1])) out[i] = '.';
  }
  return out;
}

}  // namespace onnxcheck::parsers::log
