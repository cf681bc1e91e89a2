#include "trainer/arm.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace onnxcheck::trainer {
namespace {

constexpr double kKerasAdamEpsilon = 1e-7;
constexpr double kTorchAdamEpsilon = 1e-8;
constexpr std::int64_t kMeasured = 256;      // examples that a measure looks at
constexpr std::int64_t kLargestBatch = 256;  // a larger one is cut to this, in both arms
constexpr double kLuck = 0.5;                // progress of fresh weights
constexpr int kTriesPerSeed = 8;             // to find weights without luck
constexpr double kMeasureGrowth = 1.4142135623730951;

std::unique_ptr<torch::optim::Optimizer> MakeOptimizer(const ir::TrainingSetup& setup,
                                                       const std::vector<at::Tensor>& weights) {
  if (setup.optimizer == "sgd") {
    return std::make_unique<torch::optim::SGD>(
        weights, torch::optim::SGDOptions(setup.learning_rate).momentum(setup.momentum));
  }
  if (setup.optimizer == "adam") {
    const bool torch = setup.framework == ir::Framework::kTorch;
    return std::make_unique<torch::optim::Adam>(
        weights, torch::optim::AdamOptions(setup.learning_rate)
                     .eps(torch ? kTorchAdamEpsilon : kKerasAdamEpsilon));
  }
  throw Unsupported("optimizer " + setup.optimizer);
}

// The batches of a setup, epoch after epoch, in a new order each epoch.
class Batches {
 public:
  Batches(const ir::TrainingSetup& setup, std::int64_t examples, std::uint64_t seed)
      : generator_(at::detail::createCPUGenerator(seed)), drop_last_(setup.drop_last) {
    examples_ = std::clamp<std::int64_t>(setup.dataset_size, 0, examples);
    batch_ = setup.batch_size;
    // The task may be smaller than the user's data; only data that really is
    // smaller than one batch may leave an epoch without any.
    if (setup.dataset_size >= setup.batch_size) {
      batch_ = std::min({batch_, examples_, kLargestBatch});
    }
  }

  // Indices of the next batch; undefined: an epoch has no batch.
  at::Tensor Next() {
    if (batch_ < 1 || examples_ < 1 || (drop_last_ && batch_ > examples_)) return {};
    const std::int64_t rest = examples_ - position_;
    // A last batch of one example cannot be normalised over.
    const bool too_short = rest < batch_ && (drop_last_ || rest < 2);
    if (!order_.defined() || rest <= 0 || (position_ > 0 && too_short)) {
      order_ = at::randperm(examples_, generator_, at::TensorOptions().dtype(at::kLong));
      position_ = 0;
    }
    const std::int64_t size = std::min(batch_, examples_ - position_);
    position_ += size;
    return order_.slice(0, position_ - size, position_);
  }

 private:
  at::Generator generator_;
  bool drop_last_;
  std::int64_t examples_ = 0;
  std::int64_t batch_ = 0;
  std::int64_t position_ = 0;
  at::Tensor order_;
};

std::vector<at::Tensor> Rows(const std::vector<at::Tensor>& tensors, const at::Tensor& indices) {
  std::vector<at::Tensor> rows;
  for (const at::Tensor& tensor : tensors) rows.push_back(tensor.index_select(0, indices));
  return rows;
}

Target Rows(const Target& target, const at::Tensor& indices) {
  return {target.values.index_select(0, indices),
          target.classes.defined() ? target.classes.index_select(0, indices) : at::Tensor()};
}

struct Run {
  const Program& program;
  const ir::TrainingSetup& setup;
  std::vector<at::Tensor> weights;

  // The output in the shape of the targets: a model may leave the last axis of
  // size 1 out, or put one in.
  at::Tensor Output(const std::vector<at::Tensor>& inputs, const Target& target, Mode mode) const {
    const at::Tensor output = RunProgram(program, weights, inputs, mode).front();
    return output.reshape_as(target.values);
  }
};

// The fixed examples that measures are taken on.
struct Examples {
  explicit Examples(const Task& task) {
    const at::Tensor first =
        at::arange(std::min(kMeasured, task.Size()), at::TensorOptions().dtype(at::kLong));
    inputs = Rows(task.inputs, first);
    target = Rows(task.target, first);
  }
  std::vector<at::Tensor> inputs;
  Target target;
};

Measure TakeMeasure(const Run& run, const Task& task, const Examples& examples, std::int64_t step) {
  const at::NoGradGuard no_gradient;
  const at::Tensor output = run.Output(examples.inputs, examples.target, Mode::kEvaluating);
  return {step, ComputeLoss(run.setup, output, examples.target).item<double>(),
          TaskProgress(task, output, examples.target)};
}

}  // namespace

std::vector<std::int64_t> MeasureSteps(std::int64_t steps) {
  std::vector<std::int64_t> result = {0};
  for (double next = 1; next < static_cast<double>(steps); next *= kMeasureGrowth) {
    const auto step = static_cast<std::int64_t>(std::lround(next));
    if (step > result.back()) result.push_back(step);
  }
  if (steps > result.back()) result.push_back(steps);
  return result;
}

std::vector<std::uint64_t> UnluckySeeds(const Program& program, const Task& task,
                                        const ir::TrainingSetup& setup, int count) {
  const Examples examples(task);
  std::vector<std::uint64_t> seeds;
  for (int seed = 0; seed < kTriesPerSeed * count; ++seed) {
    if (static_cast<int>(seeds.size()) == count) break;
    const auto value = static_cast<std::uint64_t>(seed);
    const Run run{program, setup, InitialWeights(program.weights, setup.framework, value)};
    if (TakeMeasure(run, task, examples, 0).progress < kLuck) seeds.push_back(value);
  }
  return seeds;
}

Arm TrainArm(const Program& program, const Task& task, const ir::TrainingSetup& setup,
             std::int64_t steps, std::uint64_t seed, Clock::time_point deadline) {
  torch::manual_seed(seed);  // dropout
  const Run run{program, setup, InitialWeights(program.weights, setup.framework, seed)};
  if (run.weights.empty()) throw Unsupported("the model has no weight that a layer trains");
  const std::unique_ptr<torch::optim::Optimizer> optimizer = MakeOptimizer(setup, run.weights);
  Batches batches(setup, task.Size(), seed);

  const Examples examples(task);

  Arm arm;
  for (const std::int64_t goal : MeasureSteps(steps)) {
    for (; arm.steps < goal && !arm.nonfinite; ++arm.steps) {
      if (Clock::now() > deadline) throw TimeUp("the replay ran out of time");
      const at::Tensor indices = batches.Next();
      if (!indices.defined()) break;
      const Target target = Rows(task.target, indices);
      const at::Tensor output = run.Output(Rows(task.inputs, indices), target, Mode::kTraining);
      const at::Tensor loss = ComputeLoss(setup, output, target);
      if (!loss.requires_grad()) throw Unsupported("no weight reaches the trained output");
      arm.nonfinite = !std::isfinite(loss.item<double>());
      if (arm.nonfinite) break;
      optimizer->zero_grad();
      loss.backward();
      optimizer->step();
    }
    if (goal > 0 && arm.steps == 0 && !arm.nonfinite) break;  // no batch
    arm.measures.push_back(TakeMeasure(run, task, examples, goal));
    if (!std::isfinite(arm.measures.back().loss)) arm.nonfinite = true;
    if (arm.nonfinite) break;
  }
  return arm;
}

}  // namespace onnxcheck::trainer
