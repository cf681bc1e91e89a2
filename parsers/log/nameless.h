// What the columns of a table without a header measure, where their numbers alone prove it.
#ifndef ONNXCHECK_PARSERS_LOG_NAMELESS_H_
#define ONNXCHECK_PARSERS_LOG_NAMELESS_H_

#include <vector>

#include "analyzer/ir/log.h"
#include "parsers/log/roles.h"

namespace onnxcheck::parsers::log {

// Of two series without a role and of the same length, one that is e to the power of the other, row
// by row, is its perplexity, and the other a cross-entropy: they get these roles, on the data of
// `split`. Programs stop the exponent at 100 lest it overflow.
void NamePerplexity(Split split, std::vector<ir::Series>* series);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_NAMELESS_H_
