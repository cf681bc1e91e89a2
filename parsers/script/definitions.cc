#include <algorithm>
#include <utility>

#include "parsers/script/text.h"
#include "parsers/script/walk.h"

namespace onnxcheck::parsers::script {

using ir::script::kNone;
using ir::script::kUnknownValue;
using ir::script::ValueId;
using Kind = ir::script::Value::Kind;

namespace {

// The name that a parameter binds, and what kind it is.
struct Parameter {
  NodeId name = 0;
  NodeId fallback = 0;
  bool list = false;  // *args
  bool dict = false;  // **kwargs
};

Parameter ReadParameter(const Tree& tree, NodeId node) {
  Parameter parameter;
  switch (tree.nodes[node].kind) {
    case Syntax::kIdentifier:
      parameter.name = node;
      break;
    case Syntax::kDefaultParameter:
    case Syntax::kTypedDefaultParameter:
      parameter.name = Child(tree, node, Field::kName);
      parameter.fallback = Child(tree, node, Field::kValue);
      break;
    case Syntax::kTypedParameter: {
      const NodeId inner = FirstChild(tree, node);
      if (inner != 0) return ReadParameter(tree, inner);
      break;
    }
    case Syntax::kListSplatPattern:
      parameter.name = FirstChild(tree, node);
      parameter.list = true;
      break;
    case Syntax::kDictionarySplatPattern:
      parameter.name = FirstChild(tree, node);
      parameter.dict = true;
      break;
    default:
      break;
  }
  return parameter;
}

std::vector<Parameter> ReadParameters(const Tree& tree, NodeId function) {
  std::vector<Parameter> parameters;
  const NodeId list = Child(tree, function, Field::kParameters);
  for (NodeId child = list == 0 ? 0 : FirstChild(tree, list); child != 0;
       child = tree.nodes[child].next) {
    const Parameter parameter = ReadParameter(tree, child);
    if (parameter.name != 0) parameters.push_back(parameter);
  }
  return parameters;
}

}  // namespace

std::string Walk::PathOf(ValueId id) const {
  for (const ValueId one : values_.Alternatives(id)) {
    const ir::script::Value& value = values_[one];
    if (value.kind == Kind::kName) return value.text;
    if (value.kind == Kind::kClass) return script_.classes[value.index].name;
    if (value.kind == Kind::kFunction && value.index != kNone) {
      return script_.functions[value.index].name;
    }
    // @tf.function(...), @hydra.main(...)
    if (value.kind == Kind::kResult) return script_.steps[value.index].name;
    if (value.kind == Kind::kDerived && value.text.starts_with(".")) return value.text;
  }
  return "";
}

void Walk::Define(NodeId node, const std::vector<std::string>& decorators, int depth) {
  const NodeId name_node = Child(tree_, node, Field::kName);
  const NodeId body = Child(tree_, node, Field::kBody);
  if (name_node == 0) return;
  const std::string_view name = Text(tree_, name_node);
  const std::uint32_t own_class = scope_table_[frame().scope].is_class ? frame().own_class : kNone;
  const std::vector<Parameter> parameters = ReadParameters(tree_, node);
  const auto [found, is_new] =
      function_ids_.try_emplace(node, static_cast<std::uint32_t>(script_.functions.size()));
  const std::uint32_t id = found->second;
  if (is_new) {
    ir::script::Function& function = script_.functions.emplace_back();
    function_infos_.emplace_back().node = node;
    function.name =
        own_class == kNone ? std::string(name) : Cat(script_.classes[own_class].name, ".", name);
    function.of_class = own_class;
    function.decorators = decorators;
    for (const Parameter& parameter : parameters) {
      function.parameters.emplace_back(Text(tree_, parameter.name));
    }
    if (body != 0) {
      function.is_generator = scopes_.Of(body).yields;
      function.returns_value = scopes_.Of(body).returns_value;
    }
    function.mark = MarkOf(name_node);
    if (own_class != kNone) script_.classes[own_class].functions.push_back(id);
  }
  ir::script::Value value;
  value.kind = Kind::kFunction;
  value.index = id;
  value.mark = MarkOf(name_node);
  const ValueId function = values_.Add(std::move(value));
  Closure closure;
  closure.node = node;
  closure.function = id;
  closure.scope = frame().scope;
  closure.own_class = own_class;
  for (const Parameter& parameter : parameters) {
    if (parameter.fallback == 0) continue;
    const ValueId fallback = Eval(parameter.fallback, depth + 1);
    closure.defaults[Text(tree_, parameter.name)] = fallback;
  }
  closures_[function] = std::move(closure);
  function_infos_[id].value = function;
  environment_.Set(KeyIn(ScopeFor(name), name), {function, Bound::kYes});
}

void Walk::DefineClass(NodeId node, bool decorated, int depth) {
  const NodeId name_node = Child(tree_, node, Field::kName);
  const NodeId body = Child(tree_, node, Field::kBody);
  if (name_node == 0) return;
  const std::string_view name = Text(tree_, name_node);
  const auto [found, is_new] =
      class_ids_.try_emplace(node, static_cast<std::uint32_t>(script_.classes.size()));
  const std::uint32_t id = found->second;
  std::vector<ValueId> bases;
  bool closed = !decorated;  // a dataclass has what is annotated
  if (const NodeId list = Child(tree_, node, Field::kSuperclasses); list != 0) {
    for (NodeId child = FirstChild(tree_, list); child != 0; child = tree_.nodes[child].next) {
      if (tree_.nodes[child].kind == Syntax::kKeywordArgument) {
        closed = false;  // a metaclass
        continue;
      }
      bases.push_back(Eval(child, depth + 1));
      const ir::script::Value& base = values_[bases.back()];
      const bool own = base.kind == Kind::kClass && class_infos_[base.index].closed;
      closed &= own || (base.kind == Kind::kName && base.text == "object");
    }
  }
  if (is_new) {
    ir::script::Class& made = script_.classes.emplace_back();
    class_infos_.emplace_back();
    made.name = std::string(name);
    made.mark = MarkOf(name_node);
    for (const ValueId base : bases) made.bases.push_back(PathOf(base));
  }
  {
    ClassInfo& info = class_infos_[id];
    info.node = node;
    info.bases = bases;
    if (body != 0) info.stored = StoredAttributes(tree_, body);
    for (const ValueId base : bases) {
      if (values_[base].kind != Kind::kClass || values_[base].index == id) continue;
      const auto& inherited = class_infos_[values_[base].index].stored;
      info.stored.insert(inherited.begin(), inherited.end());
    }
    // __getattr__, setattr() and decorators make attributes of their own.
    const std::string_view text = Text(tree_, node);
    info.closed = closed && !Contains(text, "setattr") && !Contains(text, "__getattr") &&
                  !Contains(text, "__dict__") && !Contains(text, "__slots__");
    info.scope = NewScope(true, nullptr);
  }
  const Frame outer = frame();
  frame().scope = class_infos_[id].scope;
  frame().own_class = id;
  const std::uint32_t opened = Open(ContextKind::kClass, node);
  script_.contexts[opened].index = id;
  if (body != 0) Block(body, depth + 1);
  Close(opened, false);
  frame().scope = outer.scope;
  frame().own_class = outer.own_class;
  ir::script::Value value;
  value.kind = Kind::kClass;
  value.index = id;
  value.mark = MarkOf(name_node);
  const ValueId made = values_.Add(std::move(value));
  environment_.Set(KeyIn(ScopeFor(name), name), {made, Bound::kYes});
}

bool Walk::TakesSelf(const Closure& closure) const {
  if (closure.own_class == kNone || closure.function == kNone) return false;
  const std::vector<std::string>& decorators = script_.functions[closure.function].decorators;
  return std::find(decorators.begin(), decorators.end(), "staticmethod") == decorators.end();
}

void Walk::BindParameters(const Closure& closure, ValueId self,
                          const std::vector<ir::script::Argument>& arguments, bool called) {
  const std::vector<Parameter> parameters = ReadParameters(tree_, closure.node);
  std::size_t next = 0;  // positional argument
  bool unpacked = !called;
  std::vector<const ir::script::Argument*> positional;
  for (const ir::script::Argument& argument : arguments) {
    if (argument.keyword == "*" || argument.keyword == "**") unpacked = true;
    if (argument.keyword.empty() && !unpacked) positional.push_back(&argument);
  }
  bool first = TakesSelf(closure);
  for (const Parameter& parameter : parameters) {
    const std::string_view name = Text(tree_, parameter.name);
    ValueId value = kUnknownValue;
    if (first) {
      first = false;
      value = self;
    } else if (parameter.list || parameter.dict) {
      ir::script::Value rest;
      rest.kind = parameter.list ? Kind::kList : Kind::kDict;
      rest.open = unpacked;
      rest.mark = MarkOf(parameter.name);
      if (parameter.list) {
        while (next < positional.size()) rest.items.push_back(positional[next++]->value);
      } else {
        for (const ir::script::Argument& argument : arguments) {
          if (argument.keyword.empty() || argument.keyword == "*") continue;
          const auto known = std::find_if(
              parameters.begin(), parameters.end(),
              [&](const Parameter& one) { return Text(tree_, one.name) == argument.keyword; });
          if (known != parameters.end() || argument.keyword == "**") continue;
          rest.keys.push_back(values_.Constant(argument.keyword, argument.mark));
          rest.items.push_back(argument.value);
        }
      }
      value = values_.Add(std::move(rest));
    } else {
      const auto keyword = std::find_if(
          arguments.begin(), arguments.end(),
          [&](const ir::script::Argument& argument) { return argument.keyword == name; });
      const auto fallback = closure.defaults.find(name);
      if (keyword != arguments.end()) {
        value = keyword->value;
      } else if (next < positional.size()) {
        value = positional[next++]->value;
      } else if (fallback != closure.defaults.end()) {
        // Callers that are not seen may give anything.
        value = unpacked ? values_.Join(fallback->second, kUnknownValue, MarkOf(parameter.name))
                         : fallback->second;
      }
    }
    environment_.Set(KeyIn(frame().scope, name), {value, Bound::kYes});
  }
}

}  // namespace onnxcheck::parsers::script
