#include "analyzer/facts/graph_query.h"

#include <algorithm>
#include <cmath>

#include "analyzer/facts/elements.h"
#include "analyzer/ir/path.h"

namespace onnxcheck::facts {
namespace {

const ir::Value* ValueAt(const ir::Graph& graph, ir::ValueId value) {
  if (value < 0 || static_cast<std::size_t>(value) >= graph.values.size()) return nullptr;
  return &graph.values[static_cast<std::size_t>(value)];
}

// Constant nodes may also hold a number or a list instead of a tensor.
std::optional<std::vector<double>> NumbersOf(const ir::Node& constant) {
  for (const ir::Attribute& attribute : constant.attributes) {
    if (const auto* f = std::get_if<float>(&attribute.value)) return std::vector<double>{*f};
    if (const auto* i = std::get_if<std::int64_t>(&attribute.value)) {
      return std::vector<double>{static_cast<double>(*i)};
    }
    if (const auto* list = std::get_if<std::vector<float>>(&attribute.value)) {
      return std::vector<double>(list->begin(), list->end());
    }
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&attribute.value)) {
      return std::vector<double>(list->begin(), list->end());
    }
  }
  return std::nullopt;
}

}  // namespace

const ir::Node* ProducerOf(const ir::Graph& graph, ir::ValueId id) {
  const ir::Value* value = ValueAt(graph, id);
  if (value == nullptr || value->producer < 0 ||
      static_cast<std::size_t>(value->producer) >= graph.nodes.size()) {
    return nullptr;
  }
  return &graph.nodes[static_cast<std::size_t>(value->producer)];
}

bool IsOnnx(const ir::Node& node, std::string_view op_type) {
  return node.op_type == op_type && (node.domain.empty() || node.domain == "ai.onnx");
}

ir::ValueId InputOf(const ir::Node& node, std::size_t index) {
  return index < node.inputs.size() ? node.inputs[index] : ir::kNone;
}

ir::ValueId OutputOf(const ir::Node& node, std::size_t index) {
  return index < node.outputs.size() ? node.outputs[index] : ir::kNone;
}

const ir::Attribute* FindAttribute(const ir::Node& node, std::string_view name) {
  for (const ir::Attribute& attribute : node.attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

std::optional<std::int64_t> IntAttribute(const ir::Node& node, std::string_view name) {
  const ir::Attribute* attribute = FindAttribute(node, name);
  if (attribute == nullptr) return std::nullopt;
  const auto* value = std::get_if<std::int64_t>(&attribute->value);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

const std::vector<ir::Dimension>* ShapeOf(const ir::Graph& graph, ir::ValueId id) {
  const ir::Value* value = ValueAt(graph, id);
  if (value == nullptr || !value->type.is_tensor || !value->type.shape) return nullptr;
  return &*value->type.shape;
}

bool IsConstant(const ir::Graph& graph, ir::ValueId id) {
  const ir::Value* value = ValueAt(graph, id);
  if (value == nullptr) return false;
  if (value->initializer >= 0 || value->constant) return true;
  const ir::Node* node = ProducerOf(graph, id);
  return node != nullptr && IsOnnx(*node, "Constant");
}

const ir::Tensor* TensorOf(const ir::Graph& graph, ir::ValueId id) {
  const ir::Value* value = ValueAt(graph, id);
  if (value == nullptr) return nullptr;
  if (value->initializer >= 0 &&
      static_cast<std::size_t>(value->initializer) < graph.initializers.size()) {
    return &graph.initializers[static_cast<std::size_t>(value->initializer)];
  }
  const ir::Node* node = ProducerOf(graph, id);
  if (node == nullptr || !IsOnnx(*node, "Constant")) return nullptr;
  const ir::Attribute* attribute = FindAttribute(*node, "value");
  return attribute == nullptr ? nullptr : std::get_if<ir::Tensor>(&attribute->value);
}

std::optional<std::int64_t> ElementCount(const ir::Tensor& tensor) {
  std::int64_t count = 1;
  for (const std::int64_t size : tensor.dims) {
    if (size < 0 || __builtin_mul_overflow(count, size, &count)) return std::nullopt;
  }
  return count;
}

std::optional<std::vector<double>> ConstantElements(const ir::Graph& graph, ir::ValueId id) {
  if (const ir::Tensor* tensor = TensorOf(graph, id)) {
    if (!tensor->elements) return std::nullopt;
    return DecodeElements(tensor->element, *tensor->elements);
  }
  const ir::Value* value = ValueAt(graph, id);
  if (value != nullptr && value->constant)
    return DecodeElements(value->type.element, *value->constant);
  const ir::Node* node = ProducerOf(graph, id);
  if (node != nullptr && IsOnnx(*node, "Constant")) return NumbersOf(*node);
  return std::nullopt;
}

std::optional<std::vector<std::int64_t>> AxesOf(const ir::Graph& graph, const ir::Node& node,
                                                std::size_t input) {
  constexpr double kLimit = 0x1p31;
  std::optional<std::vector<double>> written(std::in_place);
  if (const ir::Attribute* attribute = FindAttribute(node, "axes")) {
    const auto* list = std::get_if<std::vector<std::int64_t>>(&attribute->value);
    if (list == nullptr) return std::nullopt;
    written->assign(list->begin(), list->end());
  } else if (InputOf(node, input) != ir::kNone) {
    written = ConstantElements(graph, InputOf(node, input));
  }
  if (!written) return std::nullopt;
  std::vector<std::int64_t> axes;
  for (const double axis : *written) {
    if (!(std::abs(axis) < kLimit) || std::trunc(axis) != axis) return std::nullopt;
    axes.push_back(static_cast<std::int64_t>(axis));
  }
  return axes;
}

std::optional<double> ConstantScalar(const ir::Graph& graph, ir::ValueId id) {
  const auto elements = ConstantElements(graph, id);
  if (!elements || elements->empty()) return std::nullopt;
  const double first = elements->front();
  const bool uniform = std::all_of(elements->begin(), elements->end(),
                                   [&](double element) { return element == first; });
  return uniform ? std::optional(first) : std::nullopt;
}

std::optional<std::int64_t> OnnxOpset(const ir::Model& model) {
  for (const char* domain : {"", "ai.onnx"}) {
    const auto found = model.opset_imports.find(domain);
    if (found != model.opset_imports.end()) return found->second;
  }
  return std::nullopt;
}

ir::Location NodeLocation(const ir::Model& model, const ir::Graph& graph, ir::NodeId id) {
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
  ir::Location location;
  location.path = model.input.path;
  location.offset = node.offset;
  location.length = node.length;
  location.has_span = node.length > 0;
  location.logical = ir::NodePath(graph, id);
  return location;
}

}  // namespace onnxcheck::facts
