// What a run is for, by its configuration.
#ifndef ONNXCHECK_ANALYZER_FACTS_PURPOSE_H_
#define ONNXCHECK_ANALYZER_FACTS_PURPOSE_H_

#include "analyzer/ir/config.h"

namespace onnxcheck::facts {

// True if the configuration says that the run tests a finished model: eval_only, mode: test and
// their like.
bool OnlyEvaluates(const ir::Config& config);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_PURPOSE_H_
