// Which bounds of a range are met, and which values have both signs.
#ifndef ONNXCHECK_ANALYZER_FACTS_ATTAINED_H_
#define ONNXCHECK_ANALYZER_FACTS_ATTAINED_H_

#include "analyzer/facts/relations.h"

namespace onnxcheck::facts {

// Sets generic, low and high (see Range) of the node's outputs, whose intervals
// are known. A heuristic that leans to silence: what it does not know stays open.
void FindAttained(const RangeScope& scope, ir::NodeId node);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_ATTAINED_H_
