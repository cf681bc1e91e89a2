#include "parsers/script/values.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "parsers/script/text.h"

namespace onnxcheck::parsers::script {
namespace {

using ir::Scalar;
using ir::script::ValueId;
using Kind = ir::script::Value::Kind;

std::optional<std::int64_t> WholeOf(const Scalar& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
  return std::nullopt;
}

std::optional<double> NumberOf(const Scalar& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto whole = WholeOf(value)) return static_cast<double>(*whole);
  return std::nullopt;
}

std::optional<Scalar> FoldWhole(std::string_view op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (op == "+") {
    if (__builtin_add_overflow(a, b, &result)) return std::nullopt;
    return result;
  }
  if (op == "-") {
    if (__builtin_sub_overflow(a, b, &result)) return std::nullopt;
    return result;
  }
  if (op == "*") {
    if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
    return result;
  }
  if (op == "//" || op == "%") {
    if (b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min())) return std::nullopt;
    const std::int64_t rest = a % b;
    const bool floored = rest != 0 && (rest < 0) != (b < 0);
    if (op == "//") return a / b - (floored ? 1 : 0);
    return rest + (floored ? b : 0);
  }
  if (op == "**" && b >= 0 && b < 64) {
    result = 1;
    for (std::int64_t i = 0; i < b; ++i) {
      if (__builtin_mul_overflow(result, a, &result)) return std::nullopt;
    }
    return result;
  }
  return std::nullopt;
}

std::optional<Scalar> FoldReal(std::string_view op, double a, double b) {
  double result = 0;
  if (op == "+") {
    result = a + b;
  } else if (op == "-") {
    result = a - b;
  } else if (op == "*") {
    result = a * b;
  } else if (op == "/" && b != 0) {
    result = a / b;
  } else if (op == "//" && b != 0) {
    result = std::floor(a / b);
  } else if (op == "**") {
    result = std::pow(a, b);
  } else {
    return std::nullopt;
  }
  if (!std::isfinite(result)) return std::nullopt;
  return result;
}

std::optional<Scalar> Compare(std::string_view op, double a, double b) {
  if (op == "==") return a == b;
  if (op == "!=") return a != b;
  if (op == "<") return a < b;
  if (op == ">") return a > b;
  if (op == "<=") return a <= b;
  if (op == ">=") return a >= b;
  return std::nullopt;
}

}  // namespace

Values::Values(ir::Script* script) : script_(script) {
  if (script_->values.empty()) script_->values.emplace_back();
}

ValueId Values::Add(ir::script::Value value) {
  script_->values.push_back(std::move(value));
  return static_cast<ValueId>(script_->values.size() - 1);
}

ValueId Values::Constant(Scalar scalar, const ir::script::Mark& mark, bool overridable) {
  ir::script::Value value;
  value.kind = Kind::kConstant;
  value.constant = std::move(scalar);
  value.overridable = overridable;
  value.mark = mark;
  return Add(std::move(value));
}

ValueId Values::Name(std::string path, const ir::script::Mark& mark) {
  ir::script::Value value;
  value.kind = Kind::kName;
  value.text = std::move(path);
  value.mark = mark;
  return Add(std::move(value));
}

ValueId Values::Derived(std::string text, std::vector<ValueId> items,
                        const ir::script::Mark& mark) {
  ir::script::Value value;
  value.kind = Kind::kDerived;
  value.text = std::move(text);
  value.items = std::move(items);
  value.mark = mark;
  return Add(std::move(value));
}

std::vector<ValueId> Values::Alternatives(ValueId id) const {
  const ir::script::Value& value = (*this)[id];
  if (value.kind == Kind::kUnion) return value.items;
  return {id};
}

ValueId Values::Join(ValueId a, ValueId b, const ir::script::Mark& mark) {
  if (a == b) return a;
  std::vector<ValueId> all = Alternatives(a);
  for (const ValueId one : Alternatives(b)) {
    const ir::script::Value& added = (*this)[one];
    const bool known = std::any_of(all.begin(), all.end(), [&](ValueId other) {
      const ir::script::Value& value = (*this)[other];
      if (other == one) return true;
      if (value.kind != added.kind) return false;
      if (value.kind == Kind::kConstant) return value.constant == added.constant;
      return value.kind == Kind::kName && value.text == added.text;
    });
    if (!known) all.push_back(one);
  }
  if (all.size() == 1) return all[0];
  if (all.size() > kMaxAlternatives) {
    all.resize(kMaxAlternatives - 1);
    if (std::find(all.begin(), all.end(), ir::script::kUnknownValue) == all.end()) {
      all.push_back(ir::script::kUnknownValue);
    }
  }
  if (all == Alternatives(a)) return a;
  ir::script::Value value;
  value.kind = Kind::kUnion;
  value.items = std::move(all);
  value.mark = mark;
  return Add(std::move(value));
}

const Scalar* Values::ConstantOf(ValueId id) const {
  const ir::script::Value& value = (*this)[id];
  return value.kind == Kind::kConstant ? &value.constant : nullptr;
}

std::optional<bool> Values::Truth(ValueId id) const {
  const ir::script::Value& value = (*this)[id];
  if (value.kind != Kind::kConstant || value.overridable) return std::nullopt;
  if (std::holds_alternative<std::monostate>(value.constant)) return false;
  if (const auto* text = std::get_if<std::string>(&value.constant)) return !text->empty();
  return NumberOf(value.constant) != 0.0;
}

std::optional<Scalar> FoldBinary(std::string_view op, const Scalar& a, const Scalar& b) {
  const auto* left = std::get_if<std::string>(&a);
  const auto* right = std::get_if<std::string>(&b);
  if (left != nullptr && right != nullptr) {
    if (op == "==") return *left == *right;
    if (op == "!=") return *left != *right;
    if (op == "+" && left->size() + right->size() <= kMaxText) return *left + *right;
    return std::nullopt;
  }
  const bool none = std::holds_alternative<std::monostate>(a);
  if (op == "is" && std::holds_alternative<std::monostate>(b)) return none;
  if (op == "is not" && std::holds_alternative<std::monostate>(b)) return !none;
  const auto whole_a = WholeOf(a);
  const auto whole_b = WholeOf(b);
  if (whole_a && whole_b && op != "/") {
    if (const auto compared =
            Compare(op, static_cast<double>(*whole_a), static_cast<double>(*whole_b))) {
      return compared;
    }
    if (const auto folded = FoldWhole(op, *whole_a, *whole_b)) return folded;
    if (op != "**") return std::nullopt;
  }
  const auto real_a = NumberOf(a);
  const auto real_b = NumberOf(b);
  if (!real_a || !real_b) return std::nullopt;
  if (const auto compared = Compare(op, *real_a, *real_b)) return compared;
  return FoldReal(op, *real_a, *real_b);
}

std::optional<Scalar> FoldUnary(std::string_view op, const Scalar& a) {
  if (op == "-") {
    if (const auto* number = std::get_if<double>(&a)) return -*number;
    const auto whole = WholeOf(a);
    if (whole && *whole != std::numeric_limits<std::int64_t>::min()) return -*whole;
  }
  if (op == "+" && NumberOf(a)) return a;
  return std::nullopt;
}

std::optional<std::string> FoldText(const Scalar& a) {
  if (const auto* text = std::get_if<std::string>(&a)) return *text;
  if (const auto* flag = std::get_if<bool>(&a)) return *flag ? "True" : "False";
  if (const auto* number = std::get_if<std::int64_t>(&a)) return Cat(*number);
  return std::nullopt;
}

std::optional<Scalar> NumberLiteral(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != '_') digits += absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  if (!digits.empty() && digits.back() == 'l') digits.pop_back();  // Python 2
  if (digits.empty() || digits.back() == 'j') return std::nullopt;
  if (digits.size() > 2 && digits[0] == '0' &&
      absl::ascii_isalpha(static_cast<unsigned char>(digits[1]))) {
    const int base = digits[1] == 'x' ? 16 : digits[1] == 'o' ? 8 : digits[1] == 'b' ? 2 : 0;
    if (base == 0 || digits.size() > 17) return std::nullopt;
    std::int64_t value = 0;
    for (const char c : digits.substr(2)) {
      const int digit = c >= 'a' ? c - 'a' + 10 : c - '0';
      if (digit < 0 || digit >= base || value > (std::numeric_limits<std::int64_t>::max() >> 4)) {
        return std::nullopt;
      }
      value = value * base + digit;
    }
    return value;
  }
  std::int64_t whole = 0;
  if (digits.find_first_not_of("0123456789") == std::string::npos &&
      absl::SimpleAtoi(digits, &whole)) {
    return whole;
  }
  double real = 0;
  if (absl::SimpleAtod(digits, &real) && std::isfinite(real)) return real;
  return std::nullopt;
}

StringLiteral DecodeString(std::string_view literal) {
  StringLiteral result;
  bool raw = false;
  std::size_t at = 0;
  while (at < literal.size() && literal[at] != '"' && literal[at] != '\'') {
    const char c = absl::ascii_tolower(static_cast<unsigned char>(literal[at++]));
    raw |= c == 'r';
    result.formatted |= c == 'f';
  }
  literal.remove_prefix(at);
  const bool triple = literal.size() >= 6 && literal[1] == literal[0] && literal[2] == literal[0];
  const std::size_t quotes = triple ? 3 : 1;
  if (literal.size() < 2 * quotes) return result;
  literal = literal.substr(quotes, literal.size() - 2 * quotes);
  for (std::size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] != '\\' || raw || i + 1 == literal.size()) {
      result.text += literal[i];
      continue;
    }
    const char c = literal[++i];
    switch (c) {
      case 'n':
        result.text += '\n';
        break;
      case 't':
        result.text += '\t';
        break;
      case 'r':
        result.text += '\r';
        break;
      case '\n':
        break;
      case '\\':
      case '\'':
      case '"':
        result.text += c;
        break;
      default:  // other escapes stay as they are written: nobody asks for them
        result.text += '\\';
        result.text += c;
    }
  }
  return result;
}

}  // namespace onnxcheck::parsers::script
