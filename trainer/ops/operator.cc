#include "trainer/ops/operator.h"

#include <array>

namespace onnxcheck::trainer {
namespace {

using Family = std::span<const OperatorEntry> (*)();
constexpr std::array<Family, 11> kFamilies = {
    ElementwiseOperators, LogicOperators,    ActivationOperators,    LinearOperators,
    ConvolutionOperators, PoolingOperators,  NormalizationOperators, ShapeOperators,
    SliceOperators,       ConstantOperators, ReductionOperators};

template <typename T>
T Read(const Call& call, std::string_view name, T otherwise) {
  const ir::Attribute* attribute = call.Find(name);
  if (attribute == nullptr) return otherwise;
  const T* value = std::get_if<T>(&attribute->value);
  if (value == nullptr) {
    throw Unsupported("attribute " + std::string(name) + " of " + call.node.op_type +
                      " has an unexpected type");
  }
  return *value;
}

}  // namespace

const at::Tensor& Call::In(std::size_t i) const {
  if (!Has(i)) throw Unsupported(node.op_type + " without input " + std::to_string(i));
  return inputs[i];
}

std::vector<std::int64_t> Call::InputInts(std::size_t i) const {
  const at::Tensor ints = In(i).to(at::kLong).contiguous().reshape({-1});
  const std::int64_t* data = ints.data_ptr<std::int64_t>();
  return std::vector<std::int64_t>(data, data + ints.numel());
}

const ir::Attribute* Call::Find(std::string_view name) const {
  for (const ir::Attribute& attribute : node.attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

std::int64_t Call::Int(std::string_view name, std::int64_t otherwise) const {
  return Read<std::int64_t>(*this, name, otherwise);
}

double Call::Float(std::string_view name, double otherwise) const {
  return Read<float>(*this, name, static_cast<float>(otherwise));
}

std::string Call::Text(std::string_view name, std::string_view otherwise) const {
  return Read<std::string>(*this, name, std::string(otherwise));
}

std::vector<std::int64_t> Call::Ints(std::string_view name,
                                     std::vector<std::int64_t> otherwise) const {
  return Read<std::vector<std::int64_t>>(*this, name, std::move(otherwise));
}

Operator FindOperator(std::string_view op_type) {
  for (const Family family : kFamilies) {
    for (const OperatorEntry& entry : family()) {
      if (entry.name == op_type) return entry.run;
    }
  }
  return nullptr;
}

std::vector<std::string_view> OperatorNames() {
  std::vector<std::string_view> names;
  for (const Family family : kFamilies) {
    for (const OperatorEntry& entry : family()) names.push_back(entry.name);
  }
  return names;
}

std::int64_t WrapAxis(std::int64_t axis, std::int64_t rank) {
  if (axis < -rank || axis > rank) {
    throw Unsupported("axis " + std::to_string(axis) + " of a tensor of rank " +
                      std::to_string(rank));
  }
  return axis < 0 ? axis + rank : axis;
}

at::ScalarType ComputeType(ir::ElementType type) {
  switch (type) {
    case ir::ElementType::kFloat:
    case ir::ElementType::kFloat16:
    case ir::ElementType::kBfloat16:
      return at::kFloat;
    case ir::ElementType::kDouble:
      return at::kDouble;
    case ir::ElementType::kUint8:
      return at::kByte;
    case ir::ElementType::kInt8:
      return at::kChar;
    case ir::ElementType::kInt16:
      return at::kShort;
    case ir::ElementType::kInt32:
      return at::kInt;
    case ir::ElementType::kInt64:
    case ir::ElementType::kUint16:
    case ir::ElementType::kUint32:
    case ir::ElementType::kUint64:
      return at::kLong;
    case ir::ElementType::kBool:
      return at::kBool;
    default:
      throw Unsupported("tensors of ONNX type " + std::to_string(static_cast<int>(type)) +
                        " are not supported");
  }
}

}  // namespace onnxcheck::trainer
