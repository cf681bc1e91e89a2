// Questions about nodes, attributes and constants of a graph.
#ifndef ONNXCHECK_ANALYZER_FACTS_GRAPH_QUERY_H_
#define ONNXCHECK_ANALYZER_FACTS_GRAPH_QUERY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

// The node that computes the value; null for inputs, initializers and kNone.
const ir::Node* ProducerOf(const ir::Graph& graph, ir::ValueId value);

// True for operators of ONNX's own domain.
bool IsOnnx(const ir::Node& node, std::string_view op_type);

// The value, or kNone where the node has no such input or output.
ir::ValueId InputOf(const ir::Node& node, std::size_t index);
ir::ValueId OutputOf(const ir::Node& node, std::size_t index);

const ir::Attribute* FindAttribute(const ir::Node& node, std::string_view name);
std::optional<std::int64_t> IntAttribute(const ir::Node& node, std::string_view name);

// Shape as declared or inferred; null when not even the rank is known.
const std::vector<ir::Dimension>* ShapeOf(const ir::Graph& graph, ir::ValueId value);

// True for initializers, Constant nodes and values that data propagation
// has settled, also where the elements themselves were left in the file.
bool IsConstant(const ir::Graph& graph, ir::ValueId value);

// The tensor that an initializer or a Constant node holds; null for anything else.
const ir::Tensor* TensorOf(const ir::Graph& graph, ir::ValueId value);

// Product of the dimensions; nullopt for negative ones and on overflow.
std::optional<std::int64_t> ElementCount(const ir::Tensor& tensor);

// Elements of a small constant of numbers (DecodeElements).
std::optional<std::vector<double>> ConstantElements(const ir::Graph& graph, ir::ValueId value);

// Axes of an operator that has them as an attribute (older opsets) or as constant input number
// `input`, as written: negative ones count from the back. Empty: none are given. nullopt: they are
// not known, or no axes of anything (beyond 2^31, not whole).
std::optional<std::vector<std::int64_t>> AxesOf(const ir::Graph& graph, const ir::Node& node,
                                                std::size_t input);

// A constant whose elements are all the same number.
std::optional<double> ConstantScalar(const ir::Graph& graph, ir::ValueId value);

// Version of ONNX's own operators that the model imports.
std::optional<std::int64_t> OnnxOpset(const ir::Model& model);

// The node in the file, with its path as logical place.
ir::Location NodeLocation(const ir::Model& model, const ir::Graph& graph, ir::NodeId node);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_GRAPH_QUERY_H_
