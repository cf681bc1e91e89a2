// Errors that say what is wrong with the data of a run: its types, its labels, its absence, its
// values.
#ifndef ONNXCHECK_ANALYZER_FACTS_DATA_ERRORS_H_
#define ONNXCHECK_ANALYZER_FACTS_DATA_ERRORS_H_

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/run.h"

namespace onnxcheck::facts {

enum class DataFault { kNone, kType, kLabels, kMissing, kNonfinite };

struct DataError {
  DataFault fault = DataFault::kNone;
  std::string_view meaning;  // in a few words
  std::string_view help;
};

// What an exception that ended a run says of its data, by the words of PyTorch, Keras, TensorFlow
// and transformers. A file that is not there is data if its suffix says so. kNone for everything
// else, and for events that are no tracebacks.
DataError DataErrorOf(const ir::Event& event);

// Whether the event ended the run, as far as the log shows, by such an error: no metric follows.
bool EndedByData(const ir::Log& log, const ir::Event& event);

struct LoggedDataError {
  const ir::Event* event = nullptr;
  std::string text;  // "the array holds text: TypeError: ..."
  std::string_view help;
};

// The last error of the kind in each log: the same one comes from each process, and from each
// attempt.
std::vector<LoggedDataError> LastDataErrors(const ir::Run& run, DataFault fault);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_DATA_ERRORS_H_
