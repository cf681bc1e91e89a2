// The walk over a script: one class, its parts in a file each.
//
//   walk.cc         blocks, contexts, steps, limits
//   statements.cc   what statements do
//   expressions.cc  what expressions give
//   names.cc        imports, names, attributes, targets
//   calls.cc        calls of own functions and classes, and of anything else
//   definitions.cc  functions and classes, their parameters
//   library.cc      what a few functions of libraries give
#ifndef ONNXCHECK_PARSERS_SCRIPT_WALK_H_
#define ONNXCHECK_PARSERS_SCRIPT_WALK_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/ir/script.h"
#include "parsers/script/environment.h"
#include "parsers/script/scopes.h"
#include "parsers/script/syntax.h"
#include "parsers/script/values.h"

namespace onnxcheck::parsers::script {

// Nodes visited for each node of the script, and at least: a function called from many places is
// followed each time, but the walk stays linear.
inline constexpr std::uint64_t kMaxVisitsPerNode = 16;
inline constexpr std::uint64_t kMinVisits = 20'000;
// Facts compare steps with steps.
inline constexpr std::size_t kMaxSteps = 20'000;
inline constexpr int kMaxCalls = 24;  // of own functions, one in another

// Where in the file an offset of the text is.
class Marks {
 public:
  virtual ~Marks() = default;
  virtual ir::script::Mark At(std::uint32_t begin, std::uint32_t end, std::uint32_t line,
                              std::uint32_t column) const = 0;
};

class Walk {
 public:
  Walk(const Tree& tree, const Marks& marks, ir::Script* script);
  // The module, then every function that was not called.
  void Run();

 private:
  using ValueId = ir::script::ValueId;
  using ContextKind = ir::script::Context::Kind;
  using StepKind = ir::script::Step::Kind;

  // A place where names live: the module (scopes_[0]), a run of a function, a class body, a
  // comprehension.
  struct Scope {
    std::uint32_t outer = 0;
    bool is_class = false;
    const BoundNames* names = nullptr;  // null: everything assigned is its own
  };
  // A run of a function, or the module.
  struct Frame {
    std::uint32_t scope = 0;
    ValueId self = ir::script::kUnknownValue;
    ValueId returned = ir::script::kUnknownValue;
    bool has_returned = false;
    std::uint32_t own_class = ir::script::kNone;
    std::uint32_t context = 0;
  };
  // What a value of kind kFunction closes over.
  struct Closure {
    NodeId node = 0;
    std::uint32_t function = ir::script::kNone;  // kNone: a lambda
    std::uint32_t scope = 0;                     // of its definition
    absl::flat_hash_map<std::string_view, ValueId> defaults;
    std::uint32_t own_class = ir::script::kNone;
  };
  struct ClassInfo {
    NodeId node = 0;
    std::uint32_t scope = 0;
    std::vector<ValueId> bases;
    absl::flat_hash_set<std::string_view> stored;
    ValueId instance = ir::script::kUnknownValue;  // the first one
    bool closed = false;  // all bases are own classes or object: what is not stored is not there
  };
  struct FunctionInfo {
    NodeId node = 0;
    ValueId value = ir::script::kUnknownValue;  // of its last definition
    int runs = 0;
    bool running = false;
    bool called = false;
  };
  struct LoopState {
    std::vector<Arm> leaving;  // by break or continue
    const BoundNames* names = nullptr;
    std::uint32_t context = 0;
  };

  // walk.cc
  bool Spend(int depth);
  ir::script::Mark MarkOf(NodeId node) const;
  std::uint32_t Open(ContextKind kind, NodeId node);
  void Close(std::uint32_t context, bool leaves);
  ir::script::Step& AddStep(StepKind kind, std::string name, NodeId node, NodeId name_node);
  bool Block(NodeId block, int depth);  // false: its end is not reached
  void RunUncalled();
  void ResolveUnbound();
  ValueId AnyInstance(std::uint32_t own_class);
  Key KeyIn(std::uint32_t scope, std::string_view name);
  Key KeyOn(ValueId object, std::string_view name);
  std::uint32_t NewScope(bool is_class, const BoundNames* names);
  Frame& frame() { return frames_.back(); }
  std::uint32_t frame_scope() const { return frames_.back().scope; }
  std::uint32_t context() const { return open_contexts_.back(); }
  bool InLoop() const;  // of the running function

  // statements.cc
  bool Statement(NodeId node, int depth);
  bool If(NodeId node, int depth);
  bool Loop(NodeId node, int depth);
  void Havoc(NodeId node);
  bool Try(NodeId node, int depth);
  bool With(NodeId node, int depth);
  bool Match(NodeId node, int depth);
  void Assign(NodeId node, int depth);
  void Augment(NodeId node, int depth);
  void Delete(NodeId node);
  void Return(NodeId node, int depth);
  bool LastStepExits() const;
  Arm ArmOf(NodeId block, std::uint32_t context, int depth);
  Arm EndArm(bool reaches);

  // expressions.cc
  ValueId Eval(NodeId node, int depth);
  ValueId EvalSequence(NodeId node, int depth);
  ValueId EvalDict(NodeId node, int depth);
  ValueId EvalBinary(NodeId node, int depth);
  ValueId EvalComparison(NodeId node, int depth);
  ValueId EvalComprehension(NodeId node, int depth);
  ValueId EvalString(NodeId node, int depth);
  ValueId EvalSubscript(NodeId node, int depth);
  ValueId EvalLambda(NodeId node);
  ValueId Binary(std::string_view op, ValueId a, ValueId b, NodeId node);
  ValueId ItemOf(ValueId container, ValueId index, NodeId node);
  ValueId Iterated(ValueId value, NodeId node);
  void EvalChildren(NodeId node, int depth, std::vector<ValueId>* into = nullptr);

  // names.cc
  void Import(NodeId node);
  void ImportFrom(NodeId node);
  ValueId Lookup(NodeId node);
  ValueId UnboundName(NodeId node, std::string_view name, bool attribute);
  std::uint32_t ScopeFor(std::string_view name) const;
  bool MayBeBoundLater(std::string_view name) const;
  void BindName(std::string_view name, ValueId value, NodeId node, bool updates = false);
  void BindTarget(NodeId target, ValueId value, NodeId statement, int depth, bool updates = false);
  void BindPattern(NodeId target, ValueId value, NodeId statement, int depth);
  ValueId Attribute(ValueId object, std::string_view name, NodeId node, int depth);
  ValueId AttributeOfOne(ValueId object, std::string_view name, NodeId node, int depth);
  Binding ClassAttribute(std::uint32_t own_class, std::string_view name, bool bases_only = false);
  std::uint32_t ClassOf(ValueId object) const;

  // calls.cc
  ValueId Call(NodeId node, int depth);
  std::vector<ir::script::Argument> Arguments(NodeId list, int depth);
  ValueId Invoke(ValueId callee, std::vector<ir::script::Argument> arguments, NodeId node,
                 NodeId name_node, int depth);
  ValueId Chosen(ValueId callee) const;
  void FindMethod(ValueId receiver, std::string_view name, ValueId* function, ValueId* self);
  ValueId Follow(ValueId function, ValueId self, const std::vector<ir::script::Argument>& arguments,
                 std::uint32_t step, int depth);
  void BindParameters(const Closure& closure, ValueId self,
                      const std::vector<ir::script::Argument>& arguments, bool called);
  bool TakesSelf(const Closure& closure) const;
  ValueId Instantiate(std::uint32_t own_class, std::uint32_t step, int depth);
  // library.cc
  std::optional<ValueId> Known(std::uint32_t step, NodeId node);
  std::optional<ValueId> KnownMethod(std::uint32_t step, NodeId node);
  void AddOption(const ir::script::Step& step, NodeId node);
  std::optional<ValueId> Option(ValueId object, std::string_view name);

  // definitions.cc
  void Define(NodeId node, const std::vector<std::string>& decorators, int depth);
  void DefineClass(NodeId node, bool decorated, int depth);
  std::string PathOf(ValueId value) const;

  const Tree& tree_;
  const Marks& marks_;
  ir::Script& script_;
  Values values_;
  Environment environment_;
  Scopes scopes_;
  std::vector<Scope> scope_table_;
  std::deque<Frame> frames_;
  std::vector<std::uint32_t> open_contexts_;
  std::vector<LoopState> loops_;
  absl::flat_hash_map<std::string, std::uint32_t> atoms_;
  absl::flat_hash_map<ValueId, Closure> closures_;
  absl::flat_hash_map<ValueId, std::uint32_t> classes_of_;  // of instances
  absl::flat_hash_map<Key, ValueId> attributes_;            // made for what is not known
  absl::flat_hash_map<ValueId, ValueId> options_of_;        // of a namespace, the argument parser
  std::vector<ClassInfo> class_infos_;                      // parallel to script_.classes
  std::vector<FunctionInfo> function_infos_;                // parallel to script_.functions
  std::vector<std::string> stars_;                          // modules imported with *
  absl::flat_hash_map<NodeId, std::uint32_t> function_ids_;
  absl::flat_hash_map<NodeId, std::uint32_t> class_ids_;
  absl::flat_hash_set<std::string_view> damaged_;  // names inside what could not be parsed
  absl::flat_hash_set<Key> unbound_told_;
  absl::flat_hash_map<std::string_view, std::uint32_t> bound_in_module_;  // last kBind step
  absl::flat_hash_map<std::string_view, std::uint32_t> bound_in_function_;
  std::uint64_t visits_left_ = 0;
  int calls_ = 0;
  int guarded_ = 0;       // inside what `and`, `or` or `if else` may pass over
  bool dynamic_ = false;  // exec, globals() and the like: any name may be bound
};

}  // namespace onnxcheck::parsers::script

#endif  // ONNXCHECK_PARSERS_SCRIPT_WALK_H_
