#include "analyzer/facts/text.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace onnxcheck::facts {

std::string Number(double value) {
  if (std::isnan(value)) return "nan";
  std::array<char, 40> buffer;
  constexpr double kLargestWrittenOut = 1e15;
  const bool whole = std::floor(value) == value && std::fabs(value) < kLargestWrittenOut;
  std::snprintf(buffer.data(), buffer.size(), whole ? "%.0f" : "%.4g", value);
  return buffer.data();
}

std::string Plural(double count, std::string_view one, std::string_view many) {
  const std::string plural = many.empty() ? std::string(one) + "s" : std::string(many);
  return Number(count) + " " + (count == 1 ? std::string(one) : plural);
}

}  // namespace onnxcheck::facts
