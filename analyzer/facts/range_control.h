// Ranges across the operators that hold subgraphs: If, Loop, Scan, SequenceMap.
#ifndef ONNXCHECK_ANALYZER_FACTS_RANGE_CONTROL_H_
#define ONNXCHECK_ANALYZER_FACTS_RANGE_CONTROL_H_

#include <functional>
#include <optional>
#include <vector>

#include "analyzer/facts/ranges.h"

namespace onnxcheck::facts {

// Analyses the graph for inputs in these ranges (missing ones are unknown), and
// gives the ranges of its outputs; nothing when the effort allowed is spent.
using RunSubgraph = std::function<std::optional<std::vector<Range>>(const ir::Graph& graph,
                                                                    const std::vector<Range>&)>;

Range UnknownRange();
Range ConstantRange(const Interval& interval);
Range JoinRanges(const Range& a, const Range& b);

bool HoldsSubgraph(const ir::Node& node);

// The ranges of the node's outputs; unknown where nothing can be said. Loops
// are run until what they carry no longer grows, with widening, so that every
// subgraph was last analysed for all that can reach it.
std::vector<Range> ControlFlow(const ir::Node& node, const std::vector<Range>& inputs,
                               const RunSubgraph& run);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_RANGE_CONTROL_H_
