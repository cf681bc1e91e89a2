// One arm of a replay: a setup trained from one seed, and what it reached.
#ifndef ONNXCHECK_TRAINER_ARM_H_
#define ONNXCHECK_TRAINER_ARM_H_

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "analyzer/ir/experiment.h"
#include "trainer/program.h"
#include "trainer/task.h"

namespace onnxcheck::trainer {

// State of an arm after `step` optimizer steps.
struct Measure {
  std::int64_t step = 0;
  double loss = 0;      // the setup's own loss on fixed examples; NaN or Inf: broken
  double progress = 0;  // TaskProgress on the same examples
};

struct Arm {
  std::vector<Measure> measures;  // at MeasureSteps, as far as training came
  std::int64_t steps = 0;         // optimizer steps that were made
  bool nonfinite = false;         // a training loss was NaN or Inf; training ended there
};

struct TimeUp : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using Clock = std::chrono::steady_clock;

// 0, 1, 2, 3, 4, 6, 8, 11, ... `steps`: equally far apart on a log scale, so
// that "twice as many steps" is as easy to tell early as late.
std::vector<std::int64_t> MeasureSteps(std::int64_t steps);

// The first `count` seeds from 0 on whose fresh weights do not already solve
// half of the task by luck, as happens with few classes; fewer than `count`
// when luck is the rule. Both arms start from the same weights, so that this
// favours neither.
std::vector<std::uint64_t> UnluckySeeds(const Program& program, const Task& task,
                                        const ir::TrainingSetup& setup, int count);

// Trains `steps` steps, fewer when an epoch has no batch at all. The same seed
// gives the same initial weights and the same order of examples whatever the
// setup. Throws TimeUp at the deadline, Unsupported, or c10::Error.
Arm TrainArm(const Program& program, const Task& task, const ir::TrainingSetup& setup,
             std::int64_t steps, std::uint64_t seed, Clock::time_point deadline);

}  // namespace onnxcheck::trainer

#endif  // ONNXCHECK_TRAINER_ARM_H_
