#include "parsers/script/scopes.h"

namespace onnxcheck::parsers::script {

void Scopes::Target(NodeId node, int depth, BoundNames& names) const {
  if (depth > kMaxDepth) return;
  switch (tree_.nodes[node].kind) {
    case Syntax::kIdentifier:
      names.bound.insert(Text(tree_, node));
      return;
    case Syntax::kPatternList:
    case Syntax::kTuplePattern:
    case Syntax::kListPattern:
    case Syntax::kListSplatPattern:
    case Syntax::kListSplat:
    case Syntax::kTuple:
    case Syntax::kList:
    case Syntax::kExpressionList:
    case Syntax::kParenthesized:
    case Syntax::kAsPatternTarget:
      for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
        Target(child, depth + 1, names);
      }
      return;
    default:  // attributes and items bind no name
      return;
  }
}

void Scopes::Identifiers(NodeId node, int depth, BoundNames& names) const {
  if (depth > kMaxDepth) return;
  if (tree_.nodes[node].kind == Syntax::kIdentifier) names.bound.insert(Text(tree_, node));
  for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
    Identifiers(child, depth + 1, names);
  }
}

void Scopes::Import(NodeId node, BoundNames& names) const {
  for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
    const Node& part = tree_.nodes[child];
    if (part.field != Field::kName) continue;
    if (part.kind == Syntax::kAliasedImport) {
      names.bound.insert(Text(tree_, Child(tree_, child, Field::kAlias)));
    } else {
      const std::string_view text = Text(tree_, child);
      names.bound.insert(text.substr(0, text.find('.')));
    }
  }
}

void Scopes::Collect(NodeId node, int depth, BoundNames& names) const {
  if (depth > 2 * kMaxDepth) return;
  const Node& at = tree_.nodes[node];
  switch (at.kind) {
    case Syntax::kFunction:
    case Syntax::kClass:
      names.bound.insert(Text(tree_, Child(tree_, node, Field::kName)));
      return;
    case Syntax::kLambda:
      return;
    case Syntax::kImport:
    case Syntax::kImportFrom:
      Import(node, names);
      return;
    case Syntax::kGlobal:
    case Syntax::kNonlocal:
      for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
        names.outer.insert(Text(tree_, child));
      }
      return;
    case Syntax::kAssignment:
    case Syntax::kAugmentedAssignment:
    case Syntax::kForStatement:
      Target(Child(tree_, node, Field::kLeft), 0, names);
      break;
    case Syntax::kNamedExpression:
      Target(Child(tree_, node, Field::kName), 0, names);
      break;
    case Syntax::kAsPatternTarget:
      Target(node, 0, names);
      return;
    case Syntax::kDelete:
      for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
        Target(child, 0, names);
      }
      return;
    case Syntax::kCaseClause:
      // A pattern may bind any name in it.
      for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
        if (tree_.nodes[child].kind == Syntax::kOther) Identifiers(child, 0, names);
      }
      break;
    case Syntax::kYield:
      names.yields = true;
      break;
    case Syntax::kReturn:
      names.returns_value |= FirstChild(tree_, node) != 0;
      break;
    default:
      break;
  }
  for (NodeId child = at.first_child; child != 0; child = tree_.nodes[child].next) {
    Collect(child, depth + 1, names);
  }
}

const BoundNames& Scopes::Of(NodeId node) {
  std::unique_ptr<BoundNames>& names = known_[node];
  if (!names) {
    names = std::make_unique<BoundNames>();
    for (NodeId child = FirstChild(tree_, node); child != 0; child = tree_.nodes[child].next) {
      Collect(child, 0, *names);
    }
    for (const std::string_view name : names->outer) names->bound.erase(name);
  }
  return *names;
}

absl::flat_hash_set<std::string_view> StoredAttributes(const Tree& tree, NodeId class_body) {
  absl::flat_hash_set<std::string_view> stored;
  // The nodes of a body are numbered in a row, up to the first that begins behind it.
  const std::uint32_t end = tree.nodes[class_body].end;
  for (NodeId id = class_body; id < tree.nodes.size() && tree.nodes[id].begin < end; ++id) {
    const Node& node = tree.nodes[id];
    if (node.kind != Syntax::kAttribute) continue;
    if (Text(tree, Child(tree, id, Field::kObject)) != "self") continue;
    // Where it is read it is harmless to count it only if it is also a target: targets are `left`
    // of an assignment, or parts of a pattern, or anything unusual (with, for, del).
    if (node.field == Field::kLeft || node.field == Field::kNoField) {
      stored.insert(Text(tree, Child(tree, id, Field::kAttribute)));
    }
  }
  return stored;
}

}  // namespace onnxcheck::parsers::script
