#include "parsers/model/infer.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "analyzer/ir/path.h"
#include "onnx/checker.h"
#include "onnx/common/proto_util.h"
#include "parsers/model/convert.h"
#include "parsers/model/infer_context.h"
#include "parsers/model/inferrer.h"
#include "parsers/model/tensor.h"

namespace onnxcheck::parsers {
namespace {

namespace inference = pb::shape_inference;

template <typename TensorType>
void SanitiseShape(TensorType* type) {
  if (!type->has_shape()) return;
  if (type->shape().dim_size() > kMaxRank) return type->clear_shape();
  for (auto& dim : *type->mutable_shape()->mutable_dim()) {
    if (dim.has_dim_param() && dim.dim_param().size() > kMaxSymbol) dim.clear_dim_param();
  }
}

std::string Declared(const char* what) {
  return absl::StrReplaceAll(CleanMessage(what), {{"existing", "declared"}});
}

}  // namespace

void Sanitise(pb::TypeProto* type) {
  switch (type->value_case()) {
    case pb::TypeProto::kTensorType:
      return SanitiseShape(type->mutable_tensor_type());
    case pb::TypeProto::kSparseTensorType:
      return SanitiseShape(type->mutable_sparse_tensor_type());
    case pb::TypeProto::kSequenceType:
      return Sanitise(type->mutable_sequence_type()->mutable_elem_type());
    case pb::TypeProto::kOptionalType:
      return Sanitise(type->mutable_optional_type()->mutable_elem_type());
    case pb::TypeProto::kMapType:
      return Sanitise(type->mutable_map_type()->mutable_value_type());
    default:
      return;
  }
}

void InferModel(pb::ModelProto* proto, const Stripped& stripped, ModelIndex* index,
                const NodeSet& bad, const InferOptions& options, ir::Model* model) {
  Inferrer(proto, stripped, index, bad, options, model).Run();
}

Inferrer::Inferrer(pb::ModelProto* proto, const Stripped& stripped, ModelIndex* index,
                   const NodeSet& bad, const InferOptions& options, ir::Model* model)
    : proto_(*proto),
      stripped_(stripped),
      bad_(bad),
      options_(options),
      model_(*model),
      whole_{proto->GetArena(), index, Schemas(ImportsOf(*proto)), {}},
      runtime_(*proto) {}

void Inferrer::Run() {
  for (const pb::FunctionProto& function : proto_.functions()) {
    functions_.emplace(pb::GetFunctionImplId(function), &function);
  }
  GraphScope scope;
  scope.proto = proto_.mutable_graph();
  scope.graph = &model_.graph;
  Prepare(&scope);
  Nodes(&scope);
  for (int i = 0; i < proto_.training_info_size(); ++i) {
    if (!proto_.training_info(i).has_algorithm()) continue;
    Subgraph(proto_.mutable_training_info(i)->mutable_algorithm(),
             &model_.training[static_cast<std::size_t>(i)].algorithm, &scope, nullptr);
  }
  Finish(&scope);
}

void Inferrer::Conflict(const ir::Graph& graph, ir::NodeId node, std::string logical,
                        std::string message, std::string help) {
  if (!options_.report || calls_ > 0) return;
  // What is wrong in a function is wrong in each of its calls: the first one says it.
  const std::size_t body = logical.rfind("/functions[");
  if (body != std::string::npos && !in_functions_.insert(logical.substr(body)).second) return;
  ir::Problem problem;
  problem.kind = ir::ProblemKind::kShapeConflict;
  problem.location.path = model_.input.path;
  problem.location.logical = std::move(logical);
  if (node != ir::kNone) {
    const ir::Node& at = graph.nodes[static_cast<std::size_t>(node)];
    problem.location.offset = at.offset;
    problem.location.length = at.length;
    problem.location.has_span = true;
  }
  problem.message = std::move(message);
  problem.help =
      help.empty() ? "correct what is declared, or the operands that lead to it" : std::move(help);
  model_.input.problems.push_back(std::move(problem));
}

bool Inferrer::IsKept(const pb::TensorProto& tensor) const {
  const TensorSpan* span = SpanOf(tensor, stripped_);
  return !IsExternal(tensor) && (span == nullptr || span->removed == 0);
}

void Inferrer::Prepare(GraphScope* scope) {
  work_->visited.insert(scope->proto);
  const std::vector<ir::Value>& values = scope->graph->values;
  scope->types.resize(values.size());
  scope->data.resize(values.size());
  scope->tainted.resize(values.size());
  scope->ids = &work_->index->at(scope->proto);
  const auto declare = [&](google::protobuf::RepeatedPtrField<pb::ValueInfoProto>* infos) {
    for (pb::ValueInfoProto& info : *infos) {
      const auto it = scope->ids->find(info.name());
      if (it == scope->ids->end() || !info.has_type()) continue;
      Sanitise(info.mutable_type());
      scope->types[static_cast<std::size_t>(it->second)] = info.mutable_type();
    }
  };
  declare(scope->proto->mutable_value_info());
  declare(scope->proto->mutable_input());
  declare(scope->proto->mutable_output());
  Initializers(scope);
  if (scope->outer != nullptr) Captured(scope);
}

// Values of outer graphs, as far as they are known where the subgraph stands.
void Inferrer::Captured(GraphScope* scope) {
  absl::flat_hash_set<ir::ValueId> inputs(scope->graph->inputs.begin(), scope->graph->inputs.end());
  for (std::size_t i = 0; i < scope->graph->values.size(); ++i) {
    const ir::Value& value = scope->graph->values[i];
    if (value.producer != ir::kNone || value.initializer != ir::kNone ||
        inputs.contains(static_cast<ir::ValueId>(i))) {
      continue;
    }
    for (GraphScope* outer = scope->outer; outer != nullptr; outer = outer->outer) {
      const auto it = outer->ids->find(value.name);
      if (it == outer->ids->end()) continue;
      const auto from = static_cast<std::size_t>(it->second);
      if (scope->types[i] == nullptr) scope->types[i] = outer->types[from];
      scope->data[i] = outer->data[from];
      scope->tainted[i] = outer->tainted[from];
      const auto shape = outer->shapes.find(it->second);
      if (shape != outer->shapes.end()) {
        scope->shapes.emplace(static_cast<ir::ValueId>(i), shape->second);
      }
      if (scope->types[i] != nullptr) break;
    }
  }
}

void Inferrer::Initializers(GraphScope* scope) {
  const auto add = [&](const std::string& name, const char* what, int index, pb::TypeProto type) {
    const auto it = scope->ids->find(name);
    if (it == scope->ids->end()) return ir::kNone;
    Sanitise(&type);
    pb::TypeProto*& known = scope->types[static_cast<std::size_t>(it->second)];
    if (known == nullptr || known->value_case() == pb::TypeProto::VALUE_NOT_SET) {
      known = NewType();
      *known = std::move(type);
      return it->second;
    }
    try {
      inference::checkShapesAndTypes(type, *known);
    } catch (const std::exception& error) {
      scope->tainted[static_cast<std::size_t>(it->second)] = true;
      Conflict(*scope->graph, ir::kNone,
               ir::ElementPath(scope->graph->path, what, static_cast<std::size_t>(index), name),
               absl::StrCat("initializer '", name, "': ", Declared(error.what())));
    }
    return it->second;
  };
  const auto fill = [](auto* to, std::int32_t element, const auto& dims) {
    to->set_elem_type(element);
    to->mutable_shape();
    for (const std::int64_t dim : dims) to->mutable_shape()->add_dim()->set_dim_value(dim);
  };
  for (int i = 0; i < scope->proto->initializer_size(); ++i) {
    const pb::TensorProto& tensor = scope->proto->initializer(i);
    pb::TypeProto type;
    fill(type.mutable_tensor_type(), tensor.data_type(), tensor.dims());
    const ir::ValueId id = add(tensor.name(), "initializer", i, std::move(type));
    if (id != ir::kNone && IsKept(tensor)) scope->data[static_cast<std::size_t>(id)] = &tensor;
  }
  for (int i = 0; i < scope->proto->sparse_initializer_size(); ++i) {
    const pb::SparseTensorProto& tensor = scope->proto->sparse_initializer(i);
    // onnx.proto: an initializer stored in sparse format. What nodes read is the dense tensor.
    pb::TypeProto type;
    fill(type.mutable_tensor_type(), tensor.values().data_type(), tensor.dims());
    const ir::ValueId id = add(tensor.values().name(), "sparse_initializer", i, std::move(type));
    if (id != ir::kNone && IsKept(tensor.values()) && IsKept(tensor.indices())) {
      scope->sparse[id] = &tensor;
    }
  }
}

std::vector<const pb::TypeProto*> Inferrer::Subgraph(
    pb::GraphProto* proto, ir::Graph* graph, GraphScope* outer,
    const std::vector<const pb::TypeProto*>* inputs) {
  static const pb::TypeProto* const unknown = new pb::TypeProto();
  if (inputs != nullptr && static_cast<int>(inputs->size()) > proto->input_size()) {
    fail_shape_inference("the subgraph has ", proto->input_size(), " inputs but ", inputs->size(),
                         " are given");
  }
  if (depth_ >= kMaxInferenceDepth) return std::vector(graph->outputs.size(), unknown);
  GraphScope scope;
  scope.proto = proto;
  scope.graph = graph;
  scope.outer = outer;
  for (std::size_t i = 0; inputs != nullptr && i < inputs->size(); ++i) {
    if ((*inputs)[i] == nullptr) continue;
    pb::TypeProto* declared = proto->mutable_input(static_cast<int>(i))->mutable_type();
    inference::mergeShapesAndTypes(*(*inputs)[i], declared);
  }
  ++depth_;
  Prepare(&scope);
  Nodes(&scope);
  Finish(&scope);
  --depth_;
  std::vector<const pb::TypeProto*> results;
  for (const ir::ValueId output : graph->outputs) {
    const pb::TypeProto* type = scope.TypeOf(output);
    if (type == nullptr || scope.tainted[static_cast<std::size_t>(output)]) {
      results.push_back(unknown);
    } else {
      results.push_back(type);
    }
  }
  return results;
}

void Inferrer::Nodes(GraphScope* scope) {
  for (int i = 0; i < scope->proto->node_size(); ++i) Node(scope, i);
}

// What is known goes into the IR.
void Inferrer::Finish(GraphScope* scope) {
  ir::Graph& graph = *scope->graph;
  absl::flat_hash_set<absl::string_view> inputs;
  for (const pb::ValueInfoProto& input : scope->proto->input()) inputs.insert(input.name());
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    ir::Value& value = graph.values[i];
    const auto id = static_cast<ir::ValueId>(i);
    if (scope->types[i] != nullptr) value.type = ConvertType(*scope->types[i]);
    if (scope->data[i] != nullptr) {
      // The default of an input may be replaced by whoever runs the model.
      if (value.initializer != ir::kNone && inputs.contains(value.name)) continue;
      value.constant = Elements(*scope->data[i]);
      continue;
    }
    const auto it = scope->shapes.find(id);
    if (it == scope->shapes.end()) continue;
    std::string bytes;
    bool known = true;
    for (const pb::TensorShapeProto::Dimension& dim : it->second.dim()) {
      const std::int64_t wide = dim.dim_value();
      const auto narrow = static_cast<std::int32_t>(wide);
      known = known && dim.has_dim_value();
      if (value.type.element == ir::ElementType::kInt64) {
        bytes.append(reinterpret_cast<const char*>(&wide), sizeof wide);
      } else if (value.type.element == ir::ElementType::kInt32) {
        bytes.append(reinterpret_cast<const char*>(&narrow), sizeof narrow);
      } else {
        known = false;
      }
    }
    if (known && bytes.size() <= kInlineLimit) value.constant = std::move(bytes);
  }
}

}  // namespace onnxcheck::parsers
