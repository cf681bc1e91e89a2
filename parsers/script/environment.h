// What names and attributes hold at a point of the walk, with branches that are joined.
#ifndef ONNXCHECK_PARSERS_SCRIPT_ENVIRONMENT_H_
#define ONNXCHECK_PARSERS_SCRIPT_ENVIRONMENT_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "parsers/script/values.h"

namespace onnxcheck::parsers::script {

// A name in a scope, or an attribute of an object: the owner above, the name's number below.
using Key = std::uint64_t;

enum class Bound : std::uint8_t { kNo, kMaybe, kYes };

struct Binding {
  ir::script::ValueId value = ir::script::kUnknownValue;
  Bound bound = Bound::kNo;
};

// The bindings that one way through the code leaves different from those before it.
struct Arm {
  absl::flat_hash_map<Key, Binding> changes;
  bool reaches_end = true;  // else it left by return, raise, break, ...
};

// Assignments are journaled, so that an arm costs what it assigns and not what there is.
class Environment {
 public:
  Binding Get(Key key) const;
  void Set(Key key, Binding binding);

  void Begin() { journal_.emplace_back(); }
  // Takes back what was assigned since Begin, and returns it.
  Arm End(bool reaches_end);
  // Leaves what was assigned since Begin in force.
  void Keep();
  // What holds when one of the arms was taken; those that do not reach their end do not count. With
  // `may_skip` none may have been.
  void Join(const std::vector<Arm>& arms, bool may_skip, Values& values,
            const ir::script::Mark& mark);

 private:
  absl::flat_hash_map<Key, Binding> now_;
  std::vector<absl::flat_hash_map<Key, Binding>> journal_;  // before the first change
};

}  // namespace onnxcheck::parsers::script

#endif  // ONNXCHECK_PARSERS_SCRIPT_ENVIRONMENT_H_
