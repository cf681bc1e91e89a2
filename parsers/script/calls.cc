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

// A function that is called from more places is not followed in the later ones.
constexpr int kMaxRuns = 24;

}  // namespace

std::vector<ir::script::Argument> Walk::Arguments(NodeId list, int depth) {
  std::vector<ir::script::Argument> arguments;
  if (list == 0) return arguments;
  // f(x for x in y)
  if (tree_.nodes[list].kind == Syntax::kGeneratorExpression) {
    arguments.push_back({"", Eval(list, depth + 1), MarkOf(list)});
    return arguments;
  }
  for (NodeId child = FirstChild(tree_, list); child != 0; child = tree_.nodes[child].next) {
    const Syntax kind = tree_.nodes[child].kind;
    ir::script::Argument argument;
    argument.mark = MarkOf(child);
    if (kind == Syntax::kKeywordArgument) {
      const NodeId name = Child(tree_, child, Field::kName);
      const NodeId value = Child(tree_, child, Field::kValue);
      if (name == 0 || value == 0) continue;
      argument.keyword = std::string(Text(tree_, name));
      argument.value = Eval(value, depth + 1);
      argument.mark = MarkOf(value);
    } else if (kind == Syntax::kListSplat || kind == Syntax::kDictionarySplat) {
      const ValueId value = Eval(FirstChild(tree_, child), depth + 1);
      const ir::script::Value unpacked = values_[value];
      const bool list_of = unpacked.kind == Kind::kList && kind == Syntax::kListSplat;
      const bool dict_of = unpacked.kind == Kind::kDict && kind == Syntax::kDictionarySplat;
      if ((list_of || dict_of) && !unpacked.open) {
        for (std::size_t i = 0; i < unpacked.items.size(); ++i) {
          ir::script::Argument one;
          one.mark = argument.mark;
          one.value = unpacked.items[i];
          if (dict_of) {
            const ir::Scalar* key = values_.ConstantOf(unpacked.keys[i]);
            const auto* text = key == nullptr ? nullptr : std::get_if<std::string>(key);
            if (text == nullptr) continue;
            one.keyword = *text;
          }
          arguments.push_back(std::move(one));
        }
        continue;
      }
      argument.keyword = kind == Syntax::kListSplat ? "*" : "**";
      argument.value = value;
    } else {
      argument.value = Eval(child, depth + 1);
    }
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

ValueId Walk::Call(NodeId node, int depth) {
  const NodeId function = Child(tree_, node, Field::kFunction);
  const NodeId list = Child(tree_, node, Field::kArguments);
  if (function == 0) {
    EvalChildren(node, depth);
    return kUnknownValue;
  }
  const ValueId callee = Eval(function, depth + 1);
  std::vector<ir::script::Argument> arguments = Arguments(list, depth);
  NodeId name_node = function;
  if (tree_.nodes[function].kind == Syntax::kAttribute) {
    const NodeId name = Child(tree_, function, Field::kAttribute);
    if (name != 0) name_node = name;
  }
  return Invoke(callee, std::move(arguments), node, name_node, depth);
}

// The alternative that says most about what is called.
ValueId Walk::Chosen(ValueId callee) const {
  ValueId best = callee;
  int best_rank = -1;
  for (const ValueId one : values_.Alternatives(callee)) {
    const Kind kind = values_[one].kind;
    const int rank = kind == Kind::kFunction || kind == Kind::kClass   ? 4
                     : ClassOf(one) != kNone                           ? 3
                     : kind == Kind::kName                             ? 2
                     : kind == Kind::kResult || kind == Kind::kDerived ? 1
                                                                       : 0;
    if (rank > best_rank) {
      best = one;
      best_rank = rank;
    }
  }
  return best;
}

ValueId Walk::Invoke(ValueId callee, std::vector<ir::script::Argument> arguments, NodeId node,
                     NodeId name_node, int depth) {
  const ValueId chosen = Chosen(callee);
  const Kind kind = values_[chosen].kind;
  const bool certain = chosen == callee;
  ValueId function = kUnknownValue;
  ValueId self = kUnknownValue;
  std::uint32_t made = kNone;
  AddStep(StepKind::kCall, "", node, name_node);
  const auto number = static_cast<std::uint32_t>(script_.steps.size() - 1);
  {
    ir::script::Step& step = script_.steps[number];
    step.arguments = std::move(arguments);
    step.callee = callee;
    if (kind == Kind::kName) {
      step.name = values_[chosen].text;
    } else if (kind == Kind::kFunction) {
      function = chosen;
      step.name = PathOf(chosen);
      if (closures_[chosen].own_class != kNone && !step.arguments.empty() &&
          TakesSelf(closures_[chosen])) {
        // Base.__init__(self, ...)
        self = step.arguments[0].value;
      }
    } else if (kind == Kind::kClass) {
      made = values_[chosen].index;
      step.name = script_.classes[made].name;
    } else if (kind == Kind::kDerived && values_[chosen].text.starts_with(".")) {
      step.is_method = true;
      step.name = values_[chosen].text.substr(1);
      step.receiver = values_[chosen].items[0];
      FindMethod(step.receiver, step.name, &function, &self);
    } else if (const NodeId called = Child(tree_, node, Field::kFunction);
               kind == Kind::kUnknown && called != 0 && called != name_node &&
               tree_.nodes[called].kind == Syntax::kAttribute) {
      // Of a parameter that nothing is known of: model.fit(x, y).
      step.is_method = true;
      step.name = std::string(Text(tree_, name_node));
    } else if (const std::uint32_t own_class = ClassOf(chosen); own_class != kNone) {
      // Calling an object: Keras runs call(), PyTorch forward().
      for (const std::string_view name : {"__call__", "forward", "call"}) {
        const Binding found = ClassAttribute(own_class, name);
        if (found.bound == Bound::kNo || values_[found.value].kind != Kind::kFunction) continue;
        function = found.value;
        self = chosen;
        break;
      }
    }
    if (function != kUnknownValue) step.function = closures_[function].function;
  }
  ir::script::Value result;
  result.kind = Kind::kResult;
  result.index = number;
  result.mark = script_.steps[number].mark;
  const ValueId own = values_.Add(std::move(result));
  script_.steps[number].result = own;

  ValueId given = own;
  if (made != kNone) {
    classes_of_[own] = made;
    if (class_infos_[made].instance == kUnknownValue) class_infos_[made].instance = own;
    Instantiate(made, number, depth);
  } else if (function != kUnknownValue) {
    const bool generator = script_.steps[number].function != kNone &&
                           script_.functions[script_.steps[number].function].is_generator;
    std::vector<ir::script::Argument> passed = script_.steps[number].arguments;
    if (kind == Kind::kFunction && self != kUnknownValue) passed.erase(passed.begin());
    const ValueId returned = Follow(function, self, passed, number, depth);
    if (!generator && returned != kUnknownValue) given = returned;
    if (!certain && given != own) given = values_.Join(given, own, MarkOf(node));
  } else {
    const ir::script::Step& step = script_.steps[number];
    std::optional<ValueId> known;
    if (!step.is_method) {
      known = Known(number, node);
    } else if (step.receiver != kUnknownValue) {
      known = KnownMethod(number, node);
    }
    if (known) given = *known;
  }
  script_.steps[number].result = given;
  return given;
}

// The own method that receiver.name is, and on which object it runs.
void Walk::FindMethod(ValueId receiver, std::string_view name, ValueId* function, ValueId* self) {
  for (const ValueId one : values_.Alternatives(receiver)) {
    const ir::script::Value& value = values_[one];
    const bool super = value.kind == Kind::kResult && script_.steps[value.index].name == "super";
    const std::uint32_t own_class = super ? frame().own_class : ClassOf(one);
    if (own_class == kNone) continue;
    const Binding found = ClassAttribute(own_class, name, super);
    if (found.bound == Bound::kNo || values_[found.value].kind != Kind::kFunction) continue;
    *function = found.value;
    *self = super ? frame().self : one;
    return;
  }
}

ValueId Walk::Instantiate(std::uint32_t own_class, std::uint32_t step, int depth) {
  const ValueId self = script_.steps[step].result;
  const Binding constructor = ClassAttribute(own_class, "__init__");
  if (constructor.bound != Bound::kNo && values_[constructor.value].kind == Kind::kFunction) {
    script_.steps[step].function = closures_[constructor.value].function;
    const std::vector<ir::script::Argument> arguments = script_.steps[step].arguments;
    Follow(constructor.value, self, arguments, step, depth);
    return self;
  }
  // A dataclass or a named tuple: what is given by name is an attribute.
  const std::vector<ir::script::Argument> arguments = script_.steps[step].arguments;
  for (const ir::script::Argument& argument : arguments) {
    if (argument.keyword.empty() || argument.keyword[0] == '*') continue;
    environment_.Set(KeyOn(self, argument.keyword), {argument.value, Bound::kYes});
  }
  return self;
}

ValueId Walk::Follow(ValueId id, ValueId self, const std::vector<ir::script::Argument>& arguments,
                     std::uint32_t step, int depth) {
  const Closure closure = closures_[id];
  if (calls_ >= kMaxCalls || !Spend(depth)) return kUnknownValue;
  FunctionInfo* info = closure.function == kNone ? nullptr : &function_infos_[closure.function];
  if (info != nullptr) {
    info->called = true;
    if (info->running || info->runs >= kMaxRuns) return kUnknownValue;
    info->running = true;
    ++info->runs;
  }
  const NodeId body = Child(tree_, closure.node, Field::kBody);
  const bool lambda = closure.function == kNone;
  const std::uint32_t caller_own_class = closure.own_class;
  Frame run;
  run.self = self;
  run.own_class = caller_own_class;
  scope_table_.push_back({closure.scope, false, lambda || body == 0 ? nullptr : &scopes_.Of(body)});
  run.scope = static_cast<std::uint32_t>(scope_table_.size() - 1);
  const std::uint32_t opened = Open(ContextKind::kFunction, closure.node);
  script_.contexts[opened].index = closure.function;
  script_.contexts[opened].step = step;
  if (step != kNone) script_.steps[step].body = opened;
  run.context = opened;
  frames_.push_back(run);
  ++calls_;
  std::vector<LoopState> loops;
  loops.swap(loops_);
  const int guarded = std::exchange(guarded_, 0);
  BindParameters(closure, self, arguments, step != kNone);
  ValueId returned = kUnknownValue;
  bool reaches = false;
  if (lambda) {
    returned = Eval(body, depth + 1);
  } else {
    reaches = body == 0 || Block(body, depth + 1);
    const Frame& done = frame();
    if (done.has_returned) {
      returned = done.returned;
    } else if (reaches && !script_.partial) {
      // Nothing is returned: None, and who gave it.
      ir::script::Value none;
      none.kind = Kind::kConstant;
      none.index = step;
      none.mark = MarkOf(closure.node);
      returned = values_.Add(std::move(none));
    }
  }
  guarded_ = guarded;
  loops_.swap(loops);
  --calls_;
  frames_.pop_back();
  Close(opened, !reaches);
  if (closure.function != kNone) function_infos_[closure.function].running = false;
  return returned;
}

}  // namespace onnxcheck::parsers::script
