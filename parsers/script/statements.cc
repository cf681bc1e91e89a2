#include <algorithm>
#include <array>
#include <utility>

#include "parsers/script/walk.h"

namespace onnxcheck::parsers::script {

using ir::script::kNone;
using ir::script::kUnknownValue;
using ir::script::ValueId;

bool Walk::LastStepExits() const {
  constexpr std::array<std::string_view, 4> kExits = {"sys.exit", "exit", "quit", "os._exit"};
  if (script_.steps.empty() || script_.steps.back().kind != StepKind::kCall) return false;
  return std::find(kExits.begin(), kExits.end(), script_.steps.back().name) != kExits.end();
}

bool Walk::Statement(NodeId node, int depth) {
  if (!Spend(depth)) return true;
  const std::size_t steps = script_.steps.size();
  switch (tree_.nodes[node].kind) {
    case Syntax::kExpressionStatement:
      for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
        Statement(child, depth + 1);
      }
      return script_.steps.size() == steps || !LastStepExits() ||
             script_.steps.back().context != context();
    case Syntax::kAssignment:
      Assign(node, depth);
      return true;
    case Syntax::kAugmentedAssignment:
      Augment(node, depth);
      return true;
    case Syntax::kIf:
      return If(node, depth);
    case Syntax::kForStatement:
    case Syntax::kWhile:
      return Loop(node, depth);
    case Syntax::kTry:
      return Try(node, depth);
    case Syntax::kWith:
      return With(node, depth);
    case Syntax::kMatch:
      return Match(node, depth);
    case Syntax::kBlock:
      return Block(node, depth);
    case Syntax::kFunction:
      Define(node, {}, depth);
      return true;
    case Syntax::kClass:
      DefineClass(node, false, depth);
      return true;
    case Syntax::kDecorated: {
      std::vector<std::string> decorators;
      for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
        if (tree_.nodes[child].kind != Syntax::kDecorator) continue;
        const ValueId value = Eval(FirstChild(tree_, child), depth + 1);
        decorators.push_back(PathOf(value));
      }
      const NodeId definition = Child(tree_, node, Field::kDefinition);
      if (tree_.nodes[definition].kind == Syntax::kClass) {
        DefineClass(definition, true, depth);
      } else {
        Define(definition, decorators, depth);
      }
      return true;
    }
    case Syntax::kReturn:
      Return(node, depth);
      return false;
    case Syntax::kRaise:
      EvalChildren(node, depth);
      AddStep(StepKind::kRaise, "", node, 0);
      return false;
    case Syntax::kBreak:
      AddStep(StepKind::kBreak, "", node, 0);
      return false;
    case Syntax::kContinue:
      AddStep(StepKind::kContinue, "", node, 0);
      return false;
    case Syntax::kDelete:
      Delete(node);
      return true;
    case Syntax::kImport:
      Import(node);
      return true;
    case Syntax::kImportFrom:
      ImportFrom(node);
      return true;
    case Syntax::kGlobal:
    case Syntax::kNonlocal:
    case Syntax::kFutureImport:
      return true;
    case Syntax::kPrint: {
      std::vector<ir::script::Argument> arguments;
      for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
        arguments.push_back({"", Eval(child, depth + 1), MarkOf(child)});
      }
      ir::script::Step& step = AddStep(StepKind::kCall, "print", node, 0);
      step.arguments = std::move(arguments);
      return true;
    }
    case Syntax::kError:
      // Its parts may be whole statements.
      for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
        if (tree_.nodes[child].kind != Syntax::kToken) Statement(child, depth + 1);
      }
      return true;
    case Syntax::kAssert:
      EvalChildren(node, depth);
      return true;
    default:
      Eval(node, depth + 1);
      return true;
  }
}

Arm Walk::ArmOf(NodeId block, std::uint32_t opened, int depth) {
  environment_.Begin();
  const bool reaches = block == 0 || Block(block, depth + 1);
  Close(opened, !reaches);
  return EndArm(reaches);
}

// A jump keeps what it has: the loop's end joins it.
Arm Walk::EndArm(bool reaches) {
  Arm arm = environment_.End(reaches);
  if (!reaches && !loops_.empty() && !script_.steps.empty()) {
    const StepKind last = script_.steps.back().kind;
    if (last == StepKind::kBreak || last == StepKind::kContinue) {
      loops_.back().leaving.push_back(arm);
      loops_.back().leaving.back().reaches_end = true;
    }
  }
  return arm;
}

bool Walk::If(NodeId node, int depth) {
  const auto group = static_cast<std::uint32_t>(script_.contexts.size());
  std::vector<Arm> arms;
  std::uint32_t number = 0;
  bool may_skip = true;
  // The chain of conditions, then the else.
  std::vector<NodeId> clauses = {node};
  for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
    if (tree_.nodes[child].field == Field::kAlternative) clauses.push_back(child);
  }
  for (const NodeId clause : clauses) {
    const bool is_else = tree_.nodes[clause].kind == Syntax::kElseClause;
    const NodeId condition = is_else ? 0 : Child(tree_, clause, Field::kCondition);
    const NodeId block = Child(tree_, clause, is_else ? Field::kBody : Field::kConsequence);
    const ValueId value = condition == 0 ? kUnknownValue : Eval(condition, depth + 1);
    const std::optional<bool> truth = is_else ? std::optional(true) : values_.Truth(value);
    if (truth == false) continue;
    if (truth == true && arms.empty()) {
      // The only arm there is: no branch.
      const bool reaches = Block(block, depth + 1);
      return reaches;
    }
    const std::uint32_t opened = Open(ContextKind::kBranch, block == 0 ? clause : block);
    ir::script::Context& branch = script_.contexts[opened];
    branch.index = number++;
    branch.group = group;
    branch.value = value;
    arms.push_back(ArmOf(block, opened, depth));
    if (truth == true) {
      may_skip = false;
      break;
    }
  }
  environment_.Join(arms, may_skip, values_, MarkOf(node));
  return may_skip ||
         std::any_of(arms.begin(), arms.end(), [](const Arm& arm) { return arm.reaches_end; });
}

// What a loop assigns may hold at its head what the round before left there.
void Walk::Havoc(NodeId node) {
  const BoundNames& names = scopes_.Of(node);
  std::vector<std::string_view> ordered(names.bound.begin(), names.bound.end());
  std::sort(ordered.begin(), ordered.end());
  for (const std::string_view name : ordered) {
    const Key key = KeyIn(ScopeFor(name), name);
    Binding binding = environment_.Get(key);
    if (binding.bound == Bound::kNo) continue;
    const ir::script::Value::Kind kind = values_[binding.value].kind;
    // A function or module stays what it is.
    if (kind == ir::script::Value::Kind::kFunction || kind == ir::script::Value::Kind::kClass ||
        kind == ir::script::Value::Kind::kName) {
      continue;
    }
    binding.value = values_.Join(binding.value, kUnknownValue, MarkOf(node));
    environment_.Set(key, binding);
  }
}

bool Walk::Loop(NodeId node, int depth) {
  const bool is_for = tree_.nodes[node].kind == Syntax::kForStatement;
  const NodeId body = Child(tree_, node, Field::kBody);
  ValueId iterated = kUnknownValue;
  if (is_for) iterated = Eval(Child(tree_, node, Field::kRight), depth + 1);
  Havoc(node);
  if (!is_for) iterated = Eval(Child(tree_, node, Field::kCondition), depth + 1);
  const std::optional<bool> truth = is_for ? std::nullopt : values_.Truth(iterated);
  const bool endless = truth == true;
  bool entered = endless;
  if (is_for) {
    const ir::script::Value& value = values_[iterated];
    if (value.kind == ir::script::Value::Kind::kList) entered = !value.items.empty();
    if (value.kind == ir::script::Value::Kind::kResult &&
        script_.steps[value.index].name == "range") {
      const auto& arguments = script_.steps[value.index].arguments;
      const auto last = arguments.size() == 1 ? values_.ConstantOf(arguments[0].value) : nullptr;
      const auto* count = last == nullptr ? nullptr : std::get_if<std::int64_t>(last);
      entered = count != nullptr && *count > 0;
    }
  }
  const std::uint32_t opened = Open(ContextKind::kLoop, node);
  {
    ir::script::Context& loop = script_.contexts[opened];
    loop.is_while = !is_for;
    loop.value = iterated;
  }
  loops_.push_back({{}, &scopes_.Of(node), opened});
  environment_.Begin();
  if (is_for) {
    const NodeId left = Child(tree_, node, Field::kLeft);
    const auto first = static_cast<std::uint32_t>(script_.steps.size());
    BindTarget(left, Iterated(iterated, node), node, depth + 1);
    for (std::size_t i = first; i < script_.steps.size(); ++i) {
      if (script_.steps[i].kind == StepKind::kBind) {
        script_.contexts[opened].targets.push_back(script_.steps[i].name);
      }
    }
  }
  const bool reaches = body == 0 || Block(body, depth + 1);
  std::vector<Arm> arms;
  // The end of the body is reached, or left by a jump at its own level.
  arms.push_back(environment_.End(true));
  for (Arm& arm : loops_.back().leaving) arms.push_back(std::move(arm));
  bool leaves_by_break = false;
  for (std::size_t i = script_.contexts[opened].first_step; i < script_.steps.size(); ++i) {
    leaves_by_break |= script_.steps[i].kind == StepKind::kBreak;
  }
  loops_.pop_back();
  Close(opened, !reaches);
  environment_.Join(arms, !entered, values_, MarkOf(node));
  if (const NodeId otherwise = Child(tree_, node, Field::kAlternative); otherwise != 0) {
    const std::uint32_t branch = Open(ContextKind::kBranch, otherwise);
    const Arm arm = ArmOf(Child(tree_, otherwise, Field::kBody), branch, depth);
    environment_.Join({arm}, true, values_, MarkOf(otherwise));
  }
  return !(endless && !leaves_by_break);
}

bool Walk::Try(NodeId node, int depth) {
  const auto group = static_cast<std::uint32_t>(script_.contexts.size());
  NodeId otherwise = 0;
  NodeId last = 0;
  std::vector<NodeId> handlers;
  for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
    const Syntax kind = tree_.nodes[child].kind;
    if (kind == Syntax::kExceptClause) handlers.push_back(child);
    if (kind == Syntax::kElseClause) otherwise = Child(tree_, child, Field::kBody);
    if (kind == Syntax::kFinallyClause) last = FirstChild(tree_, child);
  }
  const NodeId body = Child(tree_, node, Field::kBody);
  std::vector<Arm> arms;
  environment_.Begin();
  const std::uint32_t tried = Open(ContextKind::kTry, body == 0 ? node : body);
  script_.contexts[tried].group = group;
  bool reaches = body == 0 || Block(body, depth + 1);
  Close(tried, !reaches);
  environment_.Begin();
  if (reaches && otherwise != 0) {
    const std::uint32_t opened = Open(ContextKind::kElse, otherwise);
    script_.contexts[opened].group = group;
    reaches = Block(otherwise, depth + 1);
    Close(opened, !reaches);
  }
  environment_.Keep();
  arms.push_back(EndArm(reaches));
  for (const NodeId handler : handlers) {
    environment_.Begin();
    // Any part of the body may have been done.
    Arm partly = arms[0];
    partly.reaches_end = true;
    environment_.Join({partly}, true, values_, MarkOf(handler));
    const std::uint32_t opened = Open(ContextKind::kExcept, handler);
    script_.contexts[opened].group = group;
    NodeId block = 0;
    for (NodeId child = FirstChild(tree_, handler); child != 0; child = tree_.nodes[child].next) {
      const Syntax kind = tree_.nodes[child].kind;
      if (kind == Syntax::kBlock) {
        block = child;
      } else if (kind == Syntax::kAsPattern) {
        const NodeId type = FirstChild(tree_, child);
        const ValueId value = Eval(type, depth + 1);
        script_.contexts[opened].value = value;
        const NodeId alias = Child(tree_, child, Field::kAlias);
        if (alias != 0) BindTarget(alias, kUnknownValue, child, depth + 1);
      } else {
        const ValueId value = Eval(child, depth + 1);
        if (script_.contexts[opened].value == kUnknownValue) script_.contexts[opened].value = value;
      }
    }
    const bool ends = block == 0 || Block(block, depth + 1);
    Close(opened, !ends);
    arms.push_back(EndArm(ends));
  }
  environment_.Join(arms, false, values_, MarkOf(node));
  bool any = std::any_of(arms.begin(), arms.end(), [](const Arm& arm) { return arm.reaches_end; });
  if (last != 0) {
    const std::uint32_t opened = Open(ContextKind::kFinally, last);
    const bool ends = Block(last, depth + 1);
    any &= ends;
    Close(opened, !ends);
  }
  return any;
}

bool Walk::With(NodeId node, int depth) {
  std::vector<std::uint32_t> opened;
  const NodeId clause = FirstChild(tree_, node);
  for (NodeId item = clause == 0 ? 0 : FirstChild(tree_, clause); item != 0;
       item = tree_.nodes[item].next) {
    if (tree_.nodes[item].kind != Syntax::kWithItem) continue;
    NodeId value_node = Child(tree_, item, Field::kValue);
    if (value_node == 0) continue;
    NodeId target = 0;
    if (tree_.nodes[value_node].kind == Syntax::kAsPattern) {
      target = Child(tree_, value_node, Field::kAlias);
      value_node = FirstChild(tree_, value_node);
    }
    const ValueId value = Eval(value_node, depth + 1);
    opened.push_back(Open(ContextKind::kWith, item));
    script_.contexts[opened.back()].value = value;
    // Nearly every manager gives itself.
    if (target != 0) BindTarget(target, value, item, depth + 1);
  }
  const NodeId body = Child(tree_, node, Field::kBody);
  const bool reaches = body == 0 || Block(body, depth + 1);
  for (auto it = opened.rbegin(); it != opened.rend(); ++it) Close(*it, !reaches);
  return reaches;
}

bool Walk::Match(NodeId node, int depth) {
  const auto group = static_cast<std::uint32_t>(script_.contexts.size());
  for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
    if (tree_.nodes[child].field == Field::kSubject) Eval(child, depth + 1);
  }
  std::vector<Arm> arms;
  std::uint32_t number = 0;
  const NodeId body = Child(tree_, node, Field::kBody);
  // A pattern may bind any of its names.
  for (const std::string_view name : scopes_.Of(node).bound) damaged_.insert(name);
  for (NodeId clause = body == 0 ? 0 : FirstChild(tree_, body); clause != 0;
       clause = tree_.nodes[clause].next) {
    if (tree_.nodes[clause].kind != Syntax::kCaseClause) continue;
    const std::uint32_t opened = Open(ContextKind::kBranch, clause);
    script_.contexts[opened].index = number++;
    script_.contexts[opened].group = group;
    arms.push_back(ArmOf(Child(tree_, clause, Field::kConsequence), opened, depth));
  }
  environment_.Join(arms, true, values_, MarkOf(node));
  return true;
}

void Walk::Assign(NodeId node, int depth) {
  const NodeId right = Child(tree_, node, Field::kRight);
  if (right == 0) return;  // an annotation alone
  const NodeId left = Child(tree_, node, Field::kLeft);
  // a = b = value
  if (tree_.nodes[right].kind == Syntax::kAssignment) {
    Assign(right, depth + 1);
    NodeId innermost = right;
    for (int i = 0; i < kMaxDepth; ++i) {
      const NodeId next = Child(tree_, innermost, Field::kRight);
      if (next == 0 || tree_.nodes[next].kind != Syntax::kAssignment) break;
      innermost = next;
    }
    const NodeId first = Child(tree_, innermost, Field::kLeft);
    const bool simple = first != 0 && tree_.nodes[first].kind == Syntax::kIdentifier;
    BindTarget(left, simple ? Lookup(first) : kUnknownValue, node, depth + 1);
    return;
  }
  BindTarget(left, Eval(right, depth + 1), node, depth + 1);
}

void Walk::Augment(NodeId node, int depth) {
  const NodeId left = Child(tree_, node, Field::kLeft);
  const NodeId right = Child(tree_, node, Field::kRight);
  const NodeId op = Child(tree_, node, Field::kOperator);
  if (left == 0 || right == 0) return;
  const ValueId before = Eval(left, depth + 1);
  const ValueId value = Eval(right, depth + 1);
  std::string_view name = op == 0 ? "" : Text(tree_, op);
  if (!name.empty()) name.remove_suffix(1);  // "+=" is "+"
  // In a loop the value of one round is not that of the next.
  const ValueId result = InLoop()
                             ? values_.Derived(std::string(name), {before, value}, MarkOf(node))
                             : Binary(name, before, value, node);
  BindTarget(left, result, node, depth + 1, true);
}

void Walk::Delete(NodeId node) {
  for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
    NodeId target = child;
    const bool list = tree_.nodes[child].kind == Syntax::kExpressionList;
    if (list) target = FirstChild(tree_, child);
    for (; target != 0; target = list ? tree_.nodes[target].next : 0) {
      if (tree_.nodes[target].kind != Syntax::kIdentifier) continue;
      const std::string_view name = Text(tree_, target);
      AddStep(StepKind::kDelete, std::string(name), node, target);
      environment_.Set(KeyIn(ScopeFor(name), name), Binding());
    }
  }
}

void Walk::Return(NodeId node, int depth) {
  const NodeId value_node = FirstChild(tree_, node);
  ValueId value = kUnknownValue;
  if (value_node != 0) value = Eval(value_node, depth + 1);
  ir::script::Step& step = AddStep(StepKind::kReturn, "", node, 0);
  if (value_node == 0) return;
  step.arguments.push_back({"", value, MarkOf(value_node)});
  Frame& running = frame();
  running.returned =
      running.has_returned ? values_.Join(running.returned, value, MarkOf(node)) : value;
  running.has_returned = true;
}

}  // namespace onnxcheck::parsers::script
