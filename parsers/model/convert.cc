#include "parsers/model/convert.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "analyzer/ir/path.h"
#include "parsers/model/tensor.h"

namespace onnxcheck::parsers {
namespace {

using pb::AttributeProto;
using pb::NodeProto;

struct Context {
  const Stripped& stripped;
  ExternalData* external;  // may be null
  ModelIndex* index;
  const InlinedGraphs* inlined = nullptr;
};

// A graph under construction, seen from its subgraphs.
struct Scope {
  ir::Graph* graph = nullptr;
  Scope* parent = nullptr;
  ir::NodeId node = ir::kNone;  // whose subgraph is being converted
  std::size_t inputs = 0;       // values with lower ids are inputs of the graph
  NameIndex ids;
  std::vector<std::pair<ir::ValueId, ir::NodeId>> captures;

  ir::ValueId Intern(const std::string& name) {
    const auto [it, inserted] = ids.try_emplace(name, static_cast<ir::ValueId>(ids.size()));
    if (inserted) graph->values.emplace_back().name = name;
    return it->second;
  }
  ir::Value& At(ir::ValueId id) { return graph->values[static_cast<std::size_t>(id)]; }
};

void ConvertBody(const Context& context, const google::protobuf::RepeatedPtrField<NodeProto>& nodes,
                 Scope* scope);

ir::Graph ConvertGraph(const Context& context, const pb::GraphProto& proto, std::string path,
                       Scope* parent) {
  ir::Graph graph;
  graph.name = proto.name();
  graph.path = std::move(path);
  if (context.inlined != nullptr) {
    if (const auto it = context.inlined->find(&proto); it != context.inlined->end()) {
      graph.origins = it->second.origins;
      for (const std::string& body : it->second.bodies) {
        graph.bodies.push_back(absl::StrCat(graph.path, body));
      }
    }
  }
  Scope scope;
  scope.graph = &graph;
  scope.parent = parent;
  for (const pb::ValueInfoProto& input : proto.input()) {
    const ir::ValueId id = scope.Intern(input.name());
    if (input.has_type()) scope.At(id).type = ConvertType(input.type());
    graph.inputs.push_back(id);
  }
  scope.inputs = scope.ids.size();
  graph.initializers.reserve(
      static_cast<std::size_t>(proto.initializer_size() + proto.sparse_initializer_size()));
  const auto place = [&graph](const char* what, int index, const std::string& name) {
    return [&graph, what, index, &name] {
      return ir::ElementPath(graph.path, what, static_cast<std::size_t>(index), name);
    };
  };
  for (int i = 0; i < proto.initializer_size(); ++i) {
    const pb::TensorProto& tensor = proto.initializer(i);
    graph.initializers.push_back(ConvertTensor(tensor, context.stripped, context.external,
                                               place("initializer", i, tensor.name())));
  }
  for (int i = 0; i < proto.sparse_initializer_size(); ++i) {
    const pb::SparseTensorProto& tensor = proto.sparse_initializer(i);
    graph.initializers.push_back(
        ConvertSparseTensor(tensor, context.stripped, context.external,
                            place("sparse_initializer", i, tensor.values().name())));
  }
  for (std::size_t i = 0; i < graph.initializers.size(); ++i) {
    ir::Value& value = scope.At(scope.Intern(graph.initializers[i].name));
    if (value.initializer == ir::kNone) value.initializer = static_cast<std::int32_t>(i);
  }
  std::erase_if(graph.inputs,
                [&](ir::ValueId id) { return scope.At(id).initializer != ir::kNone; });
  ConvertBody(context, proto.node(), &scope);
  for (const pb::ValueInfoProto& output : proto.output()) {
    const ir::ValueId id = scope.Intern(output.name());
    if (output.has_type()) scope.At(id).type = ConvertType(output.type());
    graph.outputs.push_back(id);
  }
  context.index->insert_or_assign(&proto, std::move(scope.ids));
  return graph;
}

// An attribute's subgraphs, under the attribute's name: node[2]:If_0/then_branch.
std::vector<ir::Graph> Subgraphs(const Context& context, const AttributeProto& proto,
                                 const std::string& node_path, Scope* scope) {
  std::vector<ir::Graph> graphs;
  const std::string path = absl::StrCat(node_path, "/", proto.name());
  if (proto.has_g()) {
    graphs.push_back(ConvertGraph(context, proto.g(), path, scope));
    return graphs;
  }
  for (int i = 0; i < proto.graphs_size(); ++i) {
    graphs.push_back(
        ConvertGraph(context, proto.graphs(i), absl::StrCat(path, "[", i, "]"), scope));
  }
  return graphs;
}

std::vector<ir::Tensor> Tensors(const Context& context, const AttributeProto& proto,
                                absl::FunctionRef<std::string()> place) {
  std::vector<ir::Tensor> tensors;
  for (const pb::TensorProto& tensor : proto.tensors()) {
    tensors.push_back(ConvertTensor(tensor, context.stripped, context.external, place));
  }
  for (const pb::SparseTensorProto& tensor : proto.sparse_tensors()) {
    tensors.push_back(ConvertSparseTensor(tensor, context.stripped, context.external, place));
  }
  return tensors;
}

// IR versions below 2 have no `type`: the field that is set decides.
AttributeProto::AttributeType TypeOf(const AttributeProto& proto) {
  if (proto.has_type() && proto.type() != AttributeProto::UNDEFINED) return proto.type();
  if (proto.has_f()) return AttributeProto::FLOAT;
  if (proto.has_i()) return AttributeProto::INT;
  if (proto.has_s()) return AttributeProto::STRING;
  if (proto.has_t()) return AttributeProto::TENSOR;
  if (proto.has_g()) return AttributeProto::GRAPH;
  if (proto.has_sparse_tensor()) return AttributeProto::SPARSE_TENSOR;
  if (proto.floats_size() > 0) return AttributeProto::FLOATS;
  if (proto.ints_size() > 0) return AttributeProto::INTS;
  if (proto.strings_size() > 0) return AttributeProto::STRINGS;
  if (proto.tensors_size() > 0) return AttributeProto::TENSORS;
  if (proto.graphs_size() > 0) return AttributeProto::GRAPHS;
  if (proto.sparse_tensors_size() > 0) return AttributeProto::SPARSE_TENSORS;
  return AttributeProto::UNDEFINED;
}

ir::AttributeValue ConvertValue(const Context& context, const AttributeProto& proto,
                                const std::string& node_path, Scope* scope) {
  // Whatever the type says, subgraphs are kept: their nodes are checked.
  if (SubgraphCount(proto) > 0) return Subgraphs(context, proto, node_path, scope);
  if (!proto.ref_attr_name().empty()) return std::monostate{};
  const auto place = [&] { return ir::AttributePath(*scope->graph, scope->node, proto.name()); };
  switch (TypeOf(proto)) {
    case AttributeProto::FLOAT:
      return proto.f();
    case AttributeProto::INT:
      return static_cast<std::int64_t>(proto.i());
    case AttributeProto::STRING:
      return proto.s();
    case AttributeProto::TENSOR:
      return ConvertTensor(proto.t(), context.stripped, context.external, place);
    case AttributeProto::SPARSE_TENSOR:
      return ConvertSparseTensor(proto.sparse_tensor(), context.stripped, context.external, place);
    case AttributeProto::FLOATS:
      return std::vector<float>(proto.floats().begin(), proto.floats().end());
    case AttributeProto::INTS:
      return std::vector<std::int64_t>(proto.ints().begin(), proto.ints().end());
    case AttributeProto::STRINGS:
      return std::vector<std::string>(proto.strings().begin(), proto.strings().end());
    case AttributeProto::TENSORS:
    case AttributeProto::SPARSE_TENSORS:
      return Tensors(context, proto, place);
    default:
      return std::monostate{};
  }
}

// A name that the graph does not define comes from around it: the node that
// holds the subgraph consumes it there.
void Capture(Scope* scope, const google::protobuf::RepeatedPtrField<NodeProto>& nodes) {
  if (scope->parent == nullptr) return;
  for (const NodeProto& node : nodes) {
    for (const std::string& input : node.input()) {
      if (input.empty()) continue;
      const ir::ValueId id = scope->ids.find(input)->second;
      const ir::Value& value = scope->At(id);
      const bool is_input = static_cast<std::size_t>(id) < scope->inputs;
      if (is_input || value.producer != ir::kNone || value.initializer != ir::kNone) continue;
      for (Scope* outer = scope->parent; outer != nullptr; outer = outer->parent) {
        const auto it = outer->ids.find(input);
        if (it == outer->ids.end()) continue;
        if (outer->captures.empty() ||
            outer->captures.back() != std::pair(it->second, outer->node)) {
          outer->captures.emplace_back(it->second, outer->node);
        }
        const ir::Value& there = outer->At(it->second);
        if (there.producer != ir::kNone || there.initializer != ir::kNone) break;
      }
    }
  }
}

void AddCaptures(Scope* scope) {
  std::vector<ir::ValueId> touched;
  for (const auto& [value, node] : scope->captures) {
    scope->At(value).consumers.push_back(node);
    touched.push_back(value);
  }
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  for (const ir::ValueId value : touched) {
    std::vector<ir::NodeId>& consumers = scope->At(value).consumers;
    std::sort(consumers.begin(), consumers.end());
    consumers.erase(std::unique(consumers.begin(), consumers.end()), consumers.end());
  }
}

void ConvertBody(const Context& context, const google::protobuf::RepeatedPtrField<NodeProto>& nodes,
                 Scope* scope) {
  ir::Graph& graph = *scope->graph;
  graph.nodes.resize(static_cast<std::size_t>(nodes.size()));
  // Most nodes have one output, which most often is all that is new in them.
  graph.values.reserve(graph.values.size() + graph.nodes.size() + 1);
  scope->ids.reserve(graph.values.size() + graph.nodes.size() + 1);
  for (int i = 0; i < nodes.size(); ++i) {
    const NodeProto& proto = nodes[i];
    ir::Node& node = graph.nodes[static_cast<std::size_t>(i)];
    node.name = proto.name();
    node.op_type = proto.op_type();
    node.domain = proto.domain() == "ai.onnx" ? std::string() : proto.domain();
    if (const std::size_t at = NodeIndex(proto.doc_string()); at < context.stripped.nodes.size()) {
      node.offset = context.stripped.nodes[at].offset;
      node.length = context.stripped.nodes[at].length;
    }
    for (const std::string& input : proto.input()) {
      const ir::ValueId id = input.empty() ? ir::kNone : scope->Intern(input);
      node.inputs.push_back(id);
      if (id == ir::kNone) continue;
      std::vector<ir::NodeId>& consumers = scope->At(id).consumers;
      if (consumers.empty() || consumers.back() != i) consumers.push_back(i);
    }
    for (const std::string& output : proto.output()) {
      const ir::ValueId id = output.empty() ? ir::kNone : scope->Intern(output);
      node.outputs.push_back(id);
      if (id != ir::kNone && scope->At(id).producer == ir::kNone) scope->At(id).producer = i;
    }
  }
  Capture(scope, nodes);
  // The names of the whole graph are known before its subgraphs look for theirs.
  for (int i = 0; i < nodes.size(); ++i) {
    if (nodes[i].attribute().empty()) continue;
    ir::Node& node = graph.nodes[static_cast<std::size_t>(i)];
    scope->node = i;
    std::string path;
    node.attributes.reserve(static_cast<std::size_t>(nodes[i].attribute_size()));
    for (const AttributeProto& proto : nodes[i].attribute()) {
      if (path.empty() && SubgraphCount(proto) > 0) path = ir::NodePath(graph, i);
      ir::AttributeValue value = ConvertValue(context, proto, path, scope);
      node.attributes.push_back({proto.name(), std::move(value), proto.ref_attr_name()});
    }
  }
  AddCaptures(scope);
}

ir::Function ConvertFunction(const Context& context, const pb::FunctionProto& proto,
                             std::size_t index) {
  ir::Function function;
  function.name = proto.name();
  function.domain = proto.domain();
  ir::Graph& graph = function.body;
  graph.name = proto.name();
  graph.path = absl::StrCat("functions[", index, "]:", proto.name());
  Scope scope;
  scope.graph = &graph;
  for (const std::string& input : proto.input()) graph.inputs.push_back(scope.Intern(input));
  scope.inputs = scope.ids.size();
  ConvertBody(context, proto.node(), &scope);
  for (const std::string& output : proto.output()) graph.outputs.push_back(scope.Intern(output));
  for (const pb::ValueInfoProto& info : proto.value_info()) {
    const auto it = scope.ids.find(info.name());
    if (it != scope.ids.end()) scope.At(it->second).type = ConvertType(info.type());
  }
  context.index->emplace(&proto, std::move(scope.ids));
  return function;
}

std::vector<ir::TrainingInfo::Binding> ConvertBindings(
    const google::protobuf::RepeatedPtrField<pb::StringStringEntryProto>& entries) {
  std::vector<ir::TrainingInfo::Binding> bindings;
  for (const pb::StringStringEntryProto& entry : entries) {
    bindings.emplace_back(entry.key(), entry.value());
  }
  return bindings;
}

ir::TrainingInfo ConvertTraining(const Context& context, const pb::TrainingInfoProto& proto,
                                 const std::string& path) {
  ir::TrainingInfo training;
  training.initialization =
      ConvertGraph(context, proto.initialization(), path + "/initialization", nullptr);
  training.algorithm = ConvertGraph(context, proto.algorithm(), path + "/algorithm", nullptr);
  training.initialization_bindings = ConvertBindings(proto.initialization_binding());
  training.update_bindings = ConvertBindings(proto.update_binding());
  return training;
}

}  // namespace

ir::Graph ConvertAlone(const pb::GraphProto& proto, const Stripped& stripped, ModelIndex* index) {
  return ConvertGraph({stripped, nullptr, index}, proto, proto.name(), nullptr);
}

ir::Type ConvertType(const pb::TypeProto& proto) {
  ir::Type type;
  const pb::TensorShapeProto* shape = nullptr;
  switch (proto.value_case()) {
    case pb::TypeProto::kTensorType:
      type.element = static_cast<ir::ElementType>(proto.tensor_type().elem_type());
      if (proto.tensor_type().has_shape()) shape = &proto.tensor_type().shape();
      break;
    case pb::TypeProto::kSparseTensorType:
      type.element = static_cast<ir::ElementType>(proto.sparse_tensor_type().elem_type());
      if (proto.sparse_tensor_type().has_shape()) shape = &proto.sparse_tensor_type().shape();
      break;
    case pb::TypeProto::VALUE_NOT_SET:
      break;
    default:
      type.is_tensor = false;
  }
  if (shape == nullptr) return type;
  type.shape.emplace();
  type.shape->reserve(static_cast<std::size_t>(shape->dim_size()));
  for (const auto& dim : shape->dim()) {
    ir::Dimension& to = type.shape->emplace_back();
    if (dim.has_dim_value()) to.size = dim.dim_value();
    if (dim.has_dim_param()) to.symbol = dim.dim_param();
  }
  return type;
}

namespace {

void ConvertGraphs(const Context& context, const pb::ModelProto& proto, ir::Model* model) {
  for (const pb::OperatorSetIdProto& opset : proto.opset_import()) {
    model->opset_imports[opset.domain() == "ai.onnx" ? "" : opset.domain()] = opset.version();
  }
  model->graph = ConvertGraph(context, proto.graph(), "graph", nullptr);
  model->training.clear();
  for (int i = 0; i < proto.training_info_size(); ++i) {
    model->training.push_back(
        ConvertTraining(context, proto.training_info(i), absl::StrCat("training_info[", i, "]")));
  }
}

}  // namespace

ModelIndex ConvertModel(const pb::ModelProto& proto, const Stripped& stripped,
                        ExternalData* external, ir::Model* model) {
  ModelIndex index;
  const Context context{stripped, external, &index};
  model->ir_version = proto.ir_version();
  model->producer_name = proto.producer_name();
  model->producer_version = proto.producer_version();
  for (const pb::StringStringEntryProto& entry : proto.metadata_props()) {
    model->metadata.emplace_back(entry.key(), entry.value());
  }
  ConvertGraphs(context, proto, model);
  for (int i = 0; i < proto.functions_size(); ++i) {
    model->functions.push_back(
        ConvertFunction(context, proto.functions(i), static_cast<std::size_t>(i)));
  }
  return index;
}

void ReconvertGraphs(const pb::ModelProto& proto, const Stripped& stripped, ExternalData* external,
                     const InlinedGraphs& inlined, ModelIndex* index, ir::Model* model) {
  ConvertGraphs({stripped, external, index, &inlined}, proto, model);
}

}  // namespace onnxcheck::parsers
