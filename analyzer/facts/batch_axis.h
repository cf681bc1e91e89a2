// Which axis of each value is the batch: where independent examples stand side by side.
#ifndef ONNXCHECK_ANALYZER_FACTS_BATCH_AXIS_H_
#define ONNXCHECK_ANALYZER_FACTS_BATCH_AXIS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

// What speaks for and against the first axis of an input, or of inputs that are combined along it,
// being the batch.
struct BatchEvidence {
  bool by_operator = false;  // an operator takes it for the batch by definition (Conv, LSTM, ...)
  bool by_name = false;      // it is declared under a name with "batch" in it
  bool only_open = false;    // of its input's axes it alone has no fixed size
  bool by_layer = false;     // weights are applied to each of its rows alike
  bool mixed = false;        // its rows are summed, picked, sorted or told apart by constants
  bool lost = false;         // where one of its values goes could not be followed
  std::vector<ir::NodeId> fixed_by;  // Reshapes that write its size down as a number
};

struct BatchAxis {
  std::int32_t evidence = -1;  // index into BatchAxes::evidence; -1: the value is not followed
  std::int32_t axis = -1;      // counted from the front
};

struct BatchAxes {
  const ir::Model* model = nullptr;
  std::vector<BatchEvidence> evidence;
  std::vector<BatchAxis> values;  // by value of the main graph

  // Null where the value is not followed.
  const BatchEvidence* Of(ir::ValueId value) const;
};

// Follows axis 0 of every input of rank 2 and above through the main graph, as far as the operators
// are known; what cannot be followed is given up, not guessed. Linear in nodes.
BatchAxes FollowBatch(const ir::Model& model);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_BATCH_AXIS_H_
