// Logs without a metric: what they hold instead.
#ifndef ONNXCHECK_ANALYZER_FACTS_SILENCE_H_
#define ONNXCHECK_ANALYZER_FACTS_SILENCE_H_

#include "analyzer/ir/log.h"

namespace onnxcheck::facts {

// No metric, and most of the records are progress bars.
bool OnlyProgressBars(const ir::Log& log);

// The message that something could not be loaded or read, when the log goes on after it without a
// metric and without a reason to have stopped; null if there is none.
const ir::Event* SwallowedError(const ir::Log& log);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SILENCE_H_
