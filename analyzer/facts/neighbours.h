// Steps from a value to what stands next to it: what made it, what reads it, and what lies between
// and changes nothing.
#ifndef ONNXCHECK_ANALYZER_FACTS_NEIGHBOURS_H_
#define ONNXCHECK_ANALYZER_FACTS_NEIGHBOURS_H_

#include <cstdint>
#include <optional>

#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

enum class Mode { kInference, kTraining, kUnknown };

// How a Dropout or BatchNormalization runs: by training_mode (Dropout-12, BatchNormalization-14),
// before these by is_test (up to opset 6) and by BatchNormalization's further outputs (up to 13).
// Dropout with a ratio of 0 does nothing: kInference. kUnknown: an input decides, or the file
// leaves is_test out. kInference for any other operator.
Mode ModeOf(const ir::Graph& graph, const ir::Node& node, std::optional<std::int64_t> opset);

// What a value may have passed without a change to its numbers.
enum class Passing {
  kSamePlace,  // Identity, casts between float types, Dropout
  kMoved,      // and Reshape, Flatten, Squeeze, Unsqueeze, Transpose
};

// True for a node that gives its first input on, by its first output, as it is.
bool PassesOn(const ir::Node& node, Passing passing);

// Up from the value through nodes that pass it on, 32 at most; the value itself if none does.
ir::ValueId Origin(const ir::Graph& graph, ir::ValueId value, Passing passing);

// The only node that reads the value; kNone if there are more, or none.
ir::NodeId OnlyReader(const ir::Graph& graph, ir::ValueId value);

// Axis that a Softmax or LogSoftmax names, counted from the front where the rank of its operand is
// known. Up to opset 12 all axes from there on are normalised together.
std::optional<std::int64_t> SoftmaxAxis(const ir::Graph& graph, const ir::Node& softmax,
                                        std::optional<std::int64_t> opset);

// First opset in which Softmax normalises one axis alone (onnx Changelog, Softmax-13).
inline constexpr std::int64_t kSingleAxisSoftmax = 13;

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_NEIGHBOURS_H_
