// Small integers that ONNX's data propagation does not follow; see Inferrer::Evaluate.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "onnx/defs/tensor_proto_util.h"
#include "parsers/model/inferrer.h"

namespace onnxcheck::parsers {
namespace {

using Numbers = std::vector<std::int64_t>;
using Operands = std::vector<std::optional<Numbers>>;
using Result = std::optional<Numbers>;

// Lists are shapes and axes, so no longer than a rank: what a million nodes keep stays small.
constexpr std::size_t kMost = kMaxRank;
constexpr std::size_t kMostOperands = 5;  // of Slice

Result Whole(const pb::TensorShapeProto& shape) {
  if (shape.dim_size() > kMaxRank) return std::nullopt;
  Numbers numbers;
  for (const auto& dim : shape.dim()) {
    if (!dim.has_dim_value()) return std::nullopt;
    numbers.push_back(dim.dim_value());
  }
  return numbers;
}

Result Read(const pb::TensorProto& tensor) {
  if (tensor.dims_size() > 1) return std::nullopt;
  if (tensor.dims_size() == 1 && tensor.dims(0) > kMaxRank) return std::nullopt;
  switch (tensor.data_type()) {
    case pb::TensorProto::INT64:
      return pb::ParseData<std::int64_t>(&tensor);
    case pb::TensorProto::INT32: {
      const std::vector<std::int32_t> narrow = pb::ParseData<std::int32_t>(&tensor);
      return Numbers(narrow.begin(), narrow.end());
    }
    case pb::TensorProto::BOOL:  // as Write leaves it
      if (tensor.has_raw_data()) return std::nullopt;
      return Numbers(tensor.int32_data().begin(), tensor.int32_data().end());
    default:
      return std::nullopt;
  }
}

bool Write(const Numbers& numbers, std::int32_t element, int rank, pb::TensorProto* tensor) {
  if (rank > 1 || (rank == 0 && numbers.size() != 1)) return false;
  tensor->set_data_type(element);
  if (rank == 1) tensor->add_dims(static_cast<std::int64_t>(numbers.size()));
  for (const std::int64_t number : numbers) {
    if (element == pb::TensorProto::INT64) {
      tensor->add_int64_data(number);
    } else if ((element == pb::TensorProto::INT32 || element == pb::TensorProto::BOOL) &&
               number >= std::numeric_limits<std::int32_t>::min() &&
               number <= std::numeric_limits<std::int32_t>::max()) {
      tensor->add_int32_data(static_cast<std::int32_t>(number));
    } else {
      return false;
    }
  }
  return true;
}

// One number of a binary operator; absent where it is not defined or overflows.
std::optional<std::int64_t> Combine(std::string_view op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (op == "Add" && !__builtin_add_overflow(a, b, &result)) return result;
  if (op == "Sub" && !__builtin_sub_overflow(a, b, &result)) return result;
  if (op == "Mul" && !__builtin_mul_overflow(a, b, &result)) return result;
  // Of sizes: how a negative quotient is rounded is left open.
  if (op == "Div" && a >= 0 && b > 0) return a / b;
  if (op == "Max") return std::max(a, b);
  if (op == "Min") return std::min(a, b);
  if (op == "Equal") return a == b ? 1 : 0;
  return std::nullopt;
}

// Length of operands that are lists of one length, or single numbers.
std::optional<std::size_t> Common(const Operands& operands) {
  std::size_t length = 1;
  for (const Result& operand : operands) {
    if (!operand || operand->empty()) return std::nullopt;
    if (operand->size() == 1) continue;
    if (length != 1 && operand->size() != length) return std::nullopt;
    length = operand->size();
  }
  return length;
}

std::int64_t Element(const Numbers& numbers, std::size_t index) {
  return numbers[numbers.size() == 1 ? 0 : index];
}

Result Elementwise(std::string_view op, const Operands& operands) {
  const auto length = Common(operands);
  if (!length || operands.size() != (op == "Where" ? 3U : 2U)) return std::nullopt;
  Numbers made;
  for (std::size_t i = 0; i < *length; ++i) {
    if (op == "Where") {
      made.push_back(Element(*operands[Element(*operands[0], i) != 0 ? 1 : 2], i));
      continue;
    }
    const auto number = Combine(op, Element(*operands[0], i), Element(*operands[1], i));
    if (!number) return std::nullopt;
    made.push_back(*number);
  }
  return made;
}

Result Product(const Operands& operands) {
  if (operands.empty() || !operands[0]) return std::nullopt;
  std::int64_t product = 1;
  for (const std::int64_t number : *operands[0]) {
    if (__builtin_mul_overflow(product, number, &product)) return std::nullopt;
  }
  return Numbers{product};
}

Result Range(const Operands& operands) {
  if (operands.size() != 3 || Common(operands) != 1) return std::nullopt;
  const std::int64_t step = operands[2]->front();
  Numbers made;
  for (std::int64_t i = operands[0]->front(); step > 0 && i < operands[1]->front();) {
    if (made.size() >= kMost) return std::nullopt;
    made.push_back(i);
    if (__builtin_add_overflow(i, step, &i)) return std::nullopt;
  }
  return step > 0 ? Result(made) : std::nullopt;
}

// Of a list, in steps of one.
Result Slice(const Operands& operands) {
  if (operands.size() < 3) return std::nullopt;
  for (std::size_t i = 0; i < 3; ++i) {
    if (!operands[i] || (i > 0 && operands[i]->size() != 1)) return std::nullopt;
  }
  if (operands.size() > 4 && operands[4] != Numbers{1}) return std::nullopt;
  const auto length = static_cast<std::int64_t>(operands[0]->size());
  const auto place = [&](std::int64_t at) {
    return std::clamp<std::int64_t>(at < 0 ? std::max(at, -length) + length : at, 0, length);
  };
  const std::int64_t from = place(operands[1]->front());
  const std::int64_t to = std::max(from, place(operands[2]->front()));
  return Numbers(operands[0]->begin() + from, operands[0]->begin() + to);
}

Result ConstantOfShape(const pb::NodeProto& node, const Operands& operands) {
  if (operands.size() != 1 || !operands[0] || operands[0]->size() != 1) return std::nullopt;
  const std::int64_t length = operands[0]->front();
  if (length < 0 || length > kMaxRank) return std::nullopt;
  for (const pb::AttributeProto& attribute : node.attribute()) {
    if (attribute.name() != "value") continue;
    const Result value = Read(attribute.t());
    if (!value || value->size() != 1) return std::nullopt;
    return Numbers(static_cast<std::size_t>(length), value->front());
  }
  return std::nullopt;
}

Result Compute(const pb::NodeProto& node, const Operands& operands) {
  const std::string_view op = node.op_type();
  for (const std::string_view known :
       {"Add", "Sub", "Mul", "Div", "Max", "Min", "Equal", "Where"}) {
    if (op == known) return Elementwise(op, operands);
  }
  if (op == "ReduceProd") return Product(operands);
  if (op == "Range") return Range(operands);
  if (op == "Slice") return Slice(operands);
  if (op == "ConstantOfShape") return ConstantOfShape(node, operands);
  const bool same =
      op == "Identity" || op == "Cast" || op == "Reshape" || op == "Squeeze" || op == "Unsqueeze";
  return same && !operands.empty() ? operands[0] : std::nullopt;
}

}  // namespace

void Inferrer::Evaluate(GraphScope* scope, const pb::NodeProto& proto, const ir::Node& node) {
  if (!proto.domain().empty() && proto.domain() != "ai.onnx") return;
  if (node.outputs.empty() || node.outputs[0] == ir::kNone) return;
  const pb::TypeProto* type = scope->TypeOf(node.outputs[0]);
  if (type == nullptr || !type->has_tensor_type() || !type->tensor_type().has_shape()) return;
  const pb::TensorShapeProto& shape = type->tensor_type().shape();
  const auto id = static_cast<std::size_t>(node.outputs[0]);
  if (shape.dim_size() > 1 || scope->data[id] != nullptr) return;
  Result numbers;
  if (const auto known = scope->shapes.find(node.outputs[0]); known != scope->shapes.end()) {
    numbers = Whole(known->second);
  }
  if (!numbers && node.inputs.size() <= kMostOperands) {
    Operands operands;
    for (const ir::ValueId input : node.inputs) {
      const pb::TensorProto* data = scope->DataOf(input);
      operands.push_back(data == nullptr ? std::nullopt : Read(*data));
    }
    numbers = Compute(proto, operands);
  }
  if (!numbers || numbers->size() > kMost) return;
  // Of another length than inference says: not what is read here.
  const bool length = shape.dim_size() == 1 && shape.dim(0).has_dim_value();
  if (length && shape.dim(0).dim_value() != static_cast<std::int64_t>(numbers->size())) return;
  auto* made = google::protobuf::Arena::CreateMessage<pb::TensorProto>(work_->arena);
  if (!Write(*numbers, type->tensor_type().elem_type(), shape.dim_size(), made)) return;
  scope->data[id] = made;
  scope->shapes.erase(node.outputs[0]);  // propagation may have known a part
}

}  // namespace onnxcheck::parsers
