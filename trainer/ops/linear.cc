// Matrix products.
#include "trainer/ops/operator.h"

namespace onnxcheck::trainer {
namespace {

Tensors Gemm(const Call& call) {
  const at::Tensor a = call.Int("transA", 0) != 0 ? call.In(0).t() : call.In(0);
  const at::Tensor b = call.Int("transB", 0) != 0 ? call.In(1).t() : call.In(1);
  const double alpha = call.Float("alpha", 1);
  const double beta = call.Float("beta", 1);
  if (!call.Has(2)) return {alpha == 1 ? at::matmul(a, b) : at::matmul(a, b) * alpha};
  return {at::addmm(call.In(2), a, b, beta, alpha)};
}

Tensors MatMul(const Call& call) { return {at::matmul(call.In(0), call.In(1))}; }

Tensors Einsum(const Call& call) {
  return {at::einsum(call.Text("equation", ""), Tensors(call.inputs.begin(), call.inputs.end()))};
}

constexpr OperatorEntry kTable[] = {
    {"Einsum", Einsum},
    {"Gemm", Gemm},
    {"MatMul", MatMul},
};

}  // namespace

std::span<const OperatorEntry> LinearOperators() { return kTable; }

}  // namespace onnxcheck::trainer
