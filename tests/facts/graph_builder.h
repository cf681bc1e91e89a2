// Graphs for tests, written node by node.
#ifndef ONNXCHECK_TESTS_FACTS_GRAPH_BUILDER_H_
#define ONNXCHECK_TESTS_FACTS_GRAPH_BUILDER_H_

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

class GraphBuilder {
 public:
  explicit GraphBuilder(std::string path = "graph") { graph_.path = std::move(path); }

  ir::ValueId Value(const std::string& name) {
    for (std::size_t i = 0; i < graph_.values.size(); ++i) {
      if (graph_.values[i].name == name) return static_cast<ir::ValueId>(i);
    }
    graph_.values.emplace_back().name = name;
    return static_cast<ir::ValueId>(graph_.values.size() - 1);
  }

  // Sizes below 0 are unknown.
  GraphBuilder& Shape(const std::string& name, const std::vector<std::int64_t>& sizes) {
    std::vector<ir::Dimension> shape;
    for (const std::int64_t size : sizes) {
      ir::Dimension& dimension = shape.emplace_back();
      if (size >= 0) dimension.size = size;
    }
    ir::Value& value = graph_.values[static_cast<std::size_t>(Value(name))];
    value.type.shape = std::move(shape);
    value.type.element = ir::ElementType::kFloat;
    return *this;
  }

  GraphBuilder& Input(const std::string& name) {
    graph_.inputs.push_back(Value(name));
    return *this;
  }
  GraphBuilder& Output(const std::string& name) {
    graph_.outputs.push_back(Value(name));
    return *this;
  }

  // A float or int64 constant; float ones without elements are weights.
  GraphBuilder& Weight(const std::string& name, std::vector<std::int64_t> dims) {
    ir::Tensor& tensor = graph_.initializers.emplace_back();
    tensor.name = name;
    tensor.element = ir::ElementType::kFloat;
    tensor.dims = std::move(dims);
    graph_.values[static_cast<std::size_t>(Value(name))].initializer =
        static_cast<std::int32_t>(graph_.initializers.size() - 1);
    return *this;
  }
  GraphBuilder& Float(const std::string& name, float element) {
    Weight(name, {});
    graph_.initializers.back().elements = std::string(reinterpret_cast<char*>(&element), 4);
    return *this;
  }
  GraphBuilder& Int(const std::string& name, std::int64_t element) {
    Weight(name, {1});
    graph_.initializers.back().element = ir::ElementType::kInt64;
    graph_.initializers.back().elements = std::string(reinterpret_cast<char*>(&element), 8);
    return *this;
  }

  GraphBuilder& Node(std::string op, const std::vector<std::string>& inputs,
                     const std::vector<std::string>& outputs,
                     std::vector<ir::Attribute> attributes = {}, std::string domain = "") {
    ir::Node node;
    node.op_type = std::move(op);
    node.domain = std::move(domain);
    node.attributes = std::move(attributes);
    const auto id = static_cast<ir::NodeId>(graph_.nodes.size());
    for (const std::string& name : inputs) {
      const ir::ValueId value = name.empty() ? ir::kNone : Value(name);
      node.inputs.push_back(value);
      if (value == ir::kNone) continue;
      auto& consumers = graph_.values[static_cast<std::size_t>(value)].consumers;
      if (consumers.empty() || consumers.back() != id) consumers.push_back(id);
    }
    for (const std::string& name : outputs) {
      node.outputs.push_back(Value(name));
      graph_.values[static_cast<std::size_t>(Value(name))].producer = id;
    }
    graph_.nodes.push_back(std::move(node));
    return *this;
  }

  ir::Graph Build() const { return graph_; }

  // A decoded model of this graph in the file m.onnx.
  ir::Model Model(std::int64_t opset = 21) const {
    ir::Model model;
    model.input.path = "m.onnx";
    model.input.kind = ir::Kind::kModel;
    model.decoded = true;
    model.opset_imports[""] = opset;
    model.graph = graph_;
    return model;
  }

 private:
  ir::Graph graph_;
};

inline ir::Attribute IntAttr(std::string name, std::int64_t value) {
  return {.name = std::move(name), .value = value, .reference = ""};
}

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_TESTS_FACTS_GRAPH_BUILDER_H_
