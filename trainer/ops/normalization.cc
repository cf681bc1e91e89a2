// Normalisation and dropout: the operators that behave differently in training.
#include "trainer/ops/operator.h"

namespace onnxcheck::trainer {
namespace {

// One value per channel, to be broadcast over [N, C, D1, ...].
at::Tensor PerChannel(const at::Tensor& values, const at::Tensor& like) {
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(like.dim()), 1);
  if (sizes.size() > 1) sizes[1] = -1;
  return values.reshape(sizes);
}

// Running statistics use the population variance, unlike libtorch's.
Tensors BatchNormalization(const Call& call) {
  const at::Tensor& x = call.In(0);
  const at::Tensor& mean = call.In(3);
  const at::Tensor& variance = call.In(4);
  const double epsilon = call.Float("epsilon", 1e-5);
  const double momentum = call.Float("momentum", 0.9);
  const bool written_training = call.opset >= 14 && call.Int("training_mode", 0) != 0;
  if (call.mode == Mode::kAsWritten && !written_training) {
    const at::Tensor scaled =
        (x - PerChannel(mean, x)) / at::sqrt(PerChannel(variance, x) + epsilon);
    return {scaled * PerChannel(call.In(1), x) + PerChannel(call.In(2), x)};
  }
  const at::Tensor y = at::batch_norm(x, call.In(1), call.In(2), at::Tensor(), at::Tensor(),
                                      /*training=*/true, momentum, epsilon,
                                      /*cudnn_enabled=*/false);
  if (call.node.outputs.size() < 2) return {y};
  std::vector<std::int64_t> axes = {0};
  for (std::int64_t axis = 2; axis < x.dim(); ++axis) axes.push_back(axis);
  const at::Tensor now = x.mean(axes);
  const at::Tensor spread = at::var(x, axes, /*unbiased=*/false);
  return {y, mean * momentum + now * (1 - momentum), variance * momentum + spread * (1 - momentum)};
}

Tensors LayerNormalization(const Call& call) {
  const at::Tensor& x = call.In(0);
  const std::int64_t axis = WrapAxis(call.Int("axis", -1), x.dim());
  std::vector<std::int64_t> axes;
  for (std::int64_t i = axis; i < x.dim(); ++i) axes.push_back(i);
  const at::Tensor mean = x.mean(axes, /*keepdim=*/true);
  const at::Tensor centred = x - mean;
  const at::Tensor inverse =
      at::rsqrt((centred * centred).mean(axes, /*keepdim=*/true) + call.Float("epsilon", 1e-5));
  at::Tensor y = centred * inverse * call.In(1);
  if (call.Has(2)) y = y + call.In(2);
  return {y, mean, inverse};
}

Tensors RmsNormalization(const Call& call) {
  const at::Tensor& x = call.In(0);
  const std::int64_t axis = WrapAxis(call.Int("axis", -1), x.dim());
  std::vector<std::int64_t> axes;
  for (std::int64_t i = axis; i < x.dim(); ++i) axes.push_back(i);
  const at::Tensor square = (x * x).mean(axes, /*keepdim=*/true);
  return {x * at::rsqrt(square + call.Float("epsilon", 1e-5)) * call.In(1)};
}

Tensors InstanceNormalization(const Call& call) {
  const at::Tensor& x = call.In(0);
  std::vector<std::int64_t> axes;
  for (std::int64_t i = 2; i < x.dim(); ++i) axes.push_back(i);
  const at::Tensor centred = x - x.mean(axes, /*keepdim=*/true);
  const at::Tensor inverse =
      at::rsqrt((centred * centred).mean(axes, /*keepdim=*/true) + call.Float("epsilon", 1e-5));
  return {centred * inverse * PerChannel(call.In(1), x) + PerChannel(call.In(2), x)};
}

// Opset 18 scales per group, 21 and later per channel.
Tensors GroupNormalization(const Call& call) {
  const at::Tensor& x = call.In(0);
  const std::int64_t groups = call.Int("num_groups", 1);
  const double epsilon = call.Float("epsilon", 1e-5);
  if (call.opset >= 21) return {at::group_norm(x, groups, call.In(1), call.In(2), epsilon)};
  const at::Tensor y = at::group_norm(x, groups, at::Tensor(), at::Tensor(), epsilon);
  const std::int64_t size = x.size(1) / groups;
  return {y * PerChannel(call.In(1).repeat_interleave(size), x) +
          PerChannel(call.In(2).repeat_interleave(size), x)};
}

Tensors Dropout(const Call& call) {
  const at::Tensor& x = call.In(0);
  double ratio = call.Float("ratio", 0.5);
  bool training = call.mode == Mode::kTraining;
  if (call.opset >= 12) {
    if (call.Has(1)) ratio = call.In(1).item<double>();
    if (call.mode == Mode::kAsWritten && call.Has(2)) training = call.In(2).item<bool>();
  }
  const at::Tensor all = at::ones_like(x, x.options().dtype(at::kBool));
  if (!training || ratio == 0) return {x, all};
  const at::Tensor mask = at::rand_like(x) >= ratio;
  return {x * mask / (1 - ratio), mask};
}

constexpr OperatorEntry kTable[] = {
    {"BatchNormalization", BatchNormalization}, {"Dropout", Dropout},
    {"GroupNormalization", GroupNormalization}, {"InstanceNormalization", InstanceNormalization},
    {"LayerNormalization", LayerNormalization}, {"RMSNormalization", RmsNormalization},
};

}  // namespace

std::span<const OperatorEntry> NormalizationOperators() { return kTable; }

}  // namespace onnxcheck::trainer
