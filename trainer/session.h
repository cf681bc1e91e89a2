// One replay from a plan on a stream to a verdict on another.
#ifndef ONNXCHECK_TRAINER_SESSION_H_
#define ONNXCHECK_TRAINER_SESSION_H_

#include <iosfwd>

namespace onnxcheck::trainer {

// Reads one plan line, sets the limits of this process, replays, and writes
// replies line by line. Always ends with a verdict. Returns the exit status: 0,
// or 2 when there was no plan to read.
int RunSession(std::istream& in, std::ostream& out);

}  // namespace onnxcheck::trainer

#endif  // ONNXCHECK_TRAINER_SESSION_H_
