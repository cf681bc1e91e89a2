// Nodes that compute what another one has computed before.
#ifndef ONNXCHECK_ANALYZER_FACTS_DUPLICATES_H_
#define ONNXCHECK_ANALYZER_FACTS_DUPLICATES_H_

#include <vector>

#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

// By node: the first node of the graph with the same operator, the same attributes and operands of
// the same value, or kNone. Operands are the same where they are one value, equal small constants,
// or results of nodes that are duplicates themselves (value numbering). Never said of operators of
// other domains, random ones, Dropout that may be on, and nodes with subgraphs. Linear in nodes.
std::vector<ir::NodeId> DuplicateNodes(const ir::Graph& graph);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_DUPLICATES_H_
