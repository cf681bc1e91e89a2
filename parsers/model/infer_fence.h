// Nodes that the inference functions of ONNX 1.23 do not survive, found by fuzzing: they loop
// without end, allocate what an attribute says, or write beyond an array. Such a node's outputs
// stay unknown.
#ifndef ONNXCHECK_PARSERS_MODEL_INFER_FENCE_H_
#define ONNXCHECK_PARSERS_MODEL_INFER_FENCE_H_

#include "parsers/model/infer_context.h"
#include "parsers/model/proto.h"

namespace onnxcheck::parsers {

// An operator of ONNX's own domain.
bool IsOnnx(const pb::NodeProto& node);

// Before type and shape inference. Takes the spaces out of an Einsum's equation, which mean
// nothing.
bool BreaksInference(pb::NodeProto* node);

// Before a shape is computed from the elements of shapes: a Slice counts its index in an int, which
// a large step wraps around.
bool BreaksPropagation(const pb::NodeProto& node, PropagationContext* context);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_INFER_FENCE_H_
