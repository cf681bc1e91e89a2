// Which names a function or loop binds, told from its text alone.
#ifndef ONNXCHECK_PARSERS_SCRIPT_SCOPES_H_
#define ONNXCHECK_PARSERS_SCRIPT_SCOPES_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "parsers/script/syntax.h"

namespace onnxcheck::parsers::script {

struct BoundNames {
  absl::flat_hash_set<std::string_view> bound;  // by assignment, import, def, for, with, except
  absl::flat_hash_set<std::string_view> outer;  // declared global or nonlocal
  bool yields = false;
  bool returns_value = false;
};

// Names bound below `node`, without what nested functions, classes and comprehensions bind for
// themselves. Linear in its size, and remembered: asking again costs nothing.
class Scopes {
 public:
  explicit Scopes(const Tree& tree) : tree_(tree) {}
  const BoundNames& Of(NodeId node);

 private:
  void Collect(NodeId node, int depth, BoundNames& names) const;
  void Target(NodeId node, int depth, BoundNames& names) const;
  void Identifiers(NodeId node, int depth, BoundNames& names) const;
  void Import(NodeId node, BoundNames& names) const;

  const Tree& tree_;
  absl::flat_hash_map<NodeId, std::unique_ptr<BoundNames>> known_;
};

// Attributes of `self` that any method of the class stores: `self.x = ...`, `for self.x in`, ...
absl::flat_hash_set<std::string_view> StoredAttributes(const Tree& tree, NodeId class_body);

// Deepest nesting of statements and expressions that is followed.
inline constexpr int kMaxDepth = 150;

}  // namespace onnxcheck::parsers::script

#endif  // ONNXCHECK_PARSERS_SCRIPT_SCOPES_H_
