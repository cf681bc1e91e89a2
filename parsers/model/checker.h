// What the sources of the checker share; see check.h.
#ifndef ONNXCHECK_PARSERS_MODEL_CHECKER_H_
#define ONNXCHECK_PARSERS_MODEL_CHECKER_H_

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "onnx/checker.h"
#include "onnx/common/proto_util.h"
#include "parsers/model/check.h"
#include "parsers/model/runtime_operators.h"
#include "parsers/model/schemas.h"

namespace onnxcheck::parsers {

// Calls a function of ONNX that throws and returns its message instead.
template <typename Call>
std::optional<std::string> Violation(Call&& call) {
  try {
    call();
  } catch (const std::exception& error) {
    return CleanMessage(error.what());
  }
  return std::nullopt;
}

class Checker {
 public:
  Checker(const pb::ModelProto& proto, const Stripped& stripped, const ModelIndex& index,
          ir::Model* model)
      : proto_(proto), stripped_(stripped), index_(index), model_(*model), runtime_(proto) {
    for (const pb::FunctionProto& function : proto.functions()) {
      functions_.insert(pb::GetFunctionImplId(function));
    }
  }

  NodeSet Run();

 private:
  // What a graph has defined up to a node, seen from its subgraphs.
  struct Names {
    const NameIndex& index;
    const Names* outer;
    std::vector<bool> here;  // by ir::ValueId

    ir::ValueId IdOf(absl::string_view name) const { return index.find(name)->second; }
    bool HasHere(ir::ValueId id) const { return here[static_cast<std::size_t>(id)]; }
    // False if it was there before.
    bool Add(ir::ValueId id) {
      const bool added = !HasHere(id);
      here[static_cast<std::size_t>(id)] = true;
      return added;
    }
    bool Has(ir::ValueId id, absl::string_view name) const {
      if (HasHere(id)) return true;
      for (const Names* names = outer; names != nullptr; names = names->outer) {
        const auto it = names->index.find(name);
        if (it != names->index.end() && names->HasHere(it->second)) return true;
      }
      return false;
    }
  };
  // What is in force where a node stands.
  struct Setting {
    Schemas* schemas;
    pb::checker::CheckerContext context;
    bool function = false;
  };
  // A node with its place in both forms of the model.
  struct Place {
    const ir::Graph& graph;
    ir::NodeId node;
    const ir::Node& ir() const { return graph.nodes[static_cast<std::size_t>(node)]; }
  };

  // check.cc: the model, its graphs and functions.
  void Header();
  void Functions();
  void Function(const pb::FunctionProto& proto, const ir::Graph& graph,
                const Schemas::Imports& model_imports);
  void Graph(const pb::GraphProto& proto, const ir::Graph& graph, const Setting& setting,
             const Names* outer);
  void Values(const google::protobuf::RepeatedPtrField<pb::ValueInfoProto>& infos, const char* what,
              const ir::Graph& graph, const Setting& setting);
  void Initializers(const pb::GraphProto& proto, const ir::Graph& graph, Names* names);
  void Taken(const Place& place, int output, const Names& names);
  void NodeNames(const google::protobuf::RepeatedPtrField<pb::NodeProto>& nodes,
                 const ir::Graph& graph);
  void Nodes(const google::protobuf::RepeatedPtrField<pb::NodeProto>& nodes, const ir::Graph& graph,
             const Setting& setting, Names* names);
  void Input(const pb::NodeProto& proto, int index, const Place& place, const Names& names);

  // check_node.cc: one node.
  void Node(const pb::NodeProto& proto, const Place& place, const Setting& setting,
            const Names& names);
  void Attribute(const pb::AttributeProto& proto, std::size_t index, const Place& place,
                 const Setting& setting, const Names& names);
  void Schema(const pb::NodeProto& proto, const Place& place, const Setting& setting);
  void Deprecated(const pb::NodeProto& proto, const Place& place, int version);
  void Verify(const pb::NodeProto& proto, const pb::OpSchema& schema, const Place& place);

  // check_tensor.cc: one tensor; the message, if there is something wrong.
  std::optional<std::string> Tensor(const pb::TensorProto& proto) const;
  std::optional<std::string> RemovedTensor(const pb::TensorProto& proto,
                                           const TensorSpan& span) const;
  std::optional<std::string> SparseTensor(const pb::SparseTensorProto& proto) const;

  void Duplicate(std::string logical, std::string message, std::string help,
                 const ir::Node* node = nullptr) {
    Report(ir::ProblemKind::kDuplicateName, std::move(logical), std::move(message), std::move(help),
           node);
  }
  void Report(ir::ProblemKind kind, std::string logical, std::string message, std::string help = "",
              const ir::Node* node = nullptr);
  void ReportNode(const Place& place, std::string message, std::string help = "",
                  absl::string_view below = "");

  const pb::ModelProto& proto_;
  const Stripped& stripped_;
  const ModelIndex& index_;
  ir::Model& model_;
  std::unordered_map<std::string, int> imports_;
  int ir_version_ = 0;
  bool newer_ = false;  // IR newer than the linked ONNX: only names are checked
  std::size_t violations_ = 0;
  NodeSet bad_;
  const RuntimeOperators runtime_;
  absl::flat_hash_set<std::string> functions_;
  struct Dropped {
    int since = 0;  // opset; 0: still there
    std::size_t problem = 0;
    std::size_t nodes = 0;
  };
  absl::flat_hash_map<std::pair<absl::string_view, absl::string_view>, Dropped> dropped_;
  // One missing import or value is one fault, however many nodes use it.
  absl::flat_hash_set<std::string> missing_imports_;
  absl::flat_hash_map<std::pair<const ir::Graph*, std::string>, std::size_t> missing_values_;
};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_CHECKER_H_
