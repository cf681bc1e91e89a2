// What the sources of the inference share; see infer.h.
#ifndef ONNXCHECK_PARSERS_MODEL_INFERRER_H_
#define ONNXCHECK_PARSERS_MODEL_INFERRER_H_

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "google/protobuf/arena.h"
#include "onnx/shape_inference/implementation.h"
#include "parsers/model/infer.h"
#include "parsers/model/runtime_operators.h"
#include "parsers/model/schemas.h"

namespace onnxcheck::parsers {

class NodeContext;

// A graph and what is known about its values, by ir::ValueId.
struct GraphScope {
  pb::GraphProto* proto = nullptr;
  ir::Graph* graph = nullptr;
  GraphScope* outer = nullptr;
  const NameIndex* ids = nullptr;
  std::vector<pb::TypeProto*> types;         // null: unknown
  std::vector<const pb::TensorProto*> data;  // null: unknown or too large to look at
  std::vector<bool> tainted;                 // derived from a contradiction
  absl::flat_hash_map<ir::ValueId, const pb::SparseTensorProto*> sparse;
  // Integer tensors of known (parts of) values; nodes keep pointers into it.
  std::unordered_map<ir::ValueId, pb::TensorShapeProto> shapes;

  const pb::TypeProto* TypeOf(ir::ValueId id) const {
    if (id < 0) return nullptr;
    const pb::TypeProto* type = types[static_cast<std::size_t>(id)];
    return type == nullptr || type->value_case() == pb::TypeProto::VALUE_NOT_SET ? nullptr : type;
  }
  const pb::TensorProto* DataOf(ir::ValueId id) const {
    return id < 0 ? nullptr : data[static_cast<std::size_t>(id)];
  }
};

class Inferrer {
 public:
  Inferrer(pb::ModelProto* proto, const Stripped& stripped, ModelIndex* index, const NodeSet& bad,
           const InferOptions& options, ir::Model* model);

  void Run();

  // One subgraph, below the node that holds it. `inputs` has a type (or null)
  // for each of its inputs, or is null when nothing is known. The results stay
  // valid as long as this object; an unknown one has no value.
  std::vector<const pb::TypeProto*> Subgraph(pb::GraphProto* proto, ir::Graph* graph,
                                             GraphScope* outer,
                                             const std::vector<const pb::TypeProto*>* inputs);

  // Inferred types are many, and never freed one by one.
  pb::TypeProto* NewType() const {
    return google::protobuf::Arena::CreateMessage<pb::TypeProto>(work_->arena);
  }

  bool IsKept(const pb::TensorProto& tensor) const;

 private:
  // What belongs to the model, or to one call of a function while it lasts.
  struct Work {
    google::protobuf::Arena* arena;
    ModelIndex* index;
    Schemas schemas;
    absl::flat_hash_set<const pb::GraphProto*> visited;
  };

  void Prepare(GraphScope* scope);
  void Captured(GraphScope* scope);
  void Initializers(GraphScope* scope);
  void Nodes(GraphScope* scope);
  void Finish(GraphScope* scope);
  void Node(GraphScope* scope, ir::NodeId index);
  void Constant(GraphScope* scope, const pb::NodeProto& proto, const ir::Node& node);
  void Propagate(GraphScope* scope, pb::NodeProto* proto, const ir::Node& node,
                 const pb::OpSchema& schema);
  // Lists of integers that follow from others by arithmetic, and those that Propagate knows to the
  // last element, become constants that inference functions read: lengths of a mask, heads.
  void Evaluate(GraphScope* scope, const pb::NodeProto& proto, const ir::Node& node);
  // Adds what was inferred for an output to what is declared.
  void Update(GraphScope* scope, ir::NodeId index, std::size_t output, pb::TypeProto* inferred,
              bool quiet);
  void LeftSubgraphs(GraphScope* scope, pb::NodeProto* proto, ir::Node* node);
  // Throws what ONNX throws when the operator does not take the node's types.
  void CheckTypes(const pb::OpSchema& schema, NodeContext* context, const pb::NodeProto& proto);
  const pb::FunctionProto* Callee(const pb::NodeProto& proto, const pb::OpSchema* schema);
  // Infers the outputs of a call from the function's body.
  void Call(const pb::FunctionProto& callee, NodeContext* context);
  void Bind(const pb::FunctionProto& callee, NodeContext* context, GraphScope* scope);
  std::uint64_t Cost(const pb::FunctionProto& function, int depth);
  std::uint64_t BodyCost(const google::protobuf::RepeatedPtrField<pb::NodeProto>& nodes, int depth);
  ir::Operator Known(const pb::NodeProto& node, const pb::OpSchema* schema) const;
  void Conflict(const ir::Graph& graph, ir::NodeId node, std::string logical, std::string message,
                std::string help = "");

  pb::ModelProto& proto_;
  const Stripped& stripped_;
  const NodeSet& bad_;
  const InferOptions options_;
  ir::Model& model_;
  Work whole_;
  Work* work_ = &whole_;
  pb::shape_inference::ModelLocalFunctionsMap functions_;
  const RuntimeOperators runtime_;
  absl::flat_hash_map<const pb::FunctionProto*, std::uint64_t> costs_;
  std::uint64_t expanded_ = 0;
  int depth_ = 0;  // of calls and subgraphs together
  int calls_ = 0;  // depth; faults inside a function are the checker's to report
  // Operator and element types of nodes whose types were found right.
  absl::flat_hash_set<std::string> checked_;
  absl::flat_hash_set<std::string> in_functions_;  // places of conflicts, without their calls
};

// Removes what only an attack has: ranks and names beyond the limits.
void Sanitise(pb::TypeProto* type);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_INFERRER_H_
