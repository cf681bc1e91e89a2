// Calls of a model's own functions replaced by what they call, so that an analysis sees one graph.
//
// onnx::inliner is not used: it knows no bounds and no overloads, keeps no record of where a node
// came from, and refuses or converts what has another opset. Here a call that cannot be replaced
// stays a call, and inference looks into it (infer_call.cc).
#ifndef ONNXCHECK_PARSERS_MODEL_INLINE_H_
#define ONNXCHECK_PARSERS_MODEL_INLINE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "analyzer/ir/model.h"
#include "onnx/shape_inference/attribute_binder.h"
#include "parsers/model/proto.h"

namespace onnxcheck::parsers {

// Nodes and bytes (names, attributes, paths) that calls may be replaced by. An export with a
// function for every layer of a large network has some 10^4 nodes.
inline constexpr std::uint64_t kMaxInlinedNodes = 200'000;
// A graph takes the memory of about so many nodes.
inline constexpr std::uint64_t kNodesPerGraph = 8;
inline constexpr std::uint64_t kMaxInlinedBytes = std::uint64_t{64} << 20;
// As ONNX's checker limits calls of functions by functions.
inline constexpr int kMaxCallDepth = 100;

// Where the nodes of a changed graph come from, as in ir::Graph; bodies are relative to the path of
// the graph, which itself is the empty bodies[0].
struct InlinedNodes {
  std::vector<ir::Origin> origins;
  std::vector<std::string> bodies;
};
using InlinedGraphs = absl::flat_hash_map<const pb::GraphProto*, InlinedNodes>;

// Changes the main graph, the graphs of training_info and their subgraphs; functions stay as they
// are. Calls in `bad` are left alone; copies of bad nodes are added to it. Opsets that only
// functions import are added to those of the model. Returns the graphs that were changed.
InlinedGraphs InlineCalls(pb::ModelProto* proto, NodeSet* bad);

// What the attributes of a function's formal parameters stand for in a call of it.
pb::internal::AttributeMap ActualAttributes(
    const pb::FunctionProto& callee,
    absl::FunctionRef<const pb::AttributeProto*(const std::string&)> given);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_INLINE_H_
