// From trained arms to a verdict. docs/trainer.md says why the thresholds are
// what they are.
#ifndef ONNXCHECK_TRAINER_JUDGE_H_
#define ONNXCHECK_TRAINER_JUDGE_H_

#include <optional>
#include <vector>

#include "analyzer/ir/experiment.h"
#include "trainer/arm.h"
#include "trainer/plan.h"

namespace onnxcheck::trainer {

// Progress is 0 for what a constant output reaches and 1 for a solved task.
inline constexpr double kLearnsNothing = 0.1;  // at most this: has not learned
inline constexpr double kLearns = 0.5;         // at least this: has learned
inline constexpr double kNearlyAll = 0.9;      // of the changed run's progress: has caught up
inline constexpr double kSlowFactor = 2;       // times the steps: slower
inline constexpr double kEvenFactor = 1.5;     // times the steps: as fast
inline constexpr double kFarBehind = 0.75;     // of the changed run's progress: far behind
inline constexpr double kDivergence = 2;       // times its first value: the loss diverges
inline constexpr double kHighFloor = 0.3;      // of its first value: a loss that rests there
inline constexpr double kRest = 0.05;          // least fall over the second half of the steps
inline constexpr double kClearlyLess = 0.5;    // of the baseline's rest of the loss

// The arms of one seed.
struct Trial {
  Arm baseline;
  Arm changed;
  // The baseline with its rate scaled up to the length of the run itself, for
  // replays of a rate that is said to be too small.
  std::optional<Arm> extended;
};

// Whether the changed setup did in every trial what the symptom says the
// baseline cannot. Otherwise nothing can be confirmed.
bool ChangedWorks(ir::Symptom symptom, const std::vector<Arm>& changed);

// Confirmed: the symptom in every trial as configured, in none with the
// change. Refuted: absent in every trial as configured. Else inconclusive.
Verdict Judge(const ir::Experiment& experiment, const std::vector<Trial>& trials);

}  // namespace onnxcheck::trainer

#endif  // ONNXCHECK_TRAINER_JUDGE_H_
