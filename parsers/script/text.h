// Text functions over std::string_view: Abseil's are over a type of its own here.
#ifndef ONNXCHECK_PARSERS_SCRIPT_TEXT_H_
#define ONNXCHECK_PARSERS_SCRIPT_TEXT_H_

#include <string>
#include <string_view>

namespace onnxcheck::parsers::script {

inline std::string Shown(std::string_view text) { return std::string(text); }
inline std::string Shown(std::uint64_t number) { return std::to_string(number); }

template <typename... Parts>
std::string Cat(const Parts&... parts) {
  std::string whole;
  (whole.append(Shown(parts)), ...);
  return whole;
}

inline bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline std::string_view StripLeft(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\f\v");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

}  // namespace onnxcheck::parsers::script

#endif  // ONNXCHECK_PARSERS_SCRIPT_TEXT_H_
