// Where an axis of an operand is in an operator's results.
#ifndef ONNXCHECK_ANALYZER_FACTS_AXIS_STEP_H_
#define ONNXCHECK_ANALYZER_FACTS_AXIS_STEP_H_

#include <cstddef>
#include <cstdint>

#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

// Of one axis of one operand.
struct AxisStep {
  enum class Kind {
    kLost,   // the operator is not known, or merges the axis with others
    kKept,   // each index of the axis goes its own way to `axis` of the result
    kMixed,  // indices of the axis are combined, or treated differently
  };
  Kind kind = Kind::kLost;
  std::int32_t axis = -1;    // kKept: in the result
  bool is_batch = false;     // the operator's definition calls this axis the batch
  bool is_rows = false;      // stored weights are applied to every index alike
  bool writes_size = false;  // the axis's size is written down as a number (Reshape)
};

// For input `input` of the node, its axis `axis` (0 or more), and its result `output`. Softmax
// keeps its axis here: who asks looks at Softmax itself.
AxisStep FollowAxis(const ir::Graph& graph, const ir::Node& node, std::size_t input,
                    std::int32_t axis, std::size_t output);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_AXIS_STEP_H_
