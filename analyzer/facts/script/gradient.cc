#include "analyzer/facts/script/gradient.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <vector>

#include "analyzer/facts/script/roles.h"

namespace onnxcheck::facts {
namespace {

using Kind = Value::Kind;

constexpr std::size_t kMostValues = 500;

template <std::size_t N>
bool IsOneOf(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

constexpr std::string_view kArithmetic[] = {"+", "-", "*", "/", "@", "**", "[]"};
constexpr std::string_view kComparisons[] = {"==", "!=", "<", ">", "<=", ">=", "not"};
// Of tensors and, by the same name, of torch.
constexpr std::string_view kCutting[] = {"argmax", "argmin", "detach", "item", "numpy",
                                         "tolist", "long",   "int",    "bool", "eq",
                                         "ne",     "gt",     "lt",     "ge",   "le"};
constexpr std::string_view kPassing[] = {
    "mean", "sum",     "view",  "reshape", "squeeze",   "unsqueeze", "clone",   "abs",
    "pow",  "sqrt",    "log",   "exp",     "flatten",   "norm",      "clamp",   "float",
    "neg",  "permute", "stack", "cat",     "transpose", "relu",      "sigmoid", "softmax"};
// Functions that take numbers out of tensors.
constexpr std::string_view kCopies[] = {"torch.tensor",      "torch.as_tensor", "torch.from_numpy",
                                        "torch.FloatTensor", "float",           "int"};

enum class Way { kOpen, kEnds, kCut, kOn };

// What becomes of a gradient at the value; the values that it is passed on to are added.
Way Follow(const ir::Script& script, ValueId id, std::string* operation,
           std::vector<ValueId>* onto) {
  const Value& value = script.values[id];
  switch (value.kind) {
    case Kind::kConstant:
      return Way::kEnds;
    case Kind::kDerived:
      if (IsOneOf(value.text, kComparisons) || value.text == ".data") {
        *operation = value.text == ".data" ? "data" : value.text;
        return Way::kCut;
      }
      if (!IsOneOf(value.text, kArithmetic) || value.items.empty()) return Way::kOpen;
      *onto = value.text == "[]" ? std::vector<ValueId>{value.items[0]} : value.items;
      return Way::kOn;
    case Kind::kResult:
      break;
    default:
      return Way::kOpen;
  }
  const Step& step = script.steps[value.index];
  if (step.is_method) {
    if (IsOneOf(step.name, kCutting)) {
      *operation = step.name;
      return Way::kCut;
    }
    if (!IsOneOf(step.name, kPassing)) return Way::kOpen;
    *onto = {step.receiver};
    return Way::kOn;
  }
  if (IsOneOf(step.name, kCopies)) {
    *operation = step.name;
    return Way::kCut;
  }
  const bool loss = step.name.empty() && RoleOf(script, step.callee) == Role::kLoss;
  const bool function = IsIn(step.name, "torch") && step.function == kNone;
  const std::string_view last = LastPart(step.name);
  if (function && IsOneOf(last, kCutting)) {
    *operation = last;
    return Way::kCut;
  }
  const bool passes = loss || (function && (IsOneOf(last, kPassing) || last.ends_with("_loss") ||
                                            last.ends_with("cross_entropy")));
  if (!passes || step.arguments.empty() || HasUnpacked(step)) return Way::kOpen;
  for (const Argument& argument : step.arguments) {
    const Value& given = script.values[argument.value];
    if (given.kind == Kind::kList) {
      if (given.open) return Way::kOpen;
      onto->insert(onto->end(), given.items.begin(), given.items.end());
    } else if (argument.keyword.empty() || argument.keyword == "input" ||
               argument.keyword == "target") {
      onto->push_back(argument.value);
    }
  }
  return Way::kOn;
}

bool ComesFromModule(const ir::Script& script, ValueId value) {
  return ReachesBack(script, value, [&](ValueId at) {
    const Value& looked = script.values[at];
    if (looked.kind != Kind::kResult) return false;
    const Step& step = script.steps[looked.index];
    return !step.is_method && step.name.empty() &&
           RoleOf(script, step.callee) == Role::kTorchModule;
  });
}

// Data that a gradient need not reach: a loss's targets. What is not known may be an output.
bool IsPlainData(const ir::Script& script, ValueId value) {
  const Value& at = script.values[value];
  if (at.kind == Kind::kDerived && at.text == "for" && !at.items.empty()) {
    return RoleOf(script, at.items[0]) == Role::kLoader;
  }
  const Step* made = MadeBy(script, value);
  if (made == nullptr || made->is_method || FindKeyword(*made, "requires_grad") != nullptr) {
    return false;
  }
  constexpr std::string_view kMakers[] = {"torch.rand",  "torch.randn", "torch.randint",
                                          "torch.zeros", "torch.ones",  "torch.arange"};
  return IsOneOf(made->name, kMakers);
}

}  // namespace

std::optional<GradientCut> CutOff(const ir::Script& script, ValueId tensor) {
  std::optional<GradientCut> cut;
  std::vector<ValueId> waiting = {tensor};
  std::set<ValueId> seen = {tensor};
  while (!waiting.empty()) {
    const ValueId at = waiting.back();
    waiting.pop_back();
    GradientCut here{at, ""};
    std::vector<ValueId> onto;
    switch (Follow(script, at, &here.operation, &onto)) {
      case Way::kOpen:
        if (!IsPlainData(script, at)) return std::nullopt;
        break;
      case Way::kEnds:
        break;
      case Way::kCut:
        if (!cut && ComesFromModule(script, at)) cut = here;
        break;
      case Way::kOn:
        for (const ValueId next : onto) {
          if (seen.insert(next).second) waiting.push_back(next);
        }
        break;
    }
    if (seen.size() > kMostValues) return std::nullopt;
  }
  return cut;
}

}  // namespace onnxcheck::facts
