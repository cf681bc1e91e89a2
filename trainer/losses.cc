#include "trainer/losses.h"

#include "trainer/ops/operator.h"

namespace onnxcheck::trainer {
namespace {

constexpr double kKerasEpsilon = 1e-7;   // keras.config.epsilon()
constexpr double kTorchLeastLog = -100;  // torch.nn.BCELoss clamps its logarithms there

at::Tensor KerasClip(const at::Tensor& p) { return p.clamp(kKerasEpsilon, 1 - kKerasEpsilon); }

const at::Tensor& ClassesOf(const Target& target) {
  if (!target.classes.defined()) throw Unsupported("a classification loss without classes");
  return target.classes;
}

// Negative log-likelihood of a whole output as it stands.
at::Tensor Pick(const at::Tensor& log_probabilities, const Target& target) {
  return at::nll_loss(log_probabilities, ClassesOf(target));
}

// keras.ops.categorical_crossentropy: the output is divided by its sum, clipped, then its logarithm
// is taken. One column leaves nothing to choose from, whatever the label.
at::Tensor CategoricalCrossEntropy(const ir::TrainingSetup& setup, const at::Tensor& output,
                                   const Target& target) {
  switch (setup.loss_input) {
    case ir::LossInput::kLogits:
      if (output.size(-1) > 1) return at::cross_entropy_loss(output, ClassesOf(target));
      return -(target.values * at::log_softmax(output, -1)).sum(-1).mean();
    case ir::LossInput::kLogProbabilities:
      return Pick(output, target);
    default:
      break;
  }
  const at::Tensor p = KerasClip(output / output.sum(-1, /*keepdim=*/true));
  return -(target.values * p.log()).sum(-1).mean();
}

at::Tensor BinaryCrossEntropy(const ir::TrainingSetup& setup, const at::Tensor& output,
                              const Target& target) {
  const at::Tensor& y = target.values;
  if (setup.loss_input == ir::LossInput::kLogits) {
    return at::binary_cross_entropy_with_logits(output, y, {}, {}, at::Reduction::Mean);
  }
  // PyTorch raises an error for a value outside [0, 1]; the NaN that the logarithm gives here says
  // the same.
  if (setup.framework == ir::Framework::kTorch) {
    // Its own gradient stays finite where a sigmoid has saturated to 0 or 1; that of a clamped
    // logarithm is 0 times infinity.
    if (output.ge(0).logical_and(output.le(1)).all().item<bool>()) {
      return at::binary_cross_entropy(output, y, {}, at::Reduction::Mean);
    }
    const at::Tensor yes = output.log().clamp_min(kTorchLeastLog);
    const at::Tensor no = (1 - output).log().clamp_min(kTorchLeastLog);
    return -(y * yes + (1 - y) * no).mean();
  }
  const at::Tensor p = KerasClip(output);
  return -(y * p.log() + (1 - y) * (1 - p).log()).mean();
}

// Keras: sum over the last axis of y log(y / p), both clipped to [epsilon, 1]. PyTorch:
// element-wise mean (reduction="mean") of y (log y - input), with log-probabilities as its input.
at::Tensor KlDivergence(const ir::TrainingSetup& setup, const at::Tensor& output,
                        const Target& target) {
  if (setup.framework == ir::Framework::kTorch) {
    return (at::xlogy(target.values, target.values) - target.values * output).mean();
  }
  const at::Tensor y = target.values.clamp(kKerasEpsilon, 1);
  const at::Tensor p = output.clamp(kKerasEpsilon, 1);
  return (y * (y / p).log()).sum(-1).mean();
}

// Keras takes the rate itself, PyTorch its logarithm (log_input=True).
at::Tensor Poisson(const ir::TrainingSetup& setup, const at::Tensor& output, const Target& target) {
  if (setup.framework == ir::Framework::kTorch) {
    return (output.exp() - target.values * output).mean();
  }
  return (output - target.values * (output + kKerasEpsilon).log()).mean();
}

// Labels 0 and 1 are read as -1 and 1.
at::Tensor Hinge(const at::Tensor& output, const Target& target) {
  return (1 - (2 * target.values - 1) * output).clamp_min(0).mean();
}

}  // namespace

at::Tensor ComputeLoss(const ir::TrainingSetup& setup, const at::Tensor& output,
                       const Target& target) {
  switch (setup.loss) {
    case ir::LossKind::kMeanSquaredError:
      return (output - target.values).square().mean();
    case ir::LossKind::kMeanAbsoluteError:
      return (output - target.values).abs().mean();
    case ir::LossKind::kHuber:
      return at::huber_loss(output, target.values, at::Reduction::Mean, /*delta=*/1);
    case ir::LossKind::kCategoricalCrossEntropy:
      return CategoricalCrossEntropy(setup, output, target);
    case ir::LossKind::kBinaryCrossEntropy:
      return BinaryCrossEntropy(setup, output, target);
    case ir::LossKind::kNegativeLogLikelihood:
      return Pick(output, target);
    case ir::LossKind::kKlDivergence:
      return KlDivergence(setup, output, target);
    case ir::LossKind::kPoisson:
      return Poisson(setup, output, target);
    case ir::LossKind::kHinge:
      return Hinge(output, target);
    case ir::LossKind::kUnknown:
      break;
  }
  throw Unsupported("a loss that is not known");
}

}  // namespace onnxcheck::trainer
