// Shapes, types and small constants, inferred with ONNX's own functions.
//
// onnx::shape_inference::InferShapes gives up on the first surprise, names no
// place, copies whole scopes for every subgraph and expands functions without
// end. Here each node is inferred for itself: a failure costs its own outputs
// only, a contradiction is reported at its node, and work stays linear.
#ifndef ONNXCHECK_PARSERS_MODEL_INFER_H_
#define ONNXCHECK_PARSERS_MODEL_INFER_H_

#include <cstdint>

#include "analyzer/ir/model.h"
#include "parsers/model/check.h"
#include "parsers/model/proto.h"
#include "parsers/model/strip.h"

namespace onnxcheck::parsers {

// No framework has tensors of more dimensions (NumPy stops at 64).
inline constexpr int kMaxRank = 64;
// Elements of a shape that is followed through Shape, Gather, Concat, ...
inline constexpr int kMaxPropagated = 1024;
// Bytes of a symbolic dimension's name; longer ones become unknown.
inline constexpr std::size_t kMaxSymbol = 256;
// Calls and subgraphs inside each other; deeper ones are not entered.
inline constexpr int kMaxInferenceDepth = 128;
// Nodes that a call of a model-local function may expand to, and all calls together.
inline constexpr std::uint64_t kMaxExpansion = 50'000;
inline constexpr std::uint64_t kMaxTotalExpansion = 500'000;

struct InferOptions {
  bool report = true;  // kShapeConflict problems
  // Follow integers further than ONNX's data propagation does. For counting with all sizes closed;
  // checks say no more about a shape than runtimes that infer with ONNX's own functions see.
  bool evaluate = false;
};

// Fills Value.type and Value.constant and, if asked to report, appends kShapeConflict
// problems. `bad` nodes are left alone. Changes `proto`: declared types are
// refined in place.
void InferModel(pb::ModelProto* proto, const Stripped& stripped, ModelIndex* index,
                const NodeSet& bad, const InferOptions& options, ir::Model* model);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_INFER_H_
