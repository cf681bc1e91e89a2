// Calls of functions, the model's own and those that ONNX defines operators by.
//
// ONNX's own expansion is not used: it has no bound, and hands unknown types to
// inference functions that do not expect them.
#include <cstdint>
#include <utility>
#include <vector>

#include "onnx/common/proto_util.h"
#include "onnx/shape_inference/attribute_binder.h"
#include "parsers/model/convert.h"
#include "parsers/model/infer_context.h"
#include "parsers/model/inferrer.h"
#include "parsers/model/inline.h"

namespace onnxcheck::parsers {
namespace {

constexpr std::uint64_t kEndless = UINT64_MAX;

std::uint64_t Add(std::uint64_t a, std::uint64_t b) { return a > kEndless - b ? kEndless : a + b; }

}  // namespace

const pb::FunctionProto* Inferrer::Callee(const pb::NodeProto& proto, const pb::OpSchema* schema) {
  const pb::FunctionProto* callee = nullptr;
  if (schema != nullptr) {
    if (schema->has_type_and_shape_inference_function() || !schema->HasFunction()) return nullptr;
    callee = schema->GetFunction();
  } else if (const auto it = functions_.find(pb::GetCalleeId(proto)); it != functions_.end()) {
    callee = it->second;
  }
  if (callee == nullptr || depth_ >= kMaxInferenceDepth) return nullptr;
  // What a call costs includes the calls in it, so only the outermost ones count.
  if (calls_ > 0) return callee;
  const std::uint64_t cost = Cost(*callee, 0);
  if (cost > kMaxExpansion || expanded_ + cost > kMaxTotalExpansion) return nullptr;
  expanded_ += cost;
  return callee;
}

void Inferrer::Call(const pb::FunctionProto& callee, NodeContext* context) {
  google::protobuf::Arena arena;
  ModelIndex index;
  Work work{&arena, &index, Schemas(ImportsOf(callee)), {}};
  auto* body = google::protobuf::Arena::CreateMessage<pb::GraphProto>(&arena);
  const auto attributes = ActualAttributes(
      callee, [&](const std::string& name) { return context->getAttribute(name); });
  pb::internal::AttributeBinder binder(attributes);
  for (const pb::NodeProto& node : callee.node()) {
    *body->add_node() = node;
    binder.VisitNode(*body->mutable_node(body->node_size() - 1));
  }
  for (const std::string& name : callee.input()) body->add_input()->set_name(name);
  for (const std::string& name : callee.output()) body->add_output()->set_name(name);
  ir::Graph graph = ConvertAlone(*body, stripped_, &index);
  GraphScope scope;
  scope.proto = body;
  scope.graph = &graph;
  Work* const caller = std::exchange(work_, &work);
  ++calls_;
  ++depth_;
  try {
    Prepare(&scope);
    Bind(callee, context, &scope);
    Nodes(&scope);
  } catch (...) {
    --calls_;
    --depth_;
    work_ = caller;
    throw;
  }
  --calls_;
  --depth_;
  work_ = caller;
  for (std::size_t i = 0; i < context->getNumOutputs() && i < graph.outputs.size(); ++i) {
    const pb::TypeProto* type = scope.TypeOf(graph.outputs[i]);
    if (type != nullptr) *context->getOutputType(i) = *type;
  }
}

// Gives the formal inputs what the caller knows of the actual ones. One that is
// not given is absent wherever the body names it.
void Inferrer::Bind(const pb::FunctionProto& callee, NodeContext* context, GraphScope* scope) {
  std::vector<bool> absent(scope->graph->values.size());
  for (int i = 0; i < callee.input_size(); ++i) {
    const auto id = static_cast<std::size_t>(scope->ids->at(callee.input(i)));
    const auto actual = static_cast<std::size_t>(i);
    absent[id] = !context->hasInput(actual);
    if (absent[id]) continue;
    if (const pb::TypeProto* type = context->getInputType(actual)) {
      scope->types[id] = NewType();
      *scope->types[id] = *type;
    }
    scope->data[id] = context->getInputData(actual);
  }
  for (ir::Node& node : scope->graph->nodes) {
    for (ir::ValueId& input : node.inputs) {
      if (input != ir::kNone && absent[static_cast<std::size_t>(input)]) input = ir::kNone;
    }
  }
}

// Nodes a call expands to. A function that reaches itself never ends.
std::uint64_t Inferrer::Cost(const pb::FunctionProto& function, int depth) {
  if (depth > kMaxCallDepth) return kEndless;
  // Endless while it is being counted, so that a cycle finds itself.
  const auto [it, inserted] = costs_.try_emplace(&function, kEndless);
  if (!inserted) return it->second;
  const std::uint64_t cost = BodyCost(function.node(), depth);
  costs_[&function] = cost;
  return cost;
}

std::uint64_t Inferrer::BodyCost(const google::protobuf::RepeatedPtrField<pb::NodeProto>& nodes,
                                 int depth) {
  const auto size = static_cast<std::uint64_t>(nodes.size());
  std::uint64_t cost = size;
  for (const pb::NodeProto& node : nodes) {
    const auto it = functions_.find(pb::GetCalleeId(node));
    if (it != functions_.end()) cost = Add(cost, Cost(*it->second, depth + 1));
    for (const pb::AttributeProto& attribute : node.attribute()) {
      // ONNX copies the names of the body for every subgraph in it.
      if (attribute.has_g()) cost = Add(Add(cost, size), BodyCost(attribute.g().node(), depth));
      for (const pb::GraphProto& graph : attribute.graphs()) {
        cost = Add(Add(cost, size), BodyCost(graph.node(), depth));
      }
    }
  }
  return cost;
}

}  // namespace onnxcheck::parsers
