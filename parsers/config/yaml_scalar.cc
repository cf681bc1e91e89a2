#include "parsers/config/yaml_scalar.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "re2/re2.h"

namespace onnxcheck::parsers {
namespace {

// Debian's Abseil has a string_view of its own.
bool ToDouble(std::string_view text, double& value) {
  return absl::SimpleAtod(absl::string_view(text.data(), text.size()), &value);
}

std::string WithoutUnderscores(std::string_view written) {
  std::string text(written);
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  return text;
}

// The patterns of yaml/resolver.py (PyYAML 6), unchanged.
struct Patterns {
  RE2 boolean{"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF"};
  RE2 floating{R"([-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?)"
               R"(|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)"
               R"(|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)"
               R"(|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"};
  RE2 integer{R"([-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*))"
              R"(|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)"};
  RE2 null{"~|null|Null|NULL|"};
};

const Patterns& Get() {
  static const Patterns* const patterns = new Patterns;
  return *patterns;
}

ir::Scalar Signed(bool negative, double magnitude, std::uint64_t exact, bool fits) {
  if (!fits) return negative ? -magnitude : magnitude;
  return static_cast<std::int64_t>(negative ? 0 - exact : exact);
}

ir::Scalar FromDigits(bool negative, std::string_view digits, unsigned base) {
  double magnitude = 0;
  std::uint64_t exact = 0;
  bool fits = true;
  const std::uint64_t max =
      static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) + (negative ? 1 : 0);
  for (const char c : digits) {
    const unsigned digit =
        absl::ascii_isdigit(static_cast<unsigned char>(c))
            ? static_cast<unsigned>(c - '0')
            : static_cast<unsigned>(absl::ascii_tolower(static_cast<unsigned char>(c)) - 'a' + 10);
    magnitude = magnitude * base + digit;
    if (fits && exact > (max - digit) / base) fits = false;
    if (fits) exact = exact * base + digit;
  }
  if (!fits && base == 10) (void)ToDouble(digits, magnitude);  // rounds once
  return Signed(negative, magnitude, exact, fits);
}

// Takes the sign off, as PyYAML's constructors do after dropping "_".
bool TakeSign(std::string& text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.erase(0, 1);
  return negative;
}

std::optional<double> Sexagesimal(std::string_view text) {
  double total = 0;
  while (true) {
    const std::size_t colon = text.find(':');
    double digit = 0;
    if (!ToDouble(text.substr(0, colon), digit)) return std::nullopt;
    total = total * 60 + digit;
    if (colon == std::string_view::npos) return total;
    text.remove_prefix(colon + 1);
  }
}

std::optional<ir::Scalar> ConstructInt(std::string_view written) {
  std::string text = WithoutUnderscores(written);
  const bool negative = TakeSign(text);
  if (text == "0") return ir::Scalar(std::int64_t{0});
  const std::string_view rest = text;
  if (rest.empty()) return std::nullopt;
  unsigned base = 10;
  std::string_view digits = rest;
  if (rest.substr(0, 2) == "0b") {
    base = 2, digits = rest.substr(2);
  } else if (rest.substr(0, 2) == "0x") {
    base = 16, digits = rest.substr(2);
  } else if (rest[0] == '0') {
    base = 8;
  } else if (rest.find(':') != std::string_view::npos) {
    const std::optional<double> total = Sexagesimal(rest);
    if (!total) return std::nullopt;
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (*total >= kExact) return ir::Scalar(negative ? -*total : *total);
    const auto exact = static_cast<std::int64_t>(*total);
    return ir::Scalar(negative ? -exact : exact);
  }
  // "0x_" matches the pattern, but int("", 16) raises: no value.
  if (digits.empty()) return std::nullopt;
  const std::string_view allowed = base == 2    ? "01"
                                   : base == 8  ? "01234567"
                                   : base == 10 ? "0123456789"
                                                : "0123456789abcdefABCDEF";
  if (digits.find_first_not_of(allowed) != std::string_view::npos) return std::nullopt;
  return FromDigits(negative, digits, base);
}

std::optional<ir::Scalar> ConstructFloat(std::string_view written) {
  std::string text = absl::AsciiStrToLower(WithoutUnderscores(written));
  const bool negative = TakeSign(text);
  double value = 0;
  if (text == ".inf") {
    value = std::numeric_limits<double>::infinity();
  } else if (text == ".nan") {
    value = std::numeric_limits<double>::quiet_NaN();
  } else if (text.find(':') != std::string::npos) {
    const std::optional<double> total = Sexagesimal(text);
    if (!total) return std::nullopt;
    value = *total;
  } else if (!ToDouble(text, value)) {
    return std::nullopt;
  }
  return ir::Scalar(negative ? -value : value);
}

bool IsTrue(std::string_view text) {
  const std::string lower = absl::AsciiStrToLower(std::string(text));
  return lower == "yes" || lower == "true" || lower == "on";
}

}  // namespace

ir::Scalar ResolvePlainYaml(std::string_view text) {
  const Patterns& patterns = Get();
  const re2::StringPiece piece(text.data(), text.size());
  if (RE2::FullMatch(piece, patterns.null)) return std::monostate{};
  if (RE2::FullMatch(piece, patterns.boolean)) return IsTrue(text);
  if (RE2::FullMatch(piece, patterns.floating)) {
    return ConstructFloat(text).value_or(std::string(text));
  }
  if (RE2::FullMatch(piece, patterns.integer)) {
    return ConstructInt(text).value_or(std::string(text));
  }
  return std::string(text);
}

ir::Scalar ResolveTaggedYaml(std::string_view tag, std::string_view text) {
  constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
  if (tag.substr(0, kPrefix.size()) != kPrefix) return std::string(text);
  const std::string_view name = tag.substr(kPrefix.size());
  if (name == "null" || name == "python/none") return std::monostate{};
  if (name == "bool" || name == "python/bool") {
    if (RE2::FullMatch(re2::StringPiece(text.data(), text.size()), Get().boolean)) {
      return IsTrue(text);
    }
  } else if (name == "int" || name == "python/int") {
    return ConstructInt(text).value_or(std::string(text));
  } else if (name == "float" || name == "python/float") {
    return ConstructFloat(text).value_or(std::string(text));
  }
  return std::string(text);
}

}  // namespace onnxcheck::parsers
