// An ONNX model as an indexed graph. Weights stay in the file as spans.
#ifndef ONNXCHECK_ANALYZER_IR_MODEL_H_
#define ONNXCHECK_ANALYZER_IR_MODEL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/ir/input.h"
#include "analyzer/ir/tensor.h"

namespace onnxcheck::ir {

struct Dimension {
  std::optional<std::int64_t> size;  // absent: symbolic or unknown
  std::string symbol;                // "batch", or empty
};

// Type of a tensor value. Sequences, optionals and maps have is_tensor false.
struct Type {
  bool is_tensor = true;
  ElementType element = ElementType::kUndefined;
  std::optional<std::vector<Dimension>> shape;  // absent: rank unknown
};

using ValueId = std::int32_t;  // index into Graph::values
using NodeId = std::int32_t;   // index into Graph::nodes
inline constexpr std::int32_t kNone = -1;

struct Graph;

using AttributeValue =
    std::variant<std::monostate, float, std::int64_t, std::string, Tensor, std::vector<float>,
                 std::vector<std::int64_t>, std::vector<std::string>, std::vector<Tensor>,
                 std::vector<Graph>>;

struct Attribute {
  std::string name;
  AttributeValue value;
  std::string reference;  // ref_attr_name inside a function body
};

struct Node {
  std::string name;
  std::string op_type;
  std::string domain;           // "" is ai.onnx
  std::vector<ValueId> inputs;  // kNone: an optional input left out
  std::vector<ValueId> outputs;
  std::vector<Attribute> attributes;
  std::uint64_t offset = 0;  // of the NodeProto in the file
  std::uint64_t length = 0;
};

struct Value {
  std::string name;
  Type type;  // as declared, else as shape inference found it
  NodeId producer = kNone;
  std::int32_t initializer = kNone;  // index into Graph::initializers
  std::vector<NodeId> consumers;     // ascending, each node once
  std::optional<std::string>
      constant;  // elements, when data propagation knows them and they are small
};

struct Graph {
  std::string name;
  std::string path;  // logical path: "graph", "graph/node[2]:If_0/then_branch", "functions[0]:f"
  std::vector<Node> nodes;
  std::vector<Value> values;
  std::vector<ValueId> inputs;  // without those that only name an initializer
  std::vector<ValueId> outputs;
  std::vector<Tensor> initializers;
};

struct Function {
  std::string name;
  std::string domain;
  Graph body;
};

// training_info[i]: https://onnx.ai/onnx/api/classes.html#traininginfoproto
struct TrainingInfo {
  using Binding = std::pair<std::string, std::string>;  // initializer, output that replaces it
  Graph initialization;
  Graph algorithm;  // one step; its values may name those of the main graph
  std::vector<Binding> initialization_bindings;
  std::vector<Binding> update_bindings;
};

// Whether the tensors' elements were read (Tensor::statistics).
struct WeightReading {
  bool read = false;
  std::uint64_t bytes = 0;  // of all payloads that hold numbers, in this file and in others
};

struct Model {
  Input input;
  bool decoded = false;  // false: nothing of the graph could be read
  std::int64_t ir_version = 0;
  std::string producer_name;
  std::string producer_version;
  std::map<std::string, std::int64_t> opset_imports;  // domain -> version
  std::vector<std::pair<std::string, std::string>> metadata;
  Graph graph;
  std::vector<Function> functions;
  std::vector<TrainingInfo> training;
  WeightReading weights;
};

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_MODEL_H_
