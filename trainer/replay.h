// The experiment itself: both arms, seed by seed, and the verdict.
#ifndef ONNXCHECK_TRAINER_REPLAY_H_
#define ONNXCHECK_TRAINER_REPLAY_H_

#include <functional>

#include "trainer/arm.h"
#include "trainer/plan.h"

namespace onnxcheck::trainer {

// Never throws: what a replay cannot do makes it inconclusive, with the reason
// as text.
Verdict Replay(const Plan& plan, Clock::time_point deadline,
               const std::function<void(const Progress&)>& report);

}  // namespace onnxcheck::trainer

#endif  // ONNXCHECK_TRAINER_REPLAY_H_
