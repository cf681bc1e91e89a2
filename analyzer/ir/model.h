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

namespace onnxcheck::ir {

// Values are those of onnx.TensorProto.DataType; numbers unknown to this
// release are kept as they stand in the file.
enum class ElementType : std::int32_t {
  kUndefined = 0,
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
  kUint32 = 12,
  kUint64 = 13,
  kComplex64 = 14,
  kComplex128 = 15,
  kBfloat16 = 16,
};

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

enum class PayloadEncoding {
  kAbsent,    // no data in the file (or an element count of 0)
  kRaw,       // little-endian elements, as TensorProto.raw_data
  kVarints,   // packed int32_data, int64_data or uint64_data
  kFixed,     // packed float_data or double_data: little-endian elements
  kStrings,   // string_data
  kExternal,  // little-endian elements in another file
  // Numbers in several pieces or one by one, each behind its own field tag: the
  // span runs from the first tag to the end of the last and is read as protobuf.
  kPieces,
};

// Where a tensor's elements are. Payloads above the reader's inline limit
// (1 KiB) are never read to lint a graph.
struct Payload {
  PayloadEncoding encoding = PayloadEncoding::kAbsent;
  std::string file;  // kExternal: path resolved against the model's folder; else empty
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  // bytes
};

struct Tensor {
  std::string name;
  ElementType element = ElementType::kUndefined;
  std::vector<std::int64_t> dims;
  Payload payload;
  // Elements in little-endian raw form when the payload was small enough to
  // read (whatever its encoding in the file); else absent.
  std::optional<std::string> elements;
};

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
  std::vector<Graph> training_graphs;  // training_info[i].algorithm
};

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_MODEL_H_
