// Operators of ONNX Runtime that stand in ONNX's own domain, and graphs that may have them.
//
// Its training artifacts hold MaxPoolGrad and the like without a domain, and its optimizers fuse
// nodes to LayerNormalization under opsets that do not have it yet. Nothing but ONNX Runtime loads
// such a graph, and it does.
#ifndef ONNXCHECK_PARSERS_MODEL_RUNTIME_OPERATORS_H_
#define ONNXCHECK_PARSERS_MODEL_RUNTIME_OPERATORS_H_

#include "parsers/model/proto.h"

namespace onnxcheck::parsers {

class RuntimeOperators {
 public:
  explicit RuntimeOperators(const pb::ModelProto& proto);

  // Whether a node that no schema of the imported opset describes is one of ONNX Runtime's, in a
  // model that only ONNX Runtime can have written.
  bool Has(const pb::NodeProto& node) const;

 private:
  bool runtime_ = false;   // the main graph has operators of com.microsoft
  bool training_ = false;  // gradients, accumulators or optimizers among them
};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_RUNTIME_OPERATORS_H_
