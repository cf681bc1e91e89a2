// What a script itself shows to be wrong with the data that it trains on.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_DATA_FAULTS_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_DATA_FAULTS_H_

#include <string>
#include <vector>

#include "analyzer/facts/data_errors.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/ir/run.h"

namespace onnxcheck::facts {

struct ScriptDataFault {
  DataFault fault = DataFault::kNone;
  ir::Location location;
  std::string message;  // one sentence, lower case, no full stop
  std::string label;
  std::string help;
  ir::Location made;  // where the data is made; empty path: nowhere
  std::string made_message;
};

// Labels that are missing: Keras's fit of an array without labels, for a loss that compares with
// them; a loader of one tensor that a loop unpacks into inputs and targets. Types that raise: float
// class indices for PyTorch's cross-entropy, integers for its binary cross-entropy, float64 or
// integer inputs of a layer, text for a Keras model without a layer for it.
std::vector<ScriptDataFault> DataFaultsOf(const ir::Script& script);

// A fault of the run's data, where its script shows it, or else where its log does.
struct RunDataFault {
  ScriptDataFault shown;
  std::vector<ir::Location> ended;  // where logs say that the run ended of it, behind a script's
  std::string exception;            // of a log; may be empty, as may be
  std::string frame;
};
std::vector<RunDataFault> DataFaultsOf(const ir::Run& run, DataFault fault);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_DATA_FAULTS_H_
