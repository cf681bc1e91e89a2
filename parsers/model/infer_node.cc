#include <algorithm>
#include <exception>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "analyzer/ir/path.h"
#include "onnx/checker.h"
#include "onnx/common/proto_util.h"
#include "onnx/defs/tensor_proto_util.h"
#include "parsers/model/check_help.h"
#include "parsers/model/checker.h"
#include "parsers/model/infer_context.h"
#include "parsers/model/infer_fence.h"
#include "parsers/model/inferrer.h"
#include "parsers/model/schema_table.h"

namespace onnxcheck::parsers {
namespace {

namespace inference = pb::shape_inference;

// All elements that a node's inputs are known to have, before they are combined.
constexpr int kMaxPropagatedInputs = 1 << 16;

// A tensor behind an operator that nothing is known of may have a rank, and no element type.
bool IsKnown(const pb::TypeProto* type) {
  return type != nullptr && (!type->has_tensor_type() ||
                             type->tensor_type().elem_type() != pb::TensorProto::UNDEFINED);
}

}  // namespace

ir::Operator Inferrer::Known(const pb::NodeProto& node, const pb::OpSchema* schema) const {
  if (schema != nullptr) return ir::Operator::kKnown;
  if (functions_.count(pb::GetCalleeId(node)) > 0) return ir::Operator::kFunction;
  if (runtime_.Has(node)) return ir::Operator::kRuntime;
  // An operator that is new, experimental or wrong, or of a model that could not be checked.
  if (Schemas::NewestVersion(node.domain()) || !work_->schemas.VersionOf(node.domain())) {
    return ir::Operator::kUnchecked;
  }
  return ir::Operator::kUnknown;
}

void Inferrer::Node(GraphScope* scope, ir::NodeId index) {
  pb::NodeProto* proto = scope->proto->mutable_node(index);
  ir::Node& node = scope->graph->nodes[static_cast<std::size_t>(index)];
  bool unknown = false;
  bool tainted = false;
  std::string help = "correct what is declared, or the operands that lead to it";
  for (const ir::ValueId input : node.inputs) {
    if (input == ir::kNone) continue;
    unknown = unknown || !IsKnown(scope->TypeOf(input));
    tainted = tainted || scope->tainted[static_cast<std::size_t>(input)];
  }
  const bool bad = bad_.contains(proto) || BreaksInference(proto);
  const pb::OpSchema* schema = bad ? nullptr : work_->schemas.Find(*proto);
  const pb::FunctionProto* callee = nullptr;
  if (!bad) callee = Callee(*proto, schema);
  node.known = bad ? ir::Operator::kUnchecked : Known(*proto, schema);
  NodeContext context(this, scope, schema, proto, &node);
  std::string conflict;
  if (schema != nullptr || callee != nullptr) {
    try {
      if (schema != nullptr && schema->has_type_and_shape_inference_function()) {
        schema->GetTypeAndShapeInferenceFunction()(context);
      } else if (callee != nullptr) {
        Call(*callee, &context);
      }
      if (schema != nullptr) CheckTypes(*schema, &context, *proto);
    } catch (const pb::InferenceError& error) {
      conflict = CleanMessage(error.what());
    } catch (const pb::checker::ValidationError& error) {
      conflict = CleanMessage(error.what());
      if (schema != nullptr) help = HelpForTypes(*schema, conflict);
    } catch (const std::exception&) {
      // Not a statement about the model: the outputs stay unknown.
      unknown = true;
    }
  }
  const bool quiet = unknown || tainted || context.incomplete() || callee != nullptr ||
                     work_->schemas.IsNewer(proto->domain());
  if (!conflict.empty()) {
    if (!quiet) {
      Conflict(*scope->graph, index, ir::NodePath(*scope->graph, index),
               absl::StrCat(proto->op_type(), ": ", conflict), help);
    }
    tainted = true;
  } else {
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      if (node.outputs[i] != ir::kNone) Update(scope, index, i, context.getOutputType(i), quiet);
    }
    if (schema != nullptr && !tainted) {
      if (IsOnnx(*proto) && proto->op_type() == "Constant") Constant(scope, *proto, node);
      if (schema->has_data_propagation_function()) Propagate(scope, proto, node, *schema);
      if (options_.evaluate) {
        try {
          Evaluate(scope, *proto, node);
        } catch (const std::exception&) {
          // Elements that are not what their tensor says: the value stays unknown.
        }
      }
    }
  }
  for (const ir::ValueId output : node.outputs) {
    if (output != ir::kNone && tainted) scope->tainted[static_cast<std::size_t>(output)] = true;
  }
  LeftSubgraphs(scope, proto, &node);
}

// Operators have learned more types over time, and runtimes take them under
// older opsets as well: what the newest version allows is not held against a
// model.
void Inferrer::CheckTypes(const pb::OpSchema& schema, NodeContext* context,
                          const pb::NodeProto& proto) {
  // The answer depends on the types alone, and a network repeats itself.
  std::string key = absl::StrCat(reinterpret_cast<std::uintptr_t>(&schema));
  bool plain = true;
  const auto add = [&](const pb::TypeProto* type) {
    plain = plain && type != nullptr && type->has_tensor_type();
    if (plain) absl::StrAppend(&key, ",", type->tensor_type().elem_type());
  };
  for (std::size_t i = 0; plain && i < context->getNumInputs(); ++i) add(context->getInputType(i));
  key += ">";
  for (std::size_t i = 0; plain && i < context->getNumOutputs(); ++i)
    add(context->getOutputType(i));
  if (plain && checked_.contains(key)) return;
  try {
    schema.CheckInputOutputType(*context);
  } catch (const pb::checker::ValidationError&) {
    const pb::OpSchema* newest = FindSchema(proto.op_type(), schema.domain());
    if (newest == nullptr || newest == &schema || newest->Deprecated()) throw;
    const auto still = Violation([&] { newest->CheckInputOutputType(*context); });
    if (still) throw;
  }
  if (plain) checked_.insert(std::move(key));
}

void Inferrer::Update(GraphScope* scope, ir::NodeId index, std::size_t output,
                      pb::TypeProto* inferred, bool quiet) {
  if (inferred->value_case() == pb::TypeProto::VALUE_NOT_SET) return;
  Sanitise(inferred);
  const auto id = static_cast<std::size_t>(
      scope->graph->nodes[static_cast<std::size_t>(index)].outputs[output]);
  pb::TypeProto*& known = scope->types[id];
  if (known == nullptr) {
    known = inferred;
    return;
  }
  try {
    inference::mergeShapesAndTypes(*inferred, known);
  } catch (const std::exception& error) {
    scope->tainted[id] = true;
    // What maps and sequences hold is declared loosely, and inferred as loosely by ONNX-ML.
    if (quiet || !known->has_tensor_type()) return;
    Conflict(
        *scope->graph, index, ir::OutputPath(*scope->graph, index, output),
        absl::StrCat("output '", scope->graph->values[id].name, "': ",
                     absl::StrReplaceAll(CleanMessage(error.what()), {{"existing", "declared"}})));
  }
}

void Inferrer::Constant(GraphScope* scope, const pb::NodeProto& proto, const ir::Node& node) {
  if (node.outputs.size() != 1 || node.outputs[0] == ir::kNone) return;
  const auto id = static_cast<std::size_t>(node.outputs[0]);
  const auto own = [&](pb::TensorProto tensor, std::int64_t length) {
    if (length >= 0) tensor.add_dims(length);
    auto* kept = google::protobuf::Arena::CreateMessage<pb::TensorProto>(work_->arena);
    *kept = std::move(tensor);
    scope->data[id] = kept;
  };
  constexpr int kMost = static_cast<int>(kInlineLimit / sizeof(std::int64_t));
  for (const pb::AttributeProto& attribute : proto.attribute()) {
    switch (attribute.type()) {
      case pb::AttributeProto::TENSOR:
        if (IsKept(attribute.t())) scope->data[id] = &attribute.t();
        break;
      case pb::AttributeProto::SPARSE_TENSOR:
        if (IsKept(attribute.sparse_tensor().values()) &&
            IsKept(attribute.sparse_tensor().indices())) {
          scope->sparse[node.outputs[0]] = &attribute.sparse_tensor();
        }
        break;
      case pb::AttributeProto::INT:
        own(pb::ToTensor(static_cast<std::int64_t>(attribute.i())), -1);
        break;
      case pb::AttributeProto::FLOAT:
        own(pb::ToTensor(attribute.f()), -1);
        break;
      case pb::AttributeProto::INTS:
        if (attribute.ints_size() > kMost) break;
        own(pb::ToTensor(
                std::vector<std::int64_t>(attribute.ints().begin(), attribute.ints().end())),
            attribute.ints_size());
        break;
      case pb::AttributeProto::FLOATS:
        if (attribute.floats_size() > kMost) break;
        own(pb::ToTensor(std::vector<float>(attribute.floats().begin(), attribute.floats().end())),
            attribute.floats_size());
        break;
      default:
        break;
    }
  }
}

void Inferrer::Propagate(GraphScope* scope, pb::NodeProto* proto, const ir::Node& node,
                         const pb::OpSchema& schema) {
  // A Concat of itself, again and again, would grow without end.
  int elements = 0;
  for (const ir::ValueId input : node.inputs) {
    const auto it = scope->shapes.find(input);
    elements += it == scope->shapes.end() ? 1 : it->second.dim_size();
    if (elements > kMaxPropagatedInputs) return;
  }
  PropagationContext context(scope, proto, &node);
  try {
    if (!BreaksPropagation(*proto, &context)) schema.GetDataPropagationFunction()(context);
  } catch (const std::exception&) {
    // The value stays unknown; whether it is wrong is for the consumer to find.
  }
}

// Subgraphs that no inference function has asked for: of operators without a
// schema, or behind a fault.
void Inferrer::LeftSubgraphs(GraphScope* scope, pb::NodeProto* proto, ir::Node* node) {
  for (int i = 0; i < proto->attribute_size(); ++i) {
    auto* graphs =
        std::get_if<std::vector<ir::Graph>>(&node->attributes[static_cast<std::size_t>(i)].value);
    if (graphs == nullptr) continue;
    pb::AttributeProto* attribute = proto->mutable_attribute(i);
    for (std::size_t k = 0; k < graphs->size(); ++k) {
      pb::GraphProto* graph = attribute->has_g() ? attribute->mutable_g()
                                                 : attribute->mutable_graphs(static_cast<int>(k));
      if (!work_->visited.contains(graph)) Subgraph(graph, &(*graphs)[k], scope, nullptr);
    }
  }
}

}  // namespace onnxcheck::parsers
