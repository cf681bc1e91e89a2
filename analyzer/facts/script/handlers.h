// The log files that a script opens through handlers.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_HANDLERS_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_HANDLERS_H_

#include <vector>

#include "analyzer/ir/config.h"
#include "analyzer/ir/script.h"

namespace onnxcheck::facts {

// logging.basicConfig with a file, the file handlers of Python's logging and Keras's CSVLogger, in
// the order in which they are made: those whose path is written down, in code that is called.
// Levels are left out (rules ask LevelOf where they matter), and so is a mode that is not stated.
// The format is the one set with setFormatter; of basicConfig the documented default
// (logging.BASIC_FORMAT) where none is given.
// CSVLogger's own default, append=False, is stated for a script that resumes: elsewhere each fit
// has a file of its own anyhow.
std::vector<ir::LogHandler> HandlersOf(const ir::Script& script);

// Whether the script goes on with a training that an earlier start of it began: Keras's fit with
// another initial_epoch than 0, or an optimizer that is given the state it had.
bool ResumesTraining(const ir::Script& script);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_HANDLERS_H_
