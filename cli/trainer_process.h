// One run of onnxcheck-trainer: a plan in, the last verdict out.
#ifndef ONNXCHECK_CLI_TRAINER_PROCESS_H_
#define ONNXCHECK_CLI_TRAINER_PROCESS_H_

#include <string>

#include "trainer/plan.h"

namespace onnxcheck::cli {

// Never throws and always returns: when the process cannot be started, dies,
// is killed, writes something else than replies or overruns its time, the
// verdict is inconclusive and its text says which. Safe on several threads.
trainer::Verdict RunTrainer(const std::string& executable, const trainer::Plan& plan);

// The program to run: `named`, else $ONNXCHECK_TRAINER, else onnxcheck-trainer
// in the folder of this executable. Empty: there is none.
std::string FindTrainer(const std::string& named);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_TRAINER_PROCESS_H_
