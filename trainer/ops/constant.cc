// Operators that make a tensor out of attributes.
#include "trainer/ops/operator.h"
#include "trainer/tensors.h"

namespace onnxcheck::trainer {
namespace {

// Exactly one of its attributes is set.
Tensors Constant(const Call& call) {
  for (const ir::Attribute& attribute : call.node.attributes) {
    if (const auto* tensor = std::get_if<ir::Tensor>(&attribute.value)) {
      return {SmallTensor(*tensor)};
    }
    if (const auto* value = std::get_if<float>(&attribute.value)) {
      return {at::scalar_tensor(*value, at::TensorOptions().dtype(at::kFloat))};
    }
    if (const auto* value = std::get_if<std::int64_t>(&attribute.value)) {
      return {at::scalar_tensor(*value, at::TensorOptions().dtype(at::kLong))};
    }
    if (const auto* values = std::get_if<std::vector<float>>(&attribute.value)) {
      return {at::tensor(*values, at::TensorOptions().dtype(at::kFloat))};
    }
    if (const auto* values = std::get_if<std::vector<std::int64_t>>(&attribute.value)) {
      return {at::tensor(*values, at::TensorOptions().dtype(at::kLong))};
    }
  }
  throw Unsupported("Constant of a kind that is not supported");
}

Tensors ConstantOfShape(const Call& call) {
  const std::vector<std::int64_t> shape = call.InputInts(0);
  const ir::Attribute* value = call.Find("value");
  if (value == nullptr) return {at::zeros(shape, at::TensorOptions().dtype(at::kFloat))};
  const auto* tensor = std::get_if<ir::Tensor>(&value->value);
  if (tensor == nullptr) throw Unsupported("ConstantOfShape without a tensor");
  return {SmallTensor(*tensor).reshape({1}).expand(shape).contiguous()};
}

Tensors Range(const Call& call) {
  const at::Tensor& start = call.In(0);
  return {at::arange(start.item(), call.In(1).item(), call.In(2).item(), start.options())};
}

constexpr OperatorEntry kTable[] = {
    {"Constant", Constant},
    {"ConstantOfShape", ConstantOfShape},
    {"Range", Range},
};

}  // namespace

std::span<const OperatorEntry> ConstantOperators() { return kTable; }

}  // namespace onnxcheck::trainer
