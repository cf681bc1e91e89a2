// What a replay learns: the user's own examples, or a synthetic task in the
// shape of the model's inputs and output.
#ifndef ONNXCHECK_TRAINER_TASK_H_
#define ONNXCHECK_TRAINER_TASK_H_

#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/ir/experiment.h"
#include "trainer/losses.h"
#include "trainer/program.h"

namespace onnxcheck::trainer {

// Examples along the first axis of every tensor.
struct Task {
  std::vector<at::Tensor> inputs;
  Target target;
  std::int64_t classes = 0;  // 0: regression; 2 with one output column: binary

  std::int64_t Size() const { return inputs.empty() ? 0 : inputs[0].size(0); }
};

// One graph input: its shape without the batch axis.
struct InputSpec {
  std::vector<std::int64_t> dims;
  at::ScalarType type = at::kFloat;
  std::int64_t vocabulary = 0;  // tokens that an integer input may hold
};

// Open dimensions get a usual size. Throws Unsupported for an input whose rank
// or meaning is unknown.
std::vector<InputSpec> InputSpecs(const Program& program);

// Zeros of a batch in the inputs' shapes.
std::vector<at::Tensor> EmptyBatch(const std::vector<InputSpec>& specs, std::int64_t batch);

// A task that a linear model can solve: classes around prototypes, or a linear
// function of a few hidden factors. `output_dims` is the output's shape
// without the batch axis. The same seed gives the same examples. Throws
// Unsupported when the experiment's classes and the output do not fit.
Task SyntheticTask(const std::vector<InputSpec>& specs,
                   const std::vector<std::int64_t>& output_dims, const ir::Experiment& experiment,
                   std::int64_t examples, std::uint64_t seed);

// Arrays x and y of an npz file. y holds class indices, one-hot rows or values.
// Throws Unsupported, saying what does not fit.
Task TaskFromFile(const std::string& path, const std::vector<InputSpec>& specs,
                  const std::vector<std::int64_t>& output_dims, const ir::Experiment& experiment);

// How much of the task the output has learned, at most 1: accuracy above
// chance, or the share of the targets' variance that is explained. 0 is no
// better than a constant; it does not depend on any loss.
double TaskProgress(const Task& task, const at::Tensor& output, const Target& target);

}  // namespace onnxcheck::trainer

#endif  // ONNXCHECK_TRAINER_TASK_H_
