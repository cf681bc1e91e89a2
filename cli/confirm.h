// Replays findings with the trainer, a process of its own, and writes its
// verdicts into them.
#ifndef ONNXCHECK_CLI_CONFIRM_H_
#define ONNXCHECK_CLI_CONFIRM_H_

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>

#include "analyzer/engine/finding.h"

namespace onnxcheck::cli {

struct ConfirmOptions {
  // The executable; empty: $ONNXCHECK_TRAINER, else onnxcheck-trainer beside
  // this program.
  std::string trainer;
  std::string data;   // --data: npz with the user's own examples; empty: a synthetic task
  unsigned jobs = 1;  // replays at a time; the verdicts do not depend on it
  int seeds = 3;
  std::int64_t steps = 300;
  double seconds = 60;                      // wall clock of one replay
  std::uint64_t memory_bytes = 2ULL << 30;  // of one replay
  std::ostream* notes = nullptr;            // stderr: what to install when there is no trainer
};

// Settles every finding that has an experiment. One of a replayable rule that
// has none is inconclusive; findings of other rules are left as they are. A
// replay that fails, is killed, answers garbage or runs out of time is
// inconclusive with its reason as text; equal experiments are replayed once.
// False when there is no trainer to run (said on `notes`).
bool Confirm(std::span<Finding* const> findings, const ConfirmOptions& options);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_CONFIRM_H_
