// Records that a script logs for every batch.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_STEP_RECORDS_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_STEP_RECORDS_H_

#include <cstdint>
#include <vector>

#include "analyzer/facts/script/trace.h"

namespace onnxcheck::facts {

struct StepRecord {
  std::uint32_t step = kNone;     // the call that logs
  std::uint32_t handler = kNone;  // the call that made the file's handler, or basicConfig
};

// Metrics that are logged through Python's logging in a loop over batches, or in a method that is
// called for each, under no condition, and that the levels in force let through to a file that is
// not rotated.
std::vector<StepRecord> StepRecordsOf(const ir::Script& script);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_STEP_RECORDS_H_
