// What reaches what in a graph: live nodes, values that vary, and what stands still.
#ifndef ONNXCHECK_ANALYZER_FACTS_FLOW_H_
#define ONNXCHECK_ANALYZER_FACTS_FLOW_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

// One graph: the main graph of a model or a subgraph of it. The vectors are as
// long as the graph's nodes and values; indices are ids.
//
// A node that holds subgraphs (If, Loop, Scan) is taken as a whole: its inputs
// and everything its bodies take from around them reach all its outputs, and
// all outputs of a body are live while the node is. Shape and Size count as
// passing on what they are given: who feeds a graph has to give that input.
struct GraphFlow {
  const ir::Model* model = nullptr;
  const ir::Graph* graph = nullptr;
  const ir::Graph* outer = nullptr;  // the graph around this one; null for the main graph
  ir::NodeId holder = ir::kNone;     // the node there whose attribute this graph is
  bool live = true;                  // the holder is
  bool outputs_defined = false;      // there are outputs; of the main graph, each has an origin
  std::vector<bool> live_nodes;      // an output of the main graph depends on the node
  std::vector<bool> live_values;     //
  std::vector<bool> varying_values;  // depends on an input, on chance or on what is not known

  bool Live(ir::NodeId node) const { return live_nodes[static_cast<std::size_t>(node)]; }
  bool LiveValue(ir::ValueId value) const { return live_values[static_cast<std::size_t>(value)]; }
  bool Varies(ir::ValueId value) const { return varying_values[static_cast<std::size_t>(value)]; }
};

// The main graph first, every graph before its subgraphs. Empty for a model
// whose file is cut off or damaged: what it lost would look unused. What
// training_info's algorithms use of the main graph is live. Operators of other
// domains are never taken for constants. Linear in nodes, values and edges.
std::vector<GraphFlow> Flows(const ir::Model& model);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_FLOW_H_
