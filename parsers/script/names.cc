#include <algorithm>
#include <string>
#include <utility>

#include "parsers/script/builtins.h"
#include "parsers/script/text.h"
#include "parsers/script/walk.h"

namespace onnxcheck::parsers::script {

using ir::script::kNone;
using ir::script::kUnknownValue;
using ir::script::ValueId;
using Kind = ir::script::Value::Kind;

namespace {

// Longer dotted paths are no names of a library.
constexpr std::size_t kMaxPath = 256;

// Imports kept for the script's list.
constexpr std::size_t kMaxImports = 1000;

}  // namespace

void Walk::Import(NodeId node) {
  for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
    const Node& part = tree_.nodes[child];
    if (part.field != Field::kName) continue;
    const bool aliased = part.kind == Syntax::kAliasedImport;
    const NodeId module = aliased ? Child(tree_, child, Field::kName) : child;
    const std::string_view path = Text(tree_, module);
    if (script_.imports.size() < kMaxImports) script_.imports.emplace_back(path);
    // "import a.b" binds a, "import a.b as c" binds c to a.b.
    const std::string_view name =
        aliased ? Text(tree_, Child(tree_, child, Field::kAlias)) : path.substr(0, path.find('.'));
    const ValueId value = values_.Name(std::string(aliased ? path : name), MarkOf(child));
    environment_.Set(KeyIn(ScopeFor(name), name), {value, Bound::kYes});
  }
}

void Walk::ImportFrom(NodeId node) {
  const NodeId module_node = Child(tree_, node, Field::kModuleName);
  if (module_node == 0) return;
  const std::string module(Text(tree_, module_node));
  if (script_.imports.size() < kMaxImports) script_.imports.push_back(module);
  for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
    const Node& part = tree_.nodes[child];
    if (part.kind == Syntax::kWildcardImport) {
      if (stars_.size() < kMaxAlternatives) stars_.push_back(module);
      continue;
    }
    if (part.field != Field::kName) continue;
    const bool aliased = part.kind == Syntax::kAliasedImport;
    const std::string_view imported =
        Text(tree_, aliased ? Child(tree_, child, Field::kName) : child);
    const std::string_view name =
        aliased ? Text(tree_, Child(tree_, child, Field::kAlias)) : imported;
    const ValueId value = values_.Name(Cat(module, ".", imported), MarkOf(child));
    environment_.Set(KeyIn(ScopeFor(name), name), {value, Bound::kYes});
  }
}

// The scope in which the running code binds the name.
std::uint32_t Walk::ScopeFor(std::string_view name) const {
  std::uint32_t scope = frame_scope();
  const BoundNames* names = scope_table_[scope].names;
  if (names == nullptr || names->outer.count(name) == 0) return scope;
  while (scope != 0) {
    scope = scope_table_[scope].outer;
    names = scope_table_[scope].names;
    if (names != nullptr && names->bound.count(name) > 0) return scope;
  }
  return 0;
}

ValueId Walk::Lookup(NodeId node) {
  const std::string_view name = Text(tree_, node);
  std::uint32_t scope = frame_scope();
  for (bool innermost = true;; innermost = false) {
    const Scope& at = scope_table_[scope];
    if (!at.is_class || innermost) {
      const Binding binding = environment_.Get(KeyIn(scope, name));
      if (binding.bound != Bound::kNo) return binding.value;
      // A local name without a value hides the one outside.
      if (scope != 0 && at.names != nullptr && at.names->bound.count(name) > 0) {
        return UnboundName(node, name, false);
      }
    }
    if (scope == 0) break;
    scope = scope_table_[scope].outer;
  }
  if (name == "__name__") return values_.Constant(std::string("__main__"), MarkOf(node));
  if (IsBuiltin(name)) return values_.Name(std::string(name), MarkOf(node));
  if (!stars_.empty()) {
    ValueId joined = kUnknownValue;
    for (std::size_t i = 0; i < stars_.size(); ++i) {
      const ValueId one = values_.Name(Cat(stars_[i], ".", name), MarkOf(node));
      joined = i == 0 ? one : values_.Join(joined, one, MarkOf(node));
    }
    return joined;
  }
  // A piece of a program that was pasted somewhere, without its imports.
  if (script_.imports.empty() && IsKerasName(name)) {
    const bool model = name == "Sequential" || name == "Model";
    return values_.Name(Cat(model ? "keras.models." : "keras.layers.", name), MarkOf(node));
  }
  return UnboundName(node, name, false);
}

// In the first round of a loop a name that only a later part of the body binds has no value; but
// what a condition guards may wait for the second.
bool Walk::MayBeBoundLater(std::string_view name) const {
  bool guarded = guarded_ > 0;
  for (std::uint32_t id = context();; id = script_.contexts[id].parent) {
    const ir::script::Context& at = script_.contexts[id];
    if (at.kind == ContextKind::kLoop) {
      const auto loop = std::find_if(loops_.begin(), loops_.end(),
                                     [&](const LoopState& state) { return state.context == id; });
      if (guarded && loop != loops_.end() && loop->names->bound.count(name) > 0) return true;
      guarded = true;
    }
    if (at.kind == ContextKind::kTry) return true;  // it may be there to be caught
    guarded |= at.kind == ContextKind::kBranch || at.kind == ContextKind::kExcept;
    if (at.kind == ContextKind::kFunction || at.kind == ContextKind::kModule) return false;
  }
}

ValueId Walk::UnboundName(NodeId node, std::string_view name, bool attribute) {
  if (dynamic_ || damaged_.count(name) > 0 || MayBeBoundLater(name)) return kUnknownValue;
  if (!attribute && !unbound_told_.insert(KeyIn(frame_scope(), name)).second) return kUnknownValue;
  ir::script::Unbound unbound;
  unbound.name = std::string(name);
  unbound.attribute = attribute;
  unbound.context = context();
  unbound.step = static_cast<std::uint32_t>(script_.steps.size());
  unbound.mark = MarkOf(node);
  ir::script::Value value;
  value.kind = Kind::kUnbound;
  value.text = unbound.name;
  value.index = static_cast<std::uint32_t>(script_.unbound.size());
  value.mark = unbound.mark;
  script_.unbound.push_back(std::move(unbound));
  return values_.Add(std::move(value));
}

void Walk::BindName(std::string_view name, ValueId value, NodeId node, bool updates) {
  const std::uint32_t scope = ScopeFor(name);
  ir::script::Step& step = AddStep(StepKind::kBind, std::string(name), node, node);
  step.updates = updates;
  step.arguments.push_back({"", value, step.mark});
  const auto number = static_cast<std::uint32_t>(script_.steps.size() - 1);
  if (scope == 0) {
    bound_in_module_[name] = number;
  } else if (!scope_table_[scope].is_class) {
    bound_in_function_[name] = number;
  }
  environment_.Set(KeyIn(scope, name), {value, Bound::kYes});
}

void Walk::BindTarget(NodeId target, ValueId value, NodeId statement, int depth, bool updates) {
  if (target == 0 || !Spend(depth)) return;
  switch (tree_.nodes[target].kind) {
    case Syntax::kIdentifier:
      BindName(Text(tree_, target), value, target, updates);
      return;
    case Syntax::kAttribute: {
      const ValueId object = Eval(Child(tree_, target, Field::kObject), depth + 1);
      const NodeId name_node = Child(tree_, target, Field::kAttribute);
      if (name_node == 0) return;
      const std::string_view name = Text(tree_, name_node);
      ir::script::Step& step =
          AddStep(StepKind::kAttribute, std::string(name), statement, name_node);
      step.receiver = object;
      step.updates = updates;
      step.arguments.push_back({"", value, MarkOf(statement)});
      const std::vector<ValueId> objects = values_.Alternatives(object);
      for (const ValueId one : objects) {
        const Key key = KeyOn(one, name);
        Binding binding{value, Bound::kYes};
        if (objects.size() > 1) {
          const Binding before = environment_.Get(key);
          if (before.bound != Bound::kNo) {
            binding.value = values_.Join(before.value, value, MarkOf(target));
          }
        }
        environment_.Set(key, binding);
      }
      return;
    }
    case Syntax::kSubscript: {
      const ValueId object = Eval(Child(tree_, target, Field::kValue), depth + 1);
      const ValueId index = Eval(Child(tree_, target, Field::kSubscript), depth + 1);
      ir::script::Step& step = AddStep(StepKind::kItem, "", statement, target);
      step.receiver = object;
      step.updates = updates;
      step.arguments.push_back({"", value, MarkOf(statement)});
      step.arguments.push_back({"", index, MarkOf(target)});
      const ir::Scalar* key = values_.ConstantOf(index);
      const auto shown = key == nullptr ? std::nullopt : FoldText(*key);
      environment_.Set(KeyOn(object, shown ? Cat("[", *shown, "]") : "[*]"), {value, Bound::kYes});
      return;
    }
    case Syntax::kPatternList:
    case Syntax::kTuplePattern:
    case Syntax::kListPattern:
    case Syntax::kTuple:
    case Syntax::kList:
    case Syntax::kExpressionList:
      BindPattern(target, value, statement, depth);
      return;
    case Syntax::kListSplatPattern:
    case Syntax::kListSplat:
      BindTarget(FirstChild(tree_, target), kUnknownValue, statement, depth + 1);
      return;
    case Syntax::kParenthesized:
    case Syntax::kAsPatternTarget:
      BindTarget(FirstChild(tree_, target), value, statement, depth + 1);
      return;
    default:
      return;
  }
}

void Walk::BindPattern(NodeId target, ValueId value, NodeId statement, int depth) {
  if (target == 0) return;
  const Syntax kind = tree_.nodes[target].kind;
  const bool pattern = kind == Syntax::kPatternList || kind == Syntax::kTuplePattern ||
                       kind == Syntax::kListPattern || kind == Syntax::kTuple ||
                       kind == Syntax::kList || kind == Syntax::kExpressionList;
  if (!pattern) return BindTarget(target, value, statement, depth);
  std::int64_t number = 0;
  bool starred = false;
  for (NodeId part = FirstChild(tree_, target); part != 0; part = tree_.nodes[part].next) {
    starred |= tree_.nodes[part].kind == Syntax::kListSplatPattern;
    const ValueId item =
        starred ? kUnknownValue : ItemOf(value, values_.Constant(number++, MarkOf(part)), part);
    BindTarget(part, item, statement, depth + 1);
  }
}

std::uint32_t Walk::ClassOf(ValueId object) const {
  const auto found = classes_of_.find(object);
  return found == classes_of_.end() ? kNone : found->second;
}

// Looks the name up in the class and the own classes below it in the order they are written.
Binding Walk::ClassAttribute(std::uint32_t own_class, std::string_view name, bool bases_only) {
  std::vector<std::uint32_t> queue = {own_class};
  for (std::size_t i = 0; i < queue.size() && i < kMaxItems; ++i) {
    const ClassInfo& info = class_infos_[queue[i]];
    if (i > 0 || !bases_only) {
      const Binding binding = environment_.Get(KeyIn(info.scope, name));
      if (binding.bound != Bound::kNo) return binding;
    }
    for (const ValueId base : info.bases) {
      if (values_[base].kind != Kind::kClass) continue;
      if (std::find(queue.begin(), queue.end(), values_[base].index) == queue.end()) {
        queue.push_back(values_[base].index);
      }
    }
  }
  return {};
}

ValueId Walk::AttributeOfOne(ValueId object, std::string_view name, NodeId node, int depth) {
  const ir::script::Value& value = values_[object];
  if (value.kind == Kind::kName) {
    if (value.text.size() + name.size() >= kMaxPath) return kUnknownValue;
    if (value.text.ends_with("FLAGS")) {
      const Binding flag = environment_.Get(KeyOn(kUnknownValue, Cat("--", name)));
      if (flag.bound != Bound::kNo) return flag.value;
    }
    return values_.Name(Cat(value.text, ".", name), MarkOf(node));
  }
  if (value.kind == Kind::kUnknown) return kUnknownValue;
  const Binding stored = environment_.Get(KeyOn(object, name));
  if (stored.bound != Bound::kNo) return stored.value;
  if (const auto option = Option(object, name)) return *option;
  std::uint32_t own_class = ClassOf(object);
  if (value.kind == Kind::kClass) own_class = value.index;
  if (own_class != kNone) {
    const Binding found = ClassAttribute(own_class, name);
    const bool method = found.bound != Bound::kNo && values_[found.value].kind == Kind::kFunction;
    if (found.bound != Bound::kNo && (!method || value.kind == Kind::kClass)) return found.value;
    if (method) {
      const Closure& closure = closures_[found.value];
      if (closure.function != kNone) {
        for (const std::string& decorator : script_.functions[closure.function].decorators) {
          if (decorator == "property" || decorator.ends_with("cached_property")) {
            return Follow(found.value, object, {}, kNone, depth + 1);
          }
        }
      }
    }
    // What wraps a model and is taken off again.
    if (!method && name == "module" && value.kind != Kind::kClass) return object;
    const ClassInfo& info = class_infos_[own_class];
    if (!method && value.kind != Kind::kClass && info.closed && !info.stored.contains(name) &&
        !name.starts_with("__")) {
      return UnboundName(node, name, true);
    }
  }
  const auto [made, is_new] = attributes_.try_emplace(KeyOn(object, name), kUnknownValue);
  if (is_new) made->second = values_.Derived(Cat(".", name), {object}, MarkOf(node));
  return made->second;
}

ValueId Walk::Attribute(ValueId object, std::string_view name, NodeId node, int depth) {
  const std::vector<ValueId> objects = values_.Alternatives(object);
  ValueId joined = kUnknownValue;
  bool first = true;
  for (const ValueId one : objects) {
    // None has no attributes: it is not what was meant.
    const ir::Scalar* constant = values_.ConstantOf(one);
    const bool none = constant != nullptr && std::holds_alternative<std::monostate>(*constant);
    if (none && objects.size() > 1) continue;
    const ValueId value = AttributeOfOne(one, name, node, depth);
    joined = first ? value : values_.Join(joined, value, MarkOf(node));
    first = false;
  }
  return joined;
}

}  // namespace onnxcheck::parsers::script
