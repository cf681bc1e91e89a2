#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kShapeConflict, sink);
}

}  // namespace

extern const Rule kShapeConflict;
const Rule kShapeConflict = {
    .id = "M002",
    .name = "shape-conflict",
    .family = Family::kModel,
    .severity = Severity::kError,
    .needs = kModel,
    .documentation =
        {.summary = "Shape or type inference contradicts the model.",
         .what = "Reports a node whose operands cannot be combined, and a declared shape or type "
                 "that differs from the inferred one.",
         .why = "The model fails when it is loaded or at its first input, or a tool trusts a "
                "declaration that is wrong.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[2, 3] x, float[4, 5] w) => (float[2, 5] y) { y = MatMul(x, w) }
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[2, 4] x, float[4, 5] w) => (float[2, 5] y) { y = MatMul(x, w) }
```)",
         .references =
             "ONNX, Shape Inference: <https://onnx.ai/onnx/repo-docs/ShapeInference.html>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
