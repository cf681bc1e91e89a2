// One node as ONNX's inference functions want to see it.
#ifndef ONNXCHECK_PARSERS_MODEL_INFER_CONTEXT_H_
#define ONNXCHECK_PARSERS_MODEL_INFER_CONTEXT_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "parsers/model/inferrer.h"

namespace onnxcheck::parsers {

class NodeContext final : public pb::InferenceContext {
 public:
  // `schema` may be null.
  NodeContext(Inferrer* inferrer, GraphScope* scope, const pb::OpSchema* schema,
              pb::NodeProto* proto, ir::Node* node)
      : inferrer_(inferrer),
        scope_(scope),
        schema_(schema),
        proto_(proto),
        node_(node),
        outputs_(node->outputs.size()) {
    for (pb::TypeProto*& output : outputs_) output = inferrer->NewType();
  }

  const pb::AttributeProto* getAttribute(const std::string& name) const override;
  size_t getNumInputs() const override { return node_->inputs.size(); }
  const pb::TypeProto* getInputType(size_t index) const override;
  bool hasInput(size_t index) const override;
  const pb::TensorProto* getInputData(size_t index) const override;
  const pb::SparseTensorProto* getInputSparseData(size_t index) const override;
  const pb::TensorShapeProto* getSymbolicInput(size_t index) const override;
  size_t getNumOutputs() const override { return outputs_.size(); }
  pb::TypeProto* getOutputType(size_t index) override;
  bool hasOutput(size_t index) override;
  pb::GraphInferencer* getGraphAttributeInferencer(const std::string& name) override;
  std::string getDisplayName() const override { return proto_->op_type(); }

  // A subgraph's result was unknown: what failed afterwards says little.
  bool incomplete() const { return incomplete_; }

 private:
  class Inferencer;

  Inferrer* inferrer_;
  GraphScope* scope_;
  const pb::OpSchema* schema_;
  pb::NodeProto* proto_;
  ir::Node* node_;
  std::vector<pb::TypeProto*> outputs_;
  std::vector<std::unique_ptr<pb::GraphInferencer>> inferencers_;
  bool incomplete_ = false;
};

// Follows small integer tensors (shapes) through the graph.
class PropagationContext final : public pb::DataPropagationContext {
 public:
  PropagationContext(GraphScope* scope, pb::NodeProto* proto, const ir::Node* node)
      : scope_(scope), proto_(proto), node_(node) {}

  const pb::AttributeProto* getAttribute(const std::string& name) const override;
  size_t getNumInputs() const override { return node_->inputs.size(); }
  const pb::TypeProto* getInputType(size_t index) const override;
  size_t getNumOutputs() const override { return node_->outputs.size(); }
  const pb::TypeProto* getOutputType(size_t index) const override;
  const pb::TensorShapeProto* getInputData(size_t index) override;
  void addOutputData(size_t index, pb::TensorShapeProto&& shape) override;

 private:
  GraphScope* scope_;
  pb::NodeProto* proto_;
  const ir::Node* node_;
};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_INFER_CONTEXT_H_
