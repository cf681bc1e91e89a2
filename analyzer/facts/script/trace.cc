#include "analyzer/facts/script/trace.h"

#include <algorithm>
#include <set>

namespace onnxcheck::facts {
namespace {

using Kind = Value::Kind;

constexpr std::size_t kMaxLooked = 2000;

// Roots under which Keras is found, longest first.
constexpr std::string_view kKerasRoots[] = {"tensorflow.contrib.keras.python.keras",
                                            "tensorflow.contrib.keras.api.keras",
                                            "tensorflow.compat.v1.keras",
                                            "tensorflow.compat.v2.keras",
                                            "tensorflow.python.keras",
                                            "tensorflow.contrib.keras",
                                            "tensorflow.keras.api._v2.keras",
                                            "tensorflow.keras",
                                            "keras.api._v2.keras",
                                            "keras.src",
                                            "tf_keras.src",
                                            "tf_keras",
                                            "keras"};

bool HasRoot(std::string_view path, std::string_view root) {
  return path.substr(0, root.size()) == root &&
         (path.size() == root.size() || path[root.size()] == '.');
}

}  // namespace

std::string CanonicalPath(std::string_view path) {
  for (const std::string_view root : kKerasRoots) {
    if (!HasRoot(path, root)) continue;
    std::string_view rest = path.substr(root.size());
    if (rest.empty()) return "keras";
    rest.remove_prefix(1);
    // keras.layers.core.Dense: what lies between the package and the class says nothing.
    const std::size_t first = rest.find('.');
    const std::size_t last = rest.rfind('.');
    std::string canonical = "keras.";
    if (first != last) {
      canonical += rest.substr(0, first);
      canonical += rest.substr(last);
    } else {
      canonical += rest;
    }
    return canonical;
  }
  for (const std::string_view root : {"lightning.pytorch", "lightning", "lightning_fabric"}) {
    if (HasRoot(path, root)) {
      return "pytorch_lightning" + std::string(path.substr(root.size()));
    }
  }
  return std::string(path);
}

std::string_view LastPart(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

bool IsIn(std::string_view path, std::string_view library) { return HasRoot(path, library); }

bool IsMethod(const Step& step, std::string_view name) {
  return step.kind == Step::Kind::kCall && step.is_method && step.name == name;
}

bool IsMethod(const Step& step, std::initializer_list<std::string_view> names) {
  return step.is_method && std::find(names.begin(), names.end(), step.name) != names.end();
}

bool IsCall(const Step& step, std::initializer_list<std::string_view> paths) {
  if (step.kind != Step::Kind::kCall || step.is_method || step.name.empty()) return false;
  const std::string canonical = CanonicalPath(step.name);
  return std::find(paths.begin(), paths.end(), canonical) != paths.end();
}

const Argument* FindKeyword(const Step& step, std::string_view keyword) {
  for (const Argument& argument : step.arguments) {
    if (argument.keyword == keyword) return &argument;
  }
  return nullptr;
}

const Argument* FindArgument(const Step& step, std::string_view keyword, std::size_t position) {
  if (const Argument* named = FindKeyword(step, keyword)) return named;
  std::size_t at = 0;
  for (const Argument& argument : step.arguments) {
    if (argument.keyword == "*") return nullptr;
    if (argument.keyword.empty() && at++ == position) return &argument;
  }
  return nullptr;
}

bool HasUnpacked(const Step& step) {
  return std::any_of(step.arguments.begin(), step.arguments.end(), [](const Argument& argument) {
    return argument.keyword == "*" || argument.keyword == "**";
  });
}

std::vector<ValueId> AlternativesOf(const ir::Script& script, ValueId value) {
  if (script.values[value].kind == Kind::kUnion) return script.values[value].items;
  return {value};
}

std::optional<ValueId> OnlyAlternative(const ir::Script& script, ValueId value) {
  std::optional<ValueId> only;
  for (const ValueId one : AlternativesOf(script, value)) {
    if (IsNoneValue(script, one)) continue;
    if (only) return std::nullopt;
    only = one;
  }
  return only;
}

const Step* MadeBy(const ir::Script& script, ValueId value) {
  const std::optional<ValueId> only = OnlyAlternative(script, value);
  if (!only || script.values[*only].kind != Kind::kResult) return nullptr;
  return &script.steps[script.values[*only].index];
}

std::optional<double> NumberOf(const ir::Script& script, ValueId value) {
  const Value& at = script.values[value];
  if (at.kind != Kind::kConstant) return std::nullopt;
  if (const auto* whole = std::get_if<std::int64_t>(&at.constant)) {
    return static_cast<double>(*whole);
  }
  if (const auto* real = std::get_if<double>(&at.constant)) return *real;
  return std::nullopt;
}

std::optional<std::string> TextOf(const ir::Script& script, ValueId value) {
  const Value& at = script.values[value];
  if (at.kind != Kind::kConstant) return std::nullopt;
  if (const auto* text = std::get_if<std::string>(&at.constant)) return *text;
  return std::nullopt;
}

std::optional<bool> TruthOf(const ir::Script& script, ValueId value) {
  const Value& at = script.values[value];
  if (at.kind != Kind::kConstant) return std::nullopt;
  if (const auto* flag = std::get_if<bool>(&at.constant)) return *flag;
  return std::nullopt;
}

bool IsNoneValue(const ir::Script& script, ValueId value) {
  const Value& at = script.values[value];
  return at.kind == Kind::kConstant && std::holds_alternative<std::monostate>(at.constant);
}

bool IsOverridable(const ir::Script& script, ValueId value) {
  return script.values[value].overridable;
}

std::string PathOf(const ir::Script& script, ValueId value) {
  for (const ValueId one : AlternativesOf(script, value)) {
    const Value& at = script.values[one];
    if (at.kind == Kind::kName) return CanonicalPath(at.text);
    if (at.kind == Kind::kClass) return script.classes[at.index].name;
    if (at.kind == Kind::kFunction && at.index != kNone) return script.functions[at.index].name;
  }
  return "";
}

bool MayBeSame(const ir::Script& script, ValueId a, ValueId b) {
  const auto is_union = [&](ValueId id) { return script.values[id].kind == Kind::kUnion; };
  if (!is_union(a) && !is_union(b)) return a == b && a != kUnknownValue;
  const std::vector<ValueId> of_a = AlternativesOf(script, a);
  for (const ValueId one : AlternativesOf(script, b)) {
    if (one != kUnknownValue && std::find(of_a.begin(), of_a.end(), one) != of_a.end()) return true;
  }
  return false;
}

bool ReachesBack(const ir::Script& script, ValueId value,
                 const std::function<bool(ValueId)>& holds) {
  std::vector<ValueId> waiting = {value};
  std::set<ValueId> seen = {value};
  while (!waiting.empty()) {
    const ValueId at = waiting.back();
    waiting.pop_back();
    if (at == kUnknownValue) continue;
    if (holds(at)) return true;
    const auto add = [&](ValueId next) {
      if (seen.size() < kMaxLooked && seen.insert(next).second) waiting.push_back(next);
    };
    const Value& looked = script.values[at];
    for (const ValueId item : looked.items) add(item);
    if (looked.kind != Kind::kResult) continue;
    const Step& step = script.steps[looked.index];
    add(step.receiver);
    add(step.callee);
    if (step.result != at) add(step.result);
    for (const Argument& argument : step.arguments) add(argument.value);
  }
  return false;
}

bool DependsOn(const ir::Script& script, ValueId value, ValueId on) {
  return ReachesBack(script, value, [&](ValueId at) { return MayBeSame(script, at, on); });
}

bool IsWithin(const ir::Script& script, std::uint32_t context, std::uint32_t outer) {
  while (context > outer) context = script.contexts[context].parent;
  return context == outer;
}

std::uint32_t LoopAround(const ir::Script& script, std::uint32_t context, std::uint32_t until) {
  while (context != until && context != 0) {
    const Context& at = script.contexts[context];
    if (at.kind == Context::Kind::kLoop && !at.is_comprehension) return context;
    context = at.parent;
  }
  return kNone;
}

std::uint32_t LoopAround(const ir::Script& script, std::uint32_t context) {
  return LoopAround(script, context, 0);
}

std::uint32_t Enclosing(const ir::Script& script, std::uint32_t context, Context::Kind kind) {
  while (true) {
    if (script.contexts[context].kind == kind) return context;
    if (context == 0) return kNone;
    context = script.contexts[context].parent;
  }
}

bool AreExclusive(const ir::Script& script, std::uint32_t a, std::uint32_t b) {
  std::vector<std::uint32_t> of_a;
  for (std::uint32_t at = a; at != 0; at = script.contexts[at].parent) of_a.push_back(at);
  for (std::uint32_t at = b; at != 0; at = script.contexts[at].parent) {
    const Context& one = script.contexts[at];
    if (one.group == kNone) continue;
    for (const std::uint32_t other : of_a) {
      if (other == at) return false;
      if (script.contexts[other].group == one.group &&
          script.contexts[other].parent == one.parent) {
        // A handler runs after part of its try.
        return one.kind == Context::Kind::kBranch ||
               (one.kind == Context::Kind::kExcept &&
                script.contexts[other].kind == Context::Kind::kExcept);
      }
    }
  }
  return false;
}

bool IsCertainIn(const ir::Script& script, std::uint32_t context, std::uint32_t outer) {
  while (context > outer) {
    const Context::Kind kind = script.contexts[context].kind;
    if (kind == Context::Kind::kBranch || kind == Context::Kind::kExcept ||
        kind == Context::Kind::kLoop) {
      return false;
    }
    context = script.contexts[context].parent;
  }
  return context == outer;
}

bool IsUncalled(const ir::Script& script, std::uint32_t context) {
  for (; context != 0; context = script.contexts[context].parent) {
    const Context& at = script.contexts[context];
    if (at.kind == Context::Kind::kFunction && at.step == kNone) return true;
  }
  return false;
}

ir::Location PlaceOfStep(const ir::Script& script, const Step& step) {
  return ir::PlaceOf(script, step.name_mark);
}

ir::Location PlaceOfValue(const ir::Script& script, ValueId value) {
  return ir::PlaceOf(script, script.values[value].mark);
}

}  // namespace onnxcheck::facts
