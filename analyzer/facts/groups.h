// Nodes that hang together: disjoint sets of indices.
#ifndef ONNXCHECK_ANALYZER_FACTS_GROUPS_H_
#define ONNXCHECK_ANALYZER_FACTS_GROUPS_H_

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace onnxcheck::facts {

// Starts with every index from 0 to size - 1 on its own.
class Groups {
 public:
  explicit Groups(std::size_t size) : parent_(size) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }

  // The largest index of the group.
  std::size_t Of(std::size_t index) {
    while (parent_[index] != index) index = parent_[index] = parent_[parent_[index]];
    return index;
  }

  void Join(std::size_t a, std::size_t b) {
    a = Of(a);
    b = Of(b);
    parent_[std::min(a, b)] = std::max(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_GROUPS_H_
