// The synthetic task: examples around class prototypes, or linear in a few
// hidden factors. Both can be solved by a linear model and by anything deeper.
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>

#include "trainer/task.h"

namespace onnxcheck::trainer {
namespace {

// Half the distance between the two closest prototypes, in standard deviations
// of the noise: at 3 the best possible classifier errs on 0.1% of such a pair.
constexpr double kSeparation = 3;
constexpr double kMostNoise = 1;           // in standard deviations of the prototypes
constexpr double kFactorNoise = 0.1;       // on the inputs of a regression
constexpr std::int64_t kFactors = 4;       // hidden factors of a regression
constexpr int kDraws = 32;                 // sets of prototypes, the widest spread is taken
constexpr std::int64_t kCoarseness = 4;    // pixels that one random value of an image covers
constexpr std::int64_t kMostChannels = 4;  // a last axis up to this size is one of channels
constexpr double kTokenSignal = 0.5;       // share of tokens that tell the class

std::int64_t Count(const std::vector<std::int64_t>& dims) {
  std::int64_t count = 1;
  for (const std::int64_t dim : dims) count *= dim;
  return count;
}

// `count` random patterns. Images vary smoothly, as what convolutions and
// pools are made for does.
at::Tensor Patterns(std::int64_t count, const std::vector<std::int64_t>& dims,
                    at::Generator& generator) {
  std::vector<std::int64_t> sizes = {count};
  sizes.insert(sizes.end(), dims.begin(), dims.end());
  const bool image = dims.size() == 3;
  const bool channels_last = image && dims[2] <= kMostChannels && dims[0] > kMostChannels;
  const std::int64_t height = image ? dims[channels_last ? 0 : 1] : 0;
  const std::int64_t width = image ? dims[channels_last ? 1 : 2] : 0;
  if (!image || height < kCoarseness || width < kCoarseness) return at::randn(sizes, generator);
  const std::int64_t channels = dims[channels_last ? 2 : 0];
  const at::Tensor coarse = at::randn({count, channels, (height + kCoarseness - 1) / kCoarseness,
                                       (width + kCoarseness - 1) / kCoarseness},
                                      generator);
  const at::Tensor fine = at::upsample_nearest2d(coarse, {height, width});
  return channels_last ? fine.permute({0, 2, 3, 1}).contiguous() : fine;
}

double ClosestPair(const at::Tensor& flat) {
  if (flat.size(0) < 2) return 1;
  return at::pdist(flat).min().item<double>();
}

at::Tensor AroundPrototypes(const std::vector<std::int64_t>& dims, const at::Tensor& labels,
                            std::int64_t classes, at::Generator& generator) {
  at::Tensor prototypes;
  double widest = -1;
  for (int draw = 0; draw < kDraws; ++draw) {
    const at::Tensor candidate = Patterns(classes, dims, generator);
    const double closest = ClosestPair(candidate.flatten(1));
    if (closest > widest) {
      widest = closest;
      prototypes = candidate;
    }
  }
  const double noise = std::min(kMostNoise, widest / (2 * kSeparation));
  const at::Tensor chosen = prototypes.index_select(0, labels);
  return (chosen + noise * at::randn(chosen.sizes(), generator)) / std::sqrt(1 + noise * noise);
}

at::Tensor TokensOf(const InputSpec& spec, const at::Tensor& labels, std::int64_t classes,
                    at::Generator& generator) {
  std::vector<std::int64_t> sizes = {labels.size(0)};
  sizes.insert(sizes.end(), spec.dims.begin(), spec.dims.end());
  const auto options = at::TensorOptions().dtype(at::kLong);
  const at::Tensor any = at::randint(0, spec.vocabulary, sizes, generator, options);
  if (spec.vocabulary < classes) throw Unsupported("fewer tokens than classes");
  std::vector<std::int64_t> column(sizes.size(), 1);
  column[0] = labels.size(0);
  const at::Tensor row =
      at::randint(0, spec.vocabulary / classes, sizes, generator, options) * classes;
  const at::Tensor telling = row + labels.reshape(column);
  const at::Tensor tells = at::rand(sizes, generator) < kTokenSignal;
  return at::where(tells, telling, any).to(spec.type);
}

Task Classification(const std::vector<InputSpec>& specs, std::int64_t width, std::int64_t classes,
                    const std::vector<std::int64_t>& output_dims, std::int64_t examples,
                    at::Generator& generator) {
  Task task;
  task.classes = classes;
  const at::Tensor labels =
      at::arange(examples, at::TensorOptions().dtype(at::kLong)).remainder(classes);
  for (const InputSpec& spec : specs) {
    task.inputs.push_back(
        spec.vocabulary > 0
            ? TokensOf(spec, labels, classes, generator)
            : AroundPrototypes(spec.dims, labels, classes, generator).to(spec.type));
  }
  task.target.classes = labels;
  std::vector<std::int64_t> sizes = {examples};
  sizes.insert(sizes.end(), output_dims.begin(), output_dims.end());
  task.target.values =
      (width == 1 ? labels : at::one_hot(labels, classes)).to(at::kFloat).reshape(sizes);
  return task;
}

// Targets that the output's activation can produce.
at::Tensor WithinReach(const at::Tensor& values, ir::Activation head) {
  switch (head) {
    case ir::Activation::kSigmoid:
      return at::sigmoid(values);
    case ir::Activation::kTanh:
      return at::tanh(values);
    case ir::Activation::kRelu:
      return at::relu(values + 1);
    case ir::Activation::kSoftmax:
      return at::softmax(values, -1);
    case ir::Activation::kLogSoftmax:
      return at::log_softmax(values, -1);
    default:
      return values;
  }
}

Task Regression(const std::vector<InputSpec>& specs, const std::vector<std::int64_t>& output_dims,
                ir::Activation head, std::int64_t examples, at::Generator& generator) {
  Task task;
  const at::Tensor factors = at::randn({examples, kFactors}, generator) / std::sqrt(kFactors);
  at::Tensor clean;
  for (const InputSpec& spec : specs) {
    if (spec.vocabulary > 0) throw Unsupported("regression from tokens");
    // With fewer inputs than factors the inputs see what they can of them.
    const std::int64_t seen = std::min(kFactors, Count(spec.dims));
    const at::Tensor patterns = Patterns(seen, spec.dims, generator).flatten(1);
    std::vector<std::int64_t> sizes = {examples};
    sizes.insert(sizes.end(), spec.dims.begin(), spec.dims.end());
    clean = at::matmul(factors.slice(1, 0, seen), patterns).reshape(sizes);
    task.inputs.push_back((clean + kFactorNoise * at::randn(sizes, generator)).to(spec.type));
  }
  std::vector<std::int64_t> sizes = {examples};
  sizes.insert(sizes.end(), output_dims.begin(), output_dims.end());
  // An output in the input's shape is an autoencoder's.
  if (specs.size() == 1 && specs[0].dims == output_dims) {
    task.target.values = WithinReach(clean, head);
    return task;
  }
  const std::int64_t seen = std::min(kFactors, Count(specs.back().dims));
  at::Tensor values =
      at::matmul(factors.slice(1, 0, seen), Patterns(seen, output_dims, generator).flatten(1));
  values = values / values.std(0, /*unbiased=*/false, /*keepdim=*/true).clamp_min(1e-6);
  task.target.values = WithinReach(values.reshape(sizes), head);
  return task;
}

bool NeedsClasses(ir::LossKind loss) {
  return loss == ir::LossKind::kCategoricalCrossEntropy ||
         loss == ir::LossKind::kBinaryCrossEntropy ||
         loss == ir::LossKind::kNegativeLogLikelihood || loss == ir::LossKind::kHinge;
}

}  // namespace

Task SyntheticTask(const std::vector<InputSpec>& specs,
                   const std::vector<std::int64_t>& output_dims, const ir::Experiment& experiment,
                   std::int64_t examples, std::uint64_t seed) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  const std::int64_t width = Count(output_dims);
  const bool needs_classes =
      NeedsClasses(experiment.baseline.loss) || NeedsClasses(experiment.changed.loss);
  if (experiment.classes == 0 && !needs_classes) {
    return Regression(specs, output_dims, experiment.head, examples, generator);
  }
  // One column tells two classes apart.
  const std::int64_t classes = width == 1 ? 2 : width;
  const bool one_axis = output_dims.empty() || output_dims.back() == width;
  if (!one_axis || (width > 1 && experiment.classes > 0 && experiment.classes != width)) {
    throw Unsupported("a classification output that is not one column a class");
  }
  return Classification(specs, width, classes, output_dims, examples, generator);
}

}  // namespace onnxcheck::trainer
