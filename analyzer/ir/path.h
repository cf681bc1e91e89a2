// Logical places inside a model, spelled in one way by parsers, rules and reports:
//   graph/node[12]:Conv_3/input[1]      graph/node[3]:Softmax/attribute[axis]
//   graph/initializer[4]:w              graph/node[2]:If_0/then_branch/node[0]:Relu
//   graph/node[5]:layer1/functions[0]:f/node[2]:Mul    a function's node, as this call has it
#ifndef ONNXCHECK_ANALYZER_IR_PATH_H_
#define ONNXCHECK_ANALYZER_IR_PATH_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "analyzer/ir/model.h"

namespace onnxcheck::ir {

// "parent/what[index]:label"; without ":label" when the label is empty.
inline std::string ElementPath(std::string_view parent, std::string_view what, std::size_t index,
                               std::string_view label = {}) {
  std::string path;
  path.reserve(parent.size() + what.size() + label.size() + 16);
  path.append(parent).append("/").append(what).append("[").append(std::to_string(index));
  path.append("]");
  if (!label.empty()) path.append(":").append(label);
  return path;
}

// A node is known by its name, an unnamed one by its operator.
inline std::string NodePath(const Graph& graph, NodeId node) {
  const auto index = static_cast<std::size_t>(node);
  const Node& it = graph.nodes[index];
  const std::string& label = it.name.empty() ? it.op_type : it.name;
  if (graph.origins.empty()) return ElementPath(graph.path, "node", index, label);
  const Origin& origin = graph.origins[index];
  return ElementPath(graph.bodies[static_cast<std::size_t>(origin.body)], "node",
                     static_cast<std::size_t>(origin.node), label);
}

inline std::string InputPath(const Graph& graph, NodeId node, std::size_t index) {
  return ElementPath(NodePath(graph, node), "input", index);
}

inline std::string OutputPath(const Graph& graph, NodeId node, std::size_t index) {
  return ElementPath(NodePath(graph, node), "output", index);
}

inline std::string AttributePath(const Graph& graph, NodeId node, std::string_view name) {
  return NodePath(graph, node).append("/attribute[").append(name).append("]");
}

inline std::string InitializerPath(const Graph& graph, std::size_t index) {
  return ElementPath(graph.path, "initializer", index, graph.initializers[index].name);
}

// The graph's own inputs and outputs, by their place in the IR's lists.
inline std::string GraphInputPath(const Graph& graph, std::size_t index) {
  return ElementPath(graph.path, "input", index,
                     graph.values[static_cast<std::size_t>(graph.inputs[index])].name);
}

inline std::string GraphOutputPath(const Graph& graph, std::size_t index) {
  return ElementPath(graph.path, "output", index,
                     graph.values[static_cast<std::size_t>(graph.outputs[index])].name);
}

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_PATH_H_
