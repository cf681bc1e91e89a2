#include "trainer/replay.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <optional>

#include "parsers/model/onnx.h"
#include "parsers/source.h"
#include "trainer/judge.h"
#include "trainer/program.h"
#include "trainer/task.h"

namespace onnxcheck::trainer {
namespace {

// A replay that stays inconclusive is repeated once with this many times the
// steps: usual rates of plain SGD need about a thousand.
constexpr std::int64_t kPatience = 4;
// Length assumed for a run that does not say how many steps it makes.
constexpr double kUsualSteps = 10'000;
constexpr std::int64_t kMostExamples = 4096;
constexpr std::int64_t kFewestExamples = 2;
constexpr std::int64_t kMostInputBytes = 64 << 20;
constexpr std::uint64_t kTaskSeed = 20'000;  // apart from the seeds of the weights

struct Bench {
  ir::Model model;
  std::shared_ptr<const parsers::Source> source;
  Program program;
  Task task;
};

std::int64_t Examples(const ir::Experiment& experiment, const std::vector<InputSpec>& specs) {
  std::int64_t bytes = 0;
  for (const at::Tensor& tensor : EmptyBatch(specs, 1)) {
    bytes += static_cast<std::int64_t>(tensor.nbytes());
  }
  const std::int64_t room =
      std::max<std::int64_t>(16, kMostInputBytes / std::max<std::int64_t>(1, bytes));
  const std::int64_t wanted =
      std::max(experiment.baseline.dataset_size, experiment.changed.dataset_size);
  return std::clamp(wanted, kFewestExamples, std::min(kMostExamples, room));
}

void SetUp(const Plan& plan, Bench& bench) {
  const ir::Experiment& experiment = plan.experiment;
  auto opened = parsers::Source::Open(experiment.model_path);
  if (const auto* problem = std::get_if<ir::Problem>(&opened)) {
    throw Unsupported("the model cannot be read: " + problem->message);
  }
  bench.source = std::get<std::shared_ptr<const parsers::Source>>(opened);
  bench.model = parsers::ParseOnnx(*bench.source);
  bench.program =
      BuildProgram(bench.model, bench.source->bytes(), {experiment.output}, /*trainable=*/true);
  const std::vector<InputSpec> specs = InputSpecs(bench.program);

  // A batch of two shows the output's shape, and every operator once.
  constexpr std::int64_t kProbe = 2;
  const std::vector<at::Tensor> weights =
      InitialWeights(bench.program.weights, ir::Framework::kUnknown, 0);
  const at::Tensor output =
      RunProgram(bench.program, weights, EmptyBatch(specs, kProbe), Mode::kEvaluating).front();
  if (output.dim() < 1 || output.size(0) != kProbe) {
    throw Unsupported("the output's first axis is not the batch");
  }
  if (!at::isFloatingType(output.scalar_type())) throw Unsupported("the output is not a float");
  const std::vector<std::int64_t> dims = output.sizes().slice(1).vec();
  bench.task = plan.data_path.empty()
                   ? SyntheticTask(specs, dims, experiment, Examples(experiment, specs), kTaskSeed)
                   : TaskFromFile(plan.data_path, specs, dims, experiment);
}

// An arm with a rate that makes up for the replay's shortness: to first order
// n steps of a rate move the weights as far as n/k steps of k times the rate.
// It never exceeds the changed rate.
std::optional<ir::TrainingSetup> Extended(const ir::Experiment& experiment, std::int64_t steps) {
  const ir::TrainingSetup& baseline = experiment.baseline;
  const ir::TrainingSetup& changed = experiment.changed;
  const bool rate_too_small = experiment.symptom == ir::Symptom::kDoesNotLearn &&
                              changed.learning_rate > baseline.learning_rate;
  const double planned = experiment.planned_steps > 0 ? experiment.planned_steps : kUsualSteps;
  const double factor = planned / static_cast<double>(steps);
  if (!rate_too_small || !(factor > 1)) return std::nullopt;
  ir::TrainingSetup extended = baseline;
  extended.learning_rate = std::min(changed.learning_rate, baseline.learning_rate * factor);
  return extended;
}

class Trainer {
 public:
  Trainer(const Bench& bench, Clock::time_point deadline,
          const std::function<void(const Progress&)>& report)
      : bench_(bench), deadline_(deadline), report_(report) {}

  Arm Train(const ir::TrainingSetup& setup, const char* name, std::uint64_t seed,
            std::int64_t steps) const {
    Arm arm = TrainArm(bench_.program, bench_.task, setup, steps, seed, deadline_);
    const double loss = arm.nonfinite || arm.measures.empty()
                            ? std::numeric_limits<double>::quiet_NaN()
                            : arm.measures.back().loss;
    report_({static_cast<int>(seed), name, arm.steps, loss});
    return arm;
  }

 private:
  const Bench& bench_;
  Clock::time_point deadline_;
  const std::function<void(const Progress&)>& report_;
};

Verdict OfLength(const ir::Experiment& experiment, const std::vector<std::uint64_t>& seeds,
                 std::int64_t steps, const Trainer& trainer) {
  const std::optional<ir::TrainingSetup> extended = Extended(experiment, steps);
  std::vector<Trial> trials;
  for (const std::uint64_t seed : seeds) {
    Trial trial;
    trial.changed = trainer.Train(experiment.changed, "changed", seed, steps);
    trial.baseline = trainer.Train(experiment.baseline, "baseline", seed, steps);
    if (extended) trial.extended = trainer.Train(*extended, "extended", seed, steps);
    trials.push_back(std::move(trial));
  }
  return Judge(experiment, trials);
}

// What the first length leaves open, the second may settle; when there is no
// time for it, the first verdict stands.
Verdict Settle(const Plan& plan, const Bench& bench, const Trainer& trainer) {
  const std::vector<std::uint64_t> seeds =
      UnluckySeeds(bench.program, bench.task, plan.experiment.baseline, plan.seeds);
  if (seeds.empty()) throw Unsupported("fresh weights solve the replay's task already");
  const Verdict first = OfLength(plan.experiment, seeds, plan.steps, trainer);
  if (first.outcome != Outcome::kInconclusive || plan.steps > kMostSteps / kPatience) return first;
  try {
    return OfLength(plan.experiment, seeds, kPatience * plan.steps, trainer);
  } catch (const TimeUp&) {
    return first;
  }
}

Verdict Inconclusive(std::string text) {
  Verdict verdict;
  verdict.text = std::move(text);
  return verdict;
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

Verdict Replay(const Plan& plan, Clock::time_point deadline,
               const std::function<void(const Progress&)>& report) {
  try {
    Bench bench;
    SetUp(plan, bench);
    return Settle(plan, bench, Trainer(bench, deadline, report));
  } catch (const Unsupported& error) {
    return Inconclusive(error.what());
  } catch (const TimeUp& error) {
    return Inconclusive(error.what());
  } catch (const std::bad_alloc&) {
    return Inconclusive("the replay needs more memory than it may use");
  } catch (const c10::Error& error) {
    const std::string text = FirstLine(error.what_without_backtrace());
    // Words of c10/core/impl/alloc_cpu.cpp.
    if (text.find("can't allocate memory") != std::string::npos) {
      return Inconclusive("the replay needs more memory than it may use");
    }
    return Inconclusive("libtorch: " + text);
  } catch (const std::exception& error) {
    return Inconclusive("the trainer failed: " + FirstLine(error.what()));
  }
}

}  // namespace onnxcheck::trainer
