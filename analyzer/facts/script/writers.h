// The TensorBoard writers that a script makes, and what becomes of them.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_WRITERS_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_WRITERS_H_

#include <cstdint>
#include <vector>

#include "analyzer/facts/script/trace.h"

namespace onnxcheck::facts {

struct ScriptWriter {
  std::uint32_t step = kNone;  // the call of SummaryWriter
  bool written = false;        // add_scalar and its kin
  bool closed = false;         // close, flush, with
  bool leaves = false;         // given to what is not followed, returned, stored
};

// One a line, the first kMostCandidates of them; none where something that is not known is closed,
// or the script was not read whole.
std::vector<ScriptWriter> WritersOf(const ir::Script& script);

// Whether nothing is ever written to the writer and Keras alone trains, which does not know of it.
bool IsForeignToKeras(const ir::Script& script, const ScriptWriter& writer);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_WRITERS_H_
