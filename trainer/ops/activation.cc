// Activations. Defaults of attributes are those of the ONNX operator pages.
#include "trainer/ops/operator.h"

namespace onnxcheck::trainer {
namespace {

template <at::Tensor (*function)(const at::Tensor&)>
Tensors Unary(const Call& call) {
  return {function(call.In(0))};
}

Tensors LeakyRelu(const Call& call) {
  return {at::leaky_relu(call.In(0), call.Float("alpha", 0.01))};
}

// A slope per channel; before opset 7 it did not broadcast by NumPy's rules.
Tensors PRelu(const Call& call) {
  const at::Tensor& x = call.In(0);
  return {at::where(x >= 0, x, call.In(1) * x)};
}

Tensors Elu(const Call& call) { return {at::elu(call.In(0), call.Float("alpha", 1.0))}; }

Tensors Celu(const Call& call) { return {at::celu(call.In(0), call.Float("alpha", 1.0))}; }

Tensors Selu(const Call& call) {
  const double alpha = call.Float("alpha", 1.67326319217681884765625);
  const double gamma = call.Float("gamma", 1.05070102214813232421875);
  return {at::elu(call.In(0), alpha) * gamma};
}

Tensors Gelu(const Call& call) { return {at::gelu(call.In(0), call.Text("approximate", "none"))}; }

Tensors Softplus(const Call& call) { return {at::softplus(call.In(0))}; }

Tensors Softsign(const Call& call) { return {call.In(0) / (1 + call.In(0).abs())}; }

Tensors HardSigmoid(const Call& call) {
  return {(call.In(0) * call.Float("alpha", 0.2) + call.Float("beta", 0.5)).clamp(0, 1)};
}

Tensors HardSwish(const Call& call) { return {call.In(0) * (call.In(0) / 6.0 + 0.5).clamp(0, 1)}; }

Tensors Swish(const Call& call) {
  return {call.In(0) * at::sigmoid(call.In(0) * call.Float("alpha", 1.0))};
}

Tensors ThresholdedRelu(const Call& call) {
  const at::Tensor& x = call.In(0);
  return {at::where(x > call.Float("alpha", 1.0), x, at::zeros_like(x))};
}

// Before opset 13 the axes from `axis` on are one.
template <at::Tensor (*function)(const at::Tensor&, std::int64_t)>
Tensors AlongAxis(const Call& call) {
  const at::Tensor& x = call.In(0);
  if (call.opset >= 13) return {function(x, call.Int("axis", -1))};
  const std::int64_t axis = WrapAxis(call.Int("axis", 1), x.dim());
  return {function(x.flatten(axis), axis).reshape(x.sizes())};
}

at::Tensor SoftmaxOver(const at::Tensor& x, std::int64_t axis) { return at::softmax(x, axis); }
at::Tensor LogSoftmaxOver(const at::Tensor& x, std::int64_t axis) {
  return at::log_softmax(x, axis);
}

constexpr OperatorEntry kTable[] = {
    {"Celu", Celu},
    {"Elu", Elu},
    {"Gelu", Gelu},
    {"HardSigmoid", HardSigmoid},
    {"HardSwish", HardSwish},
    {"LeakyRelu", LeakyRelu},
    {"LogSoftmax", AlongAxis<LogSoftmaxOver>},
    {"Mish", Unary<at::mish>},
    {"PRelu", PRelu},
    {"Relu", Unary<at::relu>},
    {"Selu", Selu},
    {"Sigmoid", Unary<at::sigmoid>},
    {"Softmax", AlongAxis<SoftmaxOver>},
    {"Softplus", Softplus},
    {"Softsign", Softsign},
    {"Swish", Swish},
    {"Tanh", Unary<at::tanh>},
    {"ThresholdedRelu", ThresholdedRelu},
};

}  // namespace

std::span<const OperatorEntry> ActivationOperators() { return kTable; }

}  // namespace onnxcheck::trainer
