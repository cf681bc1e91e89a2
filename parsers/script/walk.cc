#include "parsers/script/walk.h"

#include <algorithm>
#include <utility>

namespace onnxcheck::parsers::script {

using ir::script::kNone;
using ir::script::kUnknownValue;

namespace {

// Objects and scopes share the upper half of a key.
constexpr std::uint32_t kObject = 0x80000000;

}  // namespace

Walk::Walk(const Tree& tree, const Marks& marks, ir::Script* script)
    : tree_(tree), marks_(marks), script_(*script), values_(script), scopes_(tree) {
  visits_left_ = kMinVisits + kMaxVisitsPerNode * tree.nodes.size();
  NodeId next = 0;
  for (const NodeId error : tree.errors) {
    // An error may hold the rest of the file: its nodes are numbered in a row.
    const std::uint32_t end = tree.nodes[error].end;
    NodeId id = std::max(error, next);
    for (; id < tree.nodes.size() && tree.nodes[id].begin < end; ++id) {
      if (tree.nodes[id].kind == Syntax::kIdentifier) damaged_.insert(Text(tree, id));
    }
    next = id;
  }
}

void Walk::Run() {
  ir::script::Context& module = script_.contexts.emplace_back();
  module.kind = ContextKind::kModule;
  open_contexts_.push_back(0);
  scope_table_.push_back({0, false, &scopes_.Of(1)});
  frames_.emplace_back();
  Block(1, 0);
  RunUncalled();
  script_.contexts[0].last_step = static_cast<std::uint32_t>(script_.steps.size());
  ResolveUnbound();
}

void Walk::RunUncalled() {
  // Running one may define others.
  for (std::uint32_t id = 0; id < class_infos_.size(); ++id) {
    if (class_infos_[id].instance != kUnknownValue) continue;
    class_infos_[id].instance = AnyInstance(id);
  }
  for (const bool constructors : {true, false}) {
    for (std::uint32_t id = 0; id < function_infos_.size(); ++id) {
      const FunctionInfo info = function_infos_[id];
      const std::string& name = script_.functions[id].name;
      const bool constructor = name.size() > 9 && name.substr(name.size() - 9) == ".__init__";
      if (info.called || info.value == kUnknownValue || (constructors && !constructor)) continue;
      ValueId self = kUnknownValue;
      const std::uint32_t own_class = closures_[info.value].own_class;
      if (own_class != kNone) {
        ValueId& instance = class_infos_[own_class].instance;
        if (instance == kUnknownValue) instance = AnyInstance(own_class);
        self = instance;
      }
      Follow(info.value, self, {}, kNone, 1);
    }
  }
}

// An object of a class that the script never makes one of.
ir::script::ValueId Walk::AnyInstance(std::uint32_t own_class) {
  ir::script::Value self;
  self.kind = ir::script::Value::Kind::kDerived;
  self.text = "self";
  self.index = own_class;
  self.mark = script_.classes[own_class].mark;
  const ValueId id = values_.Add(std::move(self));
  classes_of_[id] = own_class;
  return id;
}

void Walk::ResolveUnbound() {
  for (ir::script::Unbound& use : script_.unbound) {
    if (use.attribute) continue;
    const auto later = bound_in_module_.find(use.name);
    if (later != bound_in_module_.end() && later->second >= use.step) use.later = later->second;
    const auto elsewhere = bound_in_function_.find(use.name);
    if (elsewhere != bound_in_function_.end()) use.elsewhere = elsewhere->second;
  }
}

bool Walk::Spend(int depth) {
  if (visits_left_ == 0 || depth > kMaxDepth || script_.steps.size() >= kMaxSteps) {
    script_.partial = true;
    return false;
  }
  --visits_left_;
  return true;
}

ir::script::Mark Walk::MarkOf(NodeId id) const {
  const Node& node = tree_.nodes[id];
  return marks_.At(node.begin, node.end, node.line, node.column);
}

Key Walk::KeyIn(std::uint32_t scope, std::string_view name) {
  const auto [found, is_new] =
      atoms_.try_emplace(std::string(name), static_cast<std::uint32_t>(atoms_.size()));
  return (Key{scope} << 32) | found->second;
}

Key Walk::KeyOn(ValueId object, std::string_view name) { return KeyIn(object | kObject, name); }

std::uint32_t Walk::NewScope(bool is_class, const BoundNames* names) {
  scope_table_.push_back({frame().scope, is_class, names});
  return static_cast<std::uint32_t>(scope_table_.size() - 1);
}

std::uint32_t Walk::Open(ContextKind kind, NodeId node) {
  ir::script::Context& opened = script_.contexts.emplace_back();
  opened.kind = kind;
  opened.parent = context();
  opened.first_step = static_cast<std::uint32_t>(script_.steps.size());
  opened.mark = MarkOf(node);
  open_contexts_.push_back(static_cast<std::uint32_t>(script_.contexts.size() - 1));
  return context();
}

void Walk::Close(std::uint32_t id, bool leaves) {
  ir::script::Context& closed = script_.contexts[id];
  closed.last_step = static_cast<std::uint32_t>(script_.steps.size());
  closed.leaves = leaves;
  open_contexts_.pop_back();
}

bool Walk::InLoop() const {
  return !loops_.empty() && loops_.back().context > frames_.back().context;
}

ir::script::Step& Walk::AddStep(StepKind kind, std::string name, NodeId node, NodeId name_node) {
  ir::script::Step& step = script_.steps.emplace_back();
  step.kind = kind;
  step.name = std::move(name);
  step.context = context();
  step.mark = MarkOf(node);
  step.name_mark = name_node == 0 ? step.mark : MarkOf(name_node);
  return step;
}

bool Walk::Block(NodeId block, int depth) {
  if (!Spend(depth)) return true;
  for (NodeId child = FirstChild(tree_, block); child != 0; child = tree_.nodes[child].next) {
    if (!Statement(child, depth + 1)) return false;
  }
  return true;
}

}  // namespace onnxcheck::parsers::script
