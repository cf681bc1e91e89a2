// What stopped a run by force: its user, or a scheduler.
#ifndef ONNXCHECK_ANALYZER_FACTS_INTERRUPTION_H_
#define ONNXCHECK_ANALYZER_FACTS_INTERRUPTION_H_

#include <cstdint>

#include "analyzer/ir/log.h"

namespace onnxcheck::facts {

enum class Stop : std::uint8_t { kByHand, kTimeLimit, kPreemption, kCancelled };

// By the words of the scheduler or the interpreter; the event is one that Interruption() gives.
Stop StopOf(const ir::Event& event);

// The first event that stopped the log's last run: a cancellation, a time limit or Ctrl-C, behind
// which nothing is measured. Null if there is none, or if the run had said that it was done, or had
// failed by itself: launchers stop the processes that are left.
const ir::Event* Interruption(const ir::Log& log);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_INTERRUPTION_H_
