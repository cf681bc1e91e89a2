// What ranges alone cannot see: how one operand depends on another.
#ifndef ONNXCHECK_ANALYZER_FACTS_RELATIONS_H_
#define ONNXCHECK_ANALYZER_FACTS_RELATIONS_H_

#include <cstdint>
#include <optional>
#include <span>

#include "absl/container/flat_hash_map.h"
#include "analyzer/facts/ranges.h"

namespace onnxcheck::facts {

// Statements about the elements of a value along one axis, for every slice:
// x - max(x) has a 0 in each, softmax(x) sums to 1.
struct Profile {
  std::int64_t axis = 0;      // not negative
  double peak = -kInfinity;   // the largest element is at least this
  std::optional<double> sum;  // of the elements, up to rounding
};
using Profiles = absl::flat_hash_map<ir::ValueId, Profile>;

// One graph under analysis; ranges by value.
struct RangeScope {
  const ir::Graph& graph;
  std::span<Range> ranges;
  Profiles& profiles;
  std::int64_t opset = 0;  // of ONNX's own operators
};

// The value itself, behind what keeps each element in its place and, up to
// rounding, its number: Identity, Dropout outside of training, casts between
// floating types.
ir::ValueId Unwrap(const ir::Graph& graph, ir::ValueId value);

// Unwrap, and moves as well: Reshape, Unsqueeze, Expand and their like.
ir::ValueId UnwrapMoves(const ir::Graph& graph, ir::ValueId value);

// Both are computed in the same way from the same values (a few nodes deep).
bool SameNumbers(const ir::Graph& graph, ir::ValueId a, ir::ValueId b);

// Some node that is no layer with weights leads from one to the other, or from
// a common value to both, within a few dozen nodes: then signs of a sum or a
// product do not follow from those of its operands (x - relu(x)).
bool Entangled(const ir::Graph& graph, ir::ValueId a, ir::ValueId b);

// Narrows the ranges of the node's outputs, which its transfer function has
// set: differences such as x - max(x), shares such as x / sum(x), sums of
// exp(x - max(x)), and Where under a condition on what it chooses.
void NarrowByRelations(const RangeScope& scope, ir::NodeId node);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_RELATIONS_H_
