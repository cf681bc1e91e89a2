#include "parsers/model/runtime_operators.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "parsers/model/schema_table.h"

namespace onnxcheck::parsers {
namespace {

constexpr char kMicrosoft[] = "com.microsoft";

// onnxruntime: orttraining/orttraining/core/graph/training_op_defs.cc
constexpr std::array<absl::string_view, 8> kTraining = {"InPlaceAccumulator",
                                                        "InPlaceAccumulatorV2",
                                                        "AdamWOptimizer",
                                                        "SGDOptimizerV2",
                                                        "SGDOptimizer",
                                                        "AdamOptimizer",
                                                        "YieldOp",
                                                        "SoftmaxCrossEntropyLossInternal"};
// Registered for every opset in ONNX's domain: core/graph/contrib_ops/contrib_defs.cc
constexpr std::array<absl::string_view, 2> kFused = {"LayerNormalization",
                                                     "SimplifiedLayerNormalization"};

// "ReluGrad", "SoftmaxGrad_13"
bool IsGradient(absl::string_view op_type) {
  const std::size_t at = op_type.rfind("Grad");
  return at != absl::string_view::npos && at > 0 &&
         (at + 4 == op_type.size() || op_type[at + 4] == '_');
}

template <typename List>
bool IsIn(const List& list, absl::string_view op_type) {
  return std::find(list.begin(), list.end(), op_type) != list.end();
}

}  // namespace

RuntimeOperators::RuntimeOperators(const pb::ModelProto& proto) {
  for (const pb::NodeProto& node : proto.graph().node()) {
    if (node.domain() != kMicrosoft) continue;
    runtime_ = true;
    if (!IsGradient(node.op_type()) && !IsIn(kTraining, node.op_type())) continue;
    training_ = true;
    return;
  }
}

bool RuntimeOperators::Has(const pb::NodeProto& node) const {
  if (!runtime_ || (!node.domain().empty() && node.domain() != "ai.onnx")) return false;
  if (IsIn(kFused, node.op_type())) return true;
  // The fusions of a training graph also use what ONNX has by now.
  return training_ && (IsGradient(node.op_type()) || FindSchema(node.op_type(), "") != nullptr);
}

}  // namespace onnxcheck::parsers
