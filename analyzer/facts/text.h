// Words and numbers for messages: one way to write a figure everywhere.
#ifndef ONNXCHECK_ANALYZER_FACTS_TEXT_H_
#define ONNXCHECK_ANALYZER_FACTS_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace onnxcheck::facts {

// Four significant digits, no trailing zeros: 0.001, 1e-10, 2.303, 50000,
// nan, inf. Whole numbers below 1e15 are written out.
std::string Number(double value);

namespace internal {
inline void Append(std::string& text, std::string_view piece) { text += piece; }
inline void Append(std::string& text, const char* piece) { text += piece; }
inline void Append(std::string& text, const std::string& piece) { text += piece; }
inline void Append(std::string& text, char piece) { text += piece; }
template <typename T>
void Append(std::string& text, T number) {
  text += Number(static_cast<double>(number));
}
}  // namespace internal

// Cat("epoch ", 3, " of ", 10) is "epoch 3 of 10".
template <typename... Pieces>
std::string Cat(const Pieces&... pieces) {
  std::string text;
  (internal::Append(text, pieces), ...);
  return text;
}

// Plural(1, "epoch") is "1 epoch", Plural(3, "batch", "batches") "3 batches".
std::string Plural(double count, std::string_view one, std::string_view many = "");

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_TEXT_H_
