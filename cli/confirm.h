// Replays findings with the trainer, a process of its own, and writes its
// verdicts into them.
#ifndef ONNXCHECK_CLI_CONFIRM_H_
#define ONNXCHECK_CLI_CONFIRM_H_

#include <iosfwd>
#include <string>
#include <vector>

#include "analyzer/engine/finding.h"

namespace onnxcheck::cli {

struct ConfirmOptions {
  std::string trainer;  // the executable; empty: onnxcheck-trainer beside this program
  std::string data;     // --data: npz with the user's own examples; empty: a synthetic task
  std::ostream* notes = nullptr;  // stderr: progress, and what to install when there is no trainer
};

// Settles every finding that has an experiment; the others are left as they
// are. A replay that fails, is killed or runs out of time is inconclusive with
// its reason as text. False when there is no trainer to run (said on `notes`).
bool Confirm(std::vector<Finding>& findings, const ConfirmOptions& options);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_CONFIRM_H_
