// Loads and checks runs in parallel.
#ifndef ONNXCHECK_CLI_CHECK_RUNS_H_
#define ONNXCHECK_CLI_CHECK_RUNS_H_

#include <span>
#include <string>
#include <vector>

#include "cli/discover.h"
#include "cli/report/report.h"

namespace onnxcheck::cli {

struct CheckedRuns {
  std::vector<RunReport> runs;      // in the order of the inputs, whatever `jobs` is
  std::vector<std::string> errors;  // internal errors: a run that could not be checked
};

// Each run is loaded, checked and let go before the thread takes the next, so
// that memory holds `jobs` runs at most. Walked folders that turn out to hold
// nothing of a run are left out.
CheckedRuns CheckRuns(std::span<const RunInputs> runs, std::span<const Rule* const> rules,
                      const Settings& settings, unsigned jobs);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_CHECK_RUNS_H_
