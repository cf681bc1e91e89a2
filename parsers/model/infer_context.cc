#include "parsers/model/infer_context.h"

#include <variant>

#include "onnx/defs/tensor_proto_util.h"

namespace onnxcheck::parsers {
namespace {

const pb::AttributeProto* Find(const pb::NodeProto& node, const std::string& name) {
  for (const pb::AttributeProto& attribute : node.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

// As ONNX's own contexts do for an index that the node does not have.
template <typename List>
const auto& At(const List& list, size_t index, const char* what) {
  if (index >= list.size()) fail_shape_inference(what, " ", index, " is out of bounds");
  return list[index];
}

}  // namespace

// Runs one subgraph when its node's inference function asks for it.
class NodeContext::Inferencer final : public pb::GraphInferencer {
 public:
  Inferencer(NodeContext* context, pb::GraphProto* proto, ir::Graph* graph)
      : context_(context), proto_(proto), graph_(graph) {}

  std::vector<const pb::TypeProto*> doInferencing(
      const std::vector<const pb::TypeProto*>& input_types,
      const std::vector<const pb::TensorProto*>& /*input_data*/) override {
    auto types = context_->inferrer_->Subgraph(proto_, graph_, context_->scope_, &input_types);
    for (const pb::TypeProto* type : types) {
      if (type->value_case() == pb::TypeProto::VALUE_NOT_SET) context_->incomplete_ = true;
    }
    return types;
  }

 private:
  NodeContext* context_;
  pb::GraphProto* proto_;
  ir::Graph* graph_;
};

const pb::AttributeProto* NodeContext::getAttribute(const std::string& name) const {
  return Find(*proto_, name);
}

const pb::TypeProto* NodeContext::getInputType(size_t index) const {
  const ir::ValueId id = At(node_->inputs, index, "input");
  if (const pb::TypeProto* type = scope_->TypeOf(id)) return type;
  if (id == ir::kNone) {
    const bool formal = schema_ != nullptr && !schema_->inputs().empty();
    if (!formal) return nullptr;
    const auto& inputs = schema_->inputs();
    const auto& parameter = index < inputs.size() ? inputs[index] : inputs.back();
    if (parameter.GetOption() == pb::OpSchema::Optional) return nullptr;
  }
  // Not all of ONNX's inference functions look whether there is a type at all.
  static const pb::TypeProto* const unknown = new pb::TypeProto();
  return unknown;
}

bool NodeContext::hasInput(size_t index) const {
  return index < node_->inputs.size() && node_->inputs[index] != ir::kNone;
}

const pb::TensorProto* NodeContext::getInputData(size_t index) const {
  return scope_->DataOf(At(node_->inputs, index, "input"));
}

const pb::SparseTensorProto* NodeContext::getInputSparseData(size_t index) const {
  const auto it = scope_->sparse.find(At(node_->inputs, index, "input"));
  return it == scope_->sparse.end() ? nullptr : it->second;
}

const pb::TensorShapeProto* NodeContext::getSymbolicInput(size_t index) const {
  const ir::ValueId id = At(node_->inputs, index, "input");
  // A constant is asked for by getInputData.
  if (scope_->DataOf(id) != nullptr) return nullptr;
  const auto it = scope_->shapes.find(id);
  return it == scope_->shapes.end() ? nullptr : &it->second;
}

pb::TypeProto* NodeContext::getOutputType(size_t index) {
  if (index >= outputs_.size()) fail_shape_inference("output ", index, " is out of bounds");
  return outputs_[index];
}

bool NodeContext::hasOutput(size_t index) {
  return index < node_->outputs.size() && node_->outputs[index] != ir::kNone;
}

pb::GraphInferencer* NodeContext::getGraphAttributeInferencer(const std::string& name) {
  for (int i = 0; i < proto_->attribute_size(); ++i) {
    if (proto_->attribute(i).name() != name || !proto_->attribute(i).has_g()) continue;
    auto& value = node_->attributes[static_cast<std::size_t>(i)].value;
    ir::Graph* graph = &std::get<std::vector<ir::Graph>>(value)[0];
    inferencers_.push_back(
        std::make_unique<Inferencer>(this, proto_->mutable_attribute(i)->mutable_g(), graph));
    return inferencers_.back().get();
  }
  fail_type_inference("Attribute ", name, " does not contain a graph.");
}

const pb::AttributeProto* PropagationContext::getAttribute(const std::string& name) const {
  return Find(*proto_, name);
}

const pb::TypeProto* PropagationContext::getInputType(size_t index) const {
  return scope_->TypeOf(At(node_->inputs, index, "input"));
}

const pb::TypeProto* PropagationContext::getOutputType(size_t index) const {
  return scope_->TypeOf(At(node_->outputs, index, "output"));
}

const pb::TensorShapeProto* PropagationContext::getInputData(size_t index) {
  const ir::ValueId id = At(node_->inputs, index, "input");
  if (id == ir::kNone) return nullptr;
  if (const auto it = scope_->shapes.find(id); it != scope_->shapes.end()) return &it->second;
  pb::TensorShapeProto shape;
  const pb::TensorProto* data = scope_->DataOf(id);
  if (data != nullptr && data->dims_size() <= 1) {
    if (data->data_type() == pb::TensorProto::INT64) {
      for (const std::int64_t v : pb::ParseData<std::int64_t>(data))
        shape.add_dim()->set_dim_value(v);
    } else if (data->data_type() == pb::TensorProto::INT32) {
      for (const std::int32_t v : pb::ParseData<std::int32_t>(data))
        shape.add_dim()->set_dim_value(v);
    } else {
      return nullptr;
    }
    return &scope_->shapes.emplace(id, std::move(shape)).first->second;
  }
  // Of a vector of known length every element is at least there.
  const pb::TypeProto* type = scope_->TypeOf(id);
  if (type == nullptr || !type->has_tensor_type() || !type->tensor_type().has_shape())
    return nullptr;
  const pb::TensorShapeProto& dims = type->tensor_type().shape();
  if (dims.dim_size() != 1 || !dims.dim(0).has_dim_value()) return nullptr;
  const std::int64_t length = dims.dim(0).dim_value();
  if (length < 0 || length > kMaxRank) return nullptr;
  for (std::int64_t i = 0; i < length; ++i) shape.add_dim();
  return &scope_->shapes.emplace(id, std::move(shape)).first->second;
}

void PropagationContext::addOutputData(size_t index, pb::TensorShapeProto&& shape) {
  const ir::ValueId id = At(node_->outputs, index, "output");
  if (id == ir::kNone || shape.dim_size() > kMaxPropagated) return;
  for (pb::TensorShapeProto::Dimension& dim : *shape.mutable_dim()) {
    if (dim.has_dim_param() && dim.dim_param().size() > kMaxSymbol) dim.clear_dim_param();
  }
  scope_->shapes.emplace(id, std::move(shape));
}

}  // namespace onnxcheck::parsers
