// Arithmetic, element by element, with ONNX's (NumPy's) broadcasting.
#include <algorithm>

#include "trainer/ops/operator.h"

namespace onnxcheck::trainer {
namespace {

template <at::Tensor (*function)(const at::Tensor&)>
Tensors Unary(const Call& call) {
  return {function(call.In(0))};
}

// Before opset 7 broadcasting was an attribute with rules of its own.
void RequireBroadcasting(const Call& call) {
  if (call.opset < 7 && call.Int("broadcast", 0) != 0) {
    throw Unsupported(call.node.op_type + " with the broadcast attribute of opset 6");
  }
}

Tensors Add(const Call& call) {
  RequireBroadcasting(call);
  return {at::add(call.In(0), call.In(1))};
}

Tensors Sub(const Call& call) {
  RequireBroadcasting(call);
  return {at::sub(call.In(0), call.In(1))};
}

Tensors Mul(const Call& call) {
  RequireBroadcasting(call);
  return {at::mul(call.In(0), call.In(1))};
}

// Integer division truncates.
Tensors Div(const Call& call) {
  RequireBroadcasting(call);
  if (at::isIntegralType(call.In(0).scalar_type(), /*includeBool=*/false)) {
    return {at::div(call.In(0), call.In(1), "trunc")};
  }
  return {at::div(call.In(0), call.In(1))};
}

Tensors Mod(const Call& call) {
  if (call.Int("fmod", 0) != 0) return {at::fmod(call.In(0), call.In(1))};
  return {at::remainder(call.In(0), call.In(1))};
}

// The result has the type of the base.
Tensors Pow(const Call& call) {
  return {at::pow(call.In(0), call.In(1)).to(call.In(0).scalar_type())};
}

template <at::Tensor (*function)(const at::Tensor&, const at::Tensor&)>
Tensors Fold(const Call& call) {
  at::Tensor result = call.In(0);
  for (std::size_t i = 1; i < call.inputs.size(); ++i) result = function(result, call.In(i));
  return {result};
}

at::Tensor Plus(const at::Tensor& a, const at::Tensor& b) { return at::add(a, b); }

Tensors Mean(const Call& call) {
  return {Fold<Plus>(call).front() / static_cast<double>(call.inputs.size())};
}

// Opset 6 to 10 carry the bounds as attributes. Where min exceeds max, max wins.
Tensors Clip(const Call& call) {
  at::Tensor result = call.In(0);
  if (call.opset < 11) {
    if (call.Find("min") != nullptr) result = at::clamp_min(result, call.Float("min", 0));
    if (call.Find("max") != nullptr) result = at::clamp_max(result, call.Float("max", 0));
    return {result};
  }
  if (call.Has(1)) result = at::maximum(result, call.In(1).to(result.scalar_type()));
  if (call.Has(2)) result = at::minimum(result, call.In(2).to(result.scalar_type()));
  return {result};
}

Tensors Cast(const Call& call) {
  const auto type = static_cast<ir::ElementType>(call.Int("to", 0));
  return {call.In(0).to(ComputeType(type))};
}

Tensors Identity(const Call& call) { return {call.In(0)}; }

constexpr OperatorEntry kTable[] = {
    {"Abs", Unary<at::abs>},
    {"Acos", Unary<at::acos>},
    {"Add", Add},
    {"Asin", Unary<at::asin>},
    {"Atan", Unary<at::atan>},
    {"Cast", Cast},
    {"Ceil", Unary<at::ceil>},
    {"Clip", Clip},
    {"Cos", Unary<at::cos>},
    {"Cosh", Unary<at::cosh>},
    {"Div", Div},
    {"Erf", Unary<at::erf>},
    {"Exp", Unary<at::exp>},
    {"Floor", Unary<at::floor>},
    {"Identity", Identity},
    {"Log", Unary<at::log>},
    {"Max", Fold<at::maximum>},
    {"Mean", Mean},
    {"Min", Fold<at::minimum>},
    {"Mod", Mod},
    {"Mul", Mul},
    {"Neg", Unary<at::neg>},
    {"Pow", Pow},
    {"Reciprocal", Unary<at::reciprocal>},
    {"Round", Unary<at::round>},
    {"Sign", Unary<at::sign>},
    {"Sin", Unary<at::sin>},
    {"Sinh", Unary<at::sinh>},
    {"Sqrt", Unary<at::sqrt>},
    {"Sub", Sub},
    {"Sum", Fold<Plus>},
    {"Tan", Unary<at::tan>},
};

}  // namespace

std::span<const OperatorEntry> ElementwiseOperators() { return kTable; }

}  // namespace onnxcheck::trainer
