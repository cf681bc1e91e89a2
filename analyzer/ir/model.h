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

// What ONNX's schemas say about a node's operator in the opset that is imported.
enum class Operator : std::uint8_t {
  kUnchecked,  // the node breaks a rule of the specification, or its opset is newer than ONNX's
               // here
  kKnown,      // a schema describes it
  kFunction,   // a call of a function of the model
  kRuntime,    // one of ONNX Runtime's own that stands in ONNX's domain, in a graph that it wrote
  kUnknown,    // its domain is none of ONNX's: nothing is known of it
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
  Operator known = Operator::kUnchecked;
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

// Where a node of a graph with inlined calls stands in the file.
struct Origin {
  std::int32_t body = 0;  // index into Graph::bodies
  NodeId node = kNone;    // index in the body
};

struct Graph {
  std::string name;
  std::string path;  // logical path: "graph", "graph/node[2]:If_0/then_branch", "functions[0]:f"
  std::vector<Node> nodes;
  std::vector<Value> values;
  std::vector<ValueId> inputs;  // without those that only name an initializer
  std::vector<ValueId> outputs;
  std::vector<Tensor> initializers;
  // Both empty in a graph whose nodes are those of the file. Else by NodeId, and the logical path
  // of the graph itself and of every call that was replaced by what it calls:
  // "graph/node[5]:layer1/functions[0]:f".
  std::vector<Origin> origins;
  std::vector<std::string> bodies;
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

// A file beside the model that holds elements of its tensors.
struct DataFile {
  std::string location;     // as the model names it
  std::string path;         // where it is; empty: not to be read, a problem says why
  std::uint64_t bytes = 0;  // size of the file
  std::size_t tensors = 0;  // that name it
  std::string first;        // logical place of the first of them
  // SHA-1 of the whole file as the model states it, in lower-case hexadecimal; or empty.
  std::string checksum;
};

struct Model {
  Input input;
  bool decoded = false;  // false: nothing of the graph could be read
  std::int64_t ir_version = 0;
  std::string producer_name;
  std::string producer_version;
  std::map<std::string, std::int64_t> opset_imports;  // domain -> version
  std::vector<std::pair<std::string, std::string>> metadata;
  // Calls of the model's functions are replaced by what they call, as far as that is possible
  // within bounds: who asks about the computation need not look into `functions`, which are as
  // written.
  Graph graph;
  std::vector<Function> functions;
  std::vector<TrainingInfo> training;
  WeightReading weights;
  std::vector<DataFile> data_files;  // in the order of their first mention
};

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_MODEL_H_
