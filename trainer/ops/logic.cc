// Comparisons, truth values and the choice between two tensors.
#include "trainer/ops/operator.h"

namespace onnxcheck::trainer {
namespace {

template <at::Tensor (*function)(const at::Tensor&, const at::Tensor&)>
Tensors Binary(const Call& call) {
  return {function(call.In(0), call.In(1))};
}

template <at::Tensor (*function)(const at::Tensor&)>
Tensors Unary(const Call& call) {
  return {function(call.In(0))};
}

Tensors Where(const Call& call) {
  return {at::where(call.In(0).to(at::kBool), call.In(1), call.In(2))};
}

constexpr OperatorEntry kTable[] = {
    {"And", Binary<at::logical_and>}, {"Equal", Binary<at::eq>},
    {"Greater", Binary<at::gt>},      {"GreaterOrEqual", Binary<at::ge>},
    {"IsNaN", Unary<at::isnan>},      {"Less", Binary<at::lt>},
    {"LessOrEqual", Binary<at::le>},  {"Not", Unary<at::logical_not>},
    {"Or", Binary<at::logical_or>},   {"Where", Where},
    {"Xor", Binary<at::logical_xor>},
};

}  // namespace

std::span<const OperatorEntry> LogicOperators() { return kTable; }

}  // namespace onnxcheck::trainer
