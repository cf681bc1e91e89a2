#include <algorithm>
#include <utility>

#include "parsers/script/text.h"
#include "parsers/script/walk.h"

namespace onnxcheck::parsers::script {

using ir::script::kUnknownValue;
using ir::script::ValueId;
using Kind = ir::script::Value::Kind;

void Walk::EvalChildren(NodeId node, int depth, std::vector<ValueId>* into) {
  for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
    if (tree_.nodes[child].kind == Syntax::kToken) continue;
    const ValueId value = Eval(child, depth + 1);
    if (into != nullptr && into->size() < kMaxItems) into->push_back(value);
  }
}

ValueId Walk::Eval(NodeId node, int depth) {
  if (node == 0 || !Spend(depth)) return kUnknownValue;
  switch (tree_.nodes[node].kind) {
    case Syntax::kIdentifier:
      return Lookup(node);
    case Syntax::kAttribute: {
      const ValueId object = Eval(Child(tree_, node, Field::kObject), depth + 1);
      const NodeId name = Child(tree_, node, Field::kAttribute);
      return name == 0 ? kUnknownValue : Attribute(object, Text(tree_, name), name, depth);
    }
    case Syntax::kCall:
      return Call(node, depth);
    case Syntax::kSubscript:
      return EvalSubscript(node, depth);
    case Syntax::kTrue:
      return values_.Constant(true, MarkOf(node));
    case Syntax::kFalse:
      return values_.Constant(false, MarkOf(node));
    case Syntax::kNoneLiteral:
      return values_.Constant({}, MarkOf(node));
    case Syntax::kInteger:
    case Syntax::kFloat:
      if (auto number = NumberLiteral(Text(tree_, node))) {
        return values_.Constant(*std::move(number), MarkOf(node));
      }
      return kUnknownValue;
    case Syntax::kString:
    case Syntax::kConcatenatedString:
      return EvalString(node, depth);
    case Syntax::kList:
    case Syntax::kTuple:
    case Syntax::kSet:
    case Syntax::kExpressionList:
      return EvalSequence(node, depth);
    case Syntax::kDictionary:
      return EvalDict(node, depth);
    case Syntax::kParenthesized:
      return Eval(FirstChild(tree_, node), depth + 1);
    case Syntax::kBinaryOperator:
    case Syntax::kBooleanOperator:
      return EvalBinary(node, depth);
    case Syntax::kComparison:
      return EvalComparison(node, depth);
    case Syntax::kNotOperator: {
      const ValueId value = Eval(Child(tree_, node, Field::kArgument), depth + 1);
      if (const auto truth = values_.Truth(value)) return values_.Constant(!*truth, MarkOf(node));
      return values_.Derived("not", {value}, MarkOf(node));
    }
    case Syntax::kUnaryOperator: {
      const ValueId value = Eval(Child(tree_, node, Field::kArgument), depth + 1);
      const NodeId op = Child(tree_, node, Field::kOperator);
      const std::string_view name = op == 0 ? "" : Text(tree_, op);
      if (const ir::Scalar* constant = values_.ConstantOf(value)) {
        if (auto folded = FoldUnary(name, *constant)) {
          return values_.Constant(*std::move(folded), MarkOf(node), values_[value].overridable);
        }
      }
      return values_.Derived(std::string(name), {value}, MarkOf(node));
    }
    case Syntax::kConditional: {
      std::vector<ValueId> parts;
      ++guarded_;
      EvalChildren(node, depth, &parts);
      --guarded_;
      if (parts.size() != 3) return kUnknownValue;
      if (const auto truth = values_.Truth(parts[1])) return *truth ? parts[0] : parts[2];
      return values_.Join(parts[0], parts[2], MarkOf(node));
    }
    case Syntax::kListComprehension:
    case Syntax::kSetComprehension:
    case Syntax::kDictComprehension:
    case Syntax::kGeneratorExpression:
      return EvalComprehension(node, depth);
    case Syntax::kLambda:
      return EvalLambda(node);
    case Syntax::kNamedExpression: {
      const ValueId value = Eval(Child(tree_, node, Field::kValue), depth + 1);
      const NodeId name = Child(tree_, node, Field::kName);
      if (name != 0) BindTarget(name, value, node, depth + 1);
      return value;
    }
    case Syntax::kAwait:
      return Eval(FirstChild(tree_, node), depth + 1);
    case Syntax::kYield: {
      std::vector<ValueId> parts;
      EvalChildren(node, depth, &parts);
      ir::script::Step& step = AddStep(StepKind::kYield, "", node, 0);
      if (!parts.empty()) step.arguments.push_back({"", parts[0], step.mark});
      return kUnknownValue;
    }
    default:
      EvalChildren(node, depth);
      return kUnknownValue;
  }
}

ValueId Walk::EvalSequence(NodeId node, int depth) {
  ir::script::Value list;
  list.kind = Kind::kList;
  list.mark = MarkOf(node);
  for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
    // The rest of a table of numbers is no different.
    if (list.items.size() >= kMaxItems) {
      list.open = true;
      break;
    }
    if (tree_.nodes[child].kind == Syntax::kListSplat) {
      const ValueId value = Eval(FirstChild(tree_, child), depth + 1);
      const ir::script::Value& inner = values_[value];
      if (inner.kind == Kind::kList && list.items.size() + inner.items.size() <= kMaxItems) {
        list.items.insert(list.items.end(), inner.items.begin(), inner.items.end());
        list.open |= inner.open;
      } else {
        list.open = true;
      }
      continue;
    }
    const ValueId value = Eval(child, depth + 1);
    list.items.push_back(value);
  }
  return values_.Add(std::move(list));
}

ValueId Walk::EvalDict(NodeId node, int depth) {
  ir::script::Value dict;
  dict.kind = Kind::kDict;
  dict.mark = MarkOf(node);
  for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
    if (tree_.nodes[child].kind == Syntax::kPair) {
      const ValueId key = Eval(Child(tree_, child, Field::kKey), depth + 1);
      const ValueId value = Eval(Child(tree_, child, Field::kValue), depth + 1);
      if (dict.items.size() < kMaxItems) {
        dict.keys.push_back(key);
        dict.items.push_back(value);
        continue;
      }
    } else {
      Eval(FirstChild(tree_, child), depth + 1);
    }
    dict.open = true;
  }
  return values_.Add(std::move(dict));
}

ValueId Walk::Binary(std::string_view op, ValueId a, ValueId b, NodeId node) {
  const ir::Scalar* left = values_.ConstantOf(a);
  const ir::Scalar* right = values_.ConstantOf(b);
  if (left != nullptr && right != nullptr) {
    if (auto folded = FoldBinary(op, *left, *right)) {
      return values_.Constant(*std::move(folded), MarkOf(node),
                              values_[a].overridable || values_[b].overridable);
    }
  }
  // [a] + [b], [a] * 3
  if (values_[a].kind == Kind::kList && (op == "+" || op == "*")) {
    ir::script::Value list = values_[a];
    list.mark = MarkOf(node);
    if (op == "+" && values_[b].kind == Kind::kList) {
      list.items.insert(list.items.end(), values_[b].items.begin(), values_[b].items.end());
      list.open |= values_[b].open;
    } else {
      list.open = true;
    }
    if (list.items.size() > kMaxItems) {
      list.items.resize(kMaxItems);
      list.open = true;
    }
    return values_.Add(std::move(list));
  }
  return values_.Derived(std::string(op), {a, b}, MarkOf(node));
}

ValueId Walk::EvalBinary(NodeId node, int depth) {
  const bool boolean = tree_.nodes[node].kind == Syntax::kBooleanOperator;
  const NodeId op = Child(tree_, node, Field::kOperator);
  const std::string_view name = op == 0 ? "" : Text(tree_, op);
  const ValueId a = Eval(Child(tree_, node, Field::kLeft), depth + 1);
  guarded_ += boolean ? 1 : 0;
  const ValueId b = Eval(Child(tree_, node, Field::kRight), depth + 1);
  guarded_ -= boolean ? 1 : 0;
  if (!boolean) return Binary(name, a, b, node);
  if (const auto truth = values_.Truth(a)) return *truth == (name == "and") ? b : a;
  // `x or default` is one of the two; a condition is not asked for its parts' identity.
  if (name == "or") return values_.Join(a, b, MarkOf(node));
  return values_.Derived(std::string(name), {a, b}, MarkOf(node));
}

ValueId Walk::EvalComparison(NodeId node, int depth) {
  std::vector<ValueId> parts;
  std::string op;
  for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
    if (tree_.nodes[child].kind == Syntax::kToken) {
      op += op.empty() ? "" : " ";
      op += Text(tree_, child);
    } else {
      parts.push_back(Eval(child, depth + 1));
    }
  }
  if (parts.size() == 2) return Binary(op, parts[0], parts[1], node);
  return values_.Derived(std::move(op), std::move(parts), MarkOf(node));
}

ValueId Walk::EvalString(NodeId node, int depth) {
  std::string text;
  std::vector<ValueId> parts;
  bool constant = true;
  bool overridable = false;
  const auto add_value = [&](ValueId value) {
    parts.push_back(value);
    const ir::Scalar* known = values_.ConstantOf(value);
    const auto shown = known == nullptr ? std::nullopt : FoldText(*known);
    constant &= shown.has_value();
    overridable |= values_[value].overridable;
    if (shown && text.size() < kMaxText) text += *shown;
  };
  if (tree_.nodes[node].kind == Syntax::kConcatenatedString) {
    for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
      add_value(Eval(child, depth + 1));
    }
  } else {
    StringLiteral literal = DecodeString(Text(tree_, node));
    if (!literal.formatted) return values_.Constant(std::move(literal.text), MarkOf(node));
    for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
      const Node& part = tree_.nodes[child];
      if (part.kind != Syntax::kInterpolation) {
        // string_start, string_content, string_end: the middle is text.
        if (child != FirstChild(tree_, node) && part.next != 0) {
          const std::string_view words = tree_.text.substr(part.begin, part.end - part.begin);
          text += words;
          parts.push_back(values_.Constant(std::string(words), MarkOf(child)));
        }
      } else {
        std::vector<ValueId> inner;
        EvalChildren(child, depth, &inner);
        add_value(inner.empty() ? kUnknownValue : inner[0]);
        // A format specification or conversion changes how it looks.
        constant &= inner.size() == 1;
      }
    }
  }
  if (constant) return values_.Constant(std::move(text), MarkOf(node), overridable);
  return values_.Derived("f", std::move(parts), MarkOf(node));
}

ValueId Walk::ItemOf(ValueId container, ValueId index, NodeId node) {
  const ir::script::Value& value = values_[container];
  if (value.kind == Kind::kUnion) {
    ValueId joined = kUnknownValue;
    bool first = true;
    for (const ValueId one : values_.Alternatives(container)) {
      const ValueId item =
          values_[one].kind == Kind::kUnion ? kUnknownValue : ItemOf(one, index, node);
      joined = first ? item : values_.Join(joined, item, MarkOf(node));
      first = false;
    }
    return joined;
  }
  const ir::Scalar* key = values_.ConstantOf(index);
  if (key != nullptr) {
    const bool changed = environment_.Get(KeyOn(container, "[*]")).bound != Bound::kNo;
    if (const auto shown = FoldText(*key); shown && !changed) {
      const Binding stored = environment_.Get(KeyOn(container, Cat("[", *shown, "]")));
      if (stored.bound != Bound::kNo) return stored.value;
    }
    const auto* whole = std::get_if<std::int64_t>(key);
    if (value.kind == Kind::kList && whole != nullptr && !changed && !value.open) {
      const auto size = static_cast<std::int64_t>(value.items.size());
      const std::int64_t at = *whole < 0 ? *whole + size : *whole;
      if (at >= 0 && at < size) return value.items[static_cast<std::size_t>(at)];
    }
    if (value.kind == Kind::kDict && !changed) {
      for (std::size_t i = value.keys.size(); i-- > 0;) {
        const ir::Scalar* one = values_.ConstantOf(value.keys[i]);
        if (one != nullptr && *one == *key) return value.items[i];
      }
    }
  }
  return values_.Derived("[]", {container, index}, MarkOf(node));
}

ValueId Walk::EvalSubscript(NodeId node, int depth) {
  const ValueId container = Eval(Child(tree_, node, Field::kValue), depth + 1);
  std::vector<ValueId> indices;
  bool slice = false;
  for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
    if (tree_.nodes[child].field != Field::kSubscript) continue;
    slice |= tree_.nodes[child].kind == Syntax::kSlice;
    indices.push_back(Eval(child, depth + 1));
  }
  // A type: List[int].
  if (values_[container].kind == Kind::kName) {
    return values_.Derived("[]", {container}, MarkOf(node));
  }
  if (indices.size() == 1 && !slice) return ItemOf(container, indices[0], node);
  return values_.Derived("[]", {container}, MarkOf(node));
}

// What a round of a loop over the value gets.
ValueId Walk::Iterated(ValueId id, NodeId node) {
  const ir::script::Mark mark = MarkOf(node);
  const ir::script::Value& value = values_[id];
  if (value.kind == Kind::kList && !value.items.empty() && value.items.size() <= kMaxAlternatives) {
    const std::vector<ValueId> items = value.items;
    ValueId joined = value.open ? kUnknownValue : items[0];
    for (const ValueId item : items) joined = values_.Join(joined, item, mark);
    return joined;
  }
  if (value.kind == Kind::kResult) {
    const ir::script::Step& step = script_.steps[value.index];
    std::vector<ValueId> positional;
    for (const ir::script::Argument& argument : step.arguments) {
      if (argument.keyword.empty()) positional.push_back(argument.value);
    }
    const bool pairs = step.name == "enumerate" || step.name == "zip";
    const std::string_view name = step.name;
    const bool same = name == "iter" || name == "list" || name == "reversed" || name == "sorted" ||
                      name == "tuple" || name.substr(0, 5) == "tqdm." || name == "tqdm";
    if (!positional.empty() && pairs) {
      ir::script::Value list;
      list.kind = Kind::kList;
      list.mark = mark;
      if (step.name == "enumerate") {
        list.items = {values_.Derived("for", {id}, mark), Iterated(positional[0], node)};
      } else {
        for (const ValueId one : positional)
          list.items.push_back(values_.Derived("for", {one}, mark));
      }
      return values_.Add(std::move(list));
    }
    if (!positional.empty() && same && positional[0] < id) return Iterated(positional[0], node);
  }
  return values_.Derived("for", {id}, mark);
}

ValueId Walk::EvalComprehension(NodeId node, int depth) {
  const Frame outer = frame();
  const NodeId body = Child(tree_, node, Field::kBody);
  frame().scope = NewScope(false, nullptr);
  std::vector<std::uint32_t> opened;
  for (NodeId clause = FirstChild(tree_, node); clause != 0; clause = tree_.nodes[clause].next) {
    if (tree_.nodes[clause].kind == Syntax::kForInClause) {
      const ValueId iterated = Eval(Child(tree_, clause, Field::kRight), depth + 1);
      opened.push_back(Open(ContextKind::kLoop, clause));
      script_.contexts[opened.back()].value = iterated;
      script_.contexts[opened.back()].is_comprehension = true;
      BindPattern(Child(tree_, clause, Field::kLeft), Iterated(iterated, clause), clause,
                  depth + 1);
    } else if (tree_.nodes[clause].kind == Syntax::kIfClause) {
      EvalChildren(clause, depth);
    }
  }
  ir::script::Value list;
  list.kind = Kind::kList;
  list.open = true;
  list.mark = MarkOf(node);
  ++guarded_;
  if (tree_.nodes[node].kind == Syntax::kDictComprehension) {
    EvalChildren(body, depth);
    list.kind = Kind::kDict;
  } else {
    list.items.push_back(Eval(body, depth + 1));
  }
  --guarded_;
  for (auto it = opened.rbegin(); it != opened.rend(); ++it) Close(*it, false);
  frame().scope = outer.scope;
  return values_.Add(std::move(list));
}

ValueId Walk::EvalLambda(NodeId node) {
  ir::script::Value function;
  function.kind = Kind::kFunction;
  function.text = "lambda";
  function.mark = MarkOf(node);
  const ValueId id = values_.Add(std::move(function));
  Closure& closure = closures_[id];
  closure.node = node;
  closure.scope = frame().scope;
  return id;
}

}  // namespace onnxcheck::parsers::script
