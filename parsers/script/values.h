// Abstract values: made, joined, and folded where they are constants.
#ifndef ONNXCHECK_PARSERS_SCRIPT_VALUES_H_
#define ONNXCHECK_PARSERS_SCRIPT_VALUES_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/ir/script.h"

namespace onnxcheck::parsers::script {

// Alternatives of a union; more become "or something else".
inline constexpr std::size_t kMaxAlternatives = 8;
// Items kept of a list or dict; the rest makes it open.
inline constexpr std::size_t kMaxItems = 1024;
// Characters of a text that folding makes.
inline constexpr std::size_t kMaxText = 4096;

// Makes values in `script`; the functions take and give ids in it.
class Values {
 public:
  explicit Values(ir::Script* script);

  const ir::script::Value& operator[](ir::script::ValueId id) const { return script_->values[id]; }
  ir::script::ValueId Add(ir::script::Value value);
  ir::script::ValueId Constant(ir::Scalar scalar, const ir::script::Mark& mark,
                               bool overridable = false);
  ir::script::ValueId Name(std::string path, const ir::script::Mark& mark);
  ir::script::ValueId Derived(std::string text, std::vector<ir::script::ValueId> items,
                              const ir::script::Mark& mark);
  // What is either of the two.
  ir::script::ValueId Join(ir::script::ValueId a, ir::script::ValueId b,
                           const ir::script::Mark& mark);

  const ir::Scalar* ConstantOf(ir::script::ValueId id) const;  // null: not one constant
  std::optional<bool> Truth(ir::script::ValueId id) const;     // of a constant that stays as it is
  // The alternatives of a union, or the value itself.
  std::vector<ir::script::ValueId> Alternatives(ir::script::ValueId id) const;

 private:
  ir::Script* script_;
};

// `a op b` as Python computes it, for constants; nullopt where it raises, or is not known here.
std::optional<ir::Scalar> FoldBinary(std::string_view op, const ir::Scalar& a, const ir::Scalar& b);
std::optional<ir::Scalar> FoldUnary(std::string_view op, const ir::Scalar& a);
// str(), as far as it is the same everywhere: not of floats.
std::optional<std::string> FoldText(const ir::Scalar& a);

// The constant that a number or string literal writes; nullopt for f-strings, bytes, complex
// numbers.
std::optional<ir::Scalar> NumberLiteral(std::string_view text);
struct StringLiteral {
  std::string text;
  bool formatted = false;  // f"..."
};
StringLiteral DecodeString(std::string_view literal);

}  // namespace onnxcheck::parsers::script

#endif  // ONNXCHECK_PARSERS_SCRIPT_VALUES_H_
