#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kDuplicateName, sink);
}

}  // namespace

extern const Rule kDuplicateName;
const Rule kDuplicateName = {
    .id = "M007",
    .name = "duplicate-name",
    .family = Family::kModel,
    .severity = Severity::kError,
    .needs = kModel,
    .documentation =
        {.summary = "Two things in one graph have the same name.",
         .what =
             "Reports every value that is made twice, or made where an input, an initializer or "
             "a value of an outer graph has the name already, every initializer, input and "
             "output of a function that is named twice, and every node whose name another "
             "node of its graph has. ONNX asks for single assignment and for unique names; its "
             "checker overlooks those of nodes.",
         .why = "Who reads a value by its name gets one of the two, and not every tool the same "
                "one; who looks for a node by its name (quantisation, profiling, surgery) changes "
                "the wrong one.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 4] y) {
  x = Relu(x)
  y = Neg(x)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 4] y) {
  h = Relu(x)
  y = Neg(h)
}
```)",
         .references = "ONNX, Names Within a Graph: "
                       "<https://onnx.ai/onnx/repo-docs/IR.html#names-within-a-graph>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
