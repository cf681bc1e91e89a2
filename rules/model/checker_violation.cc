#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kCheckerViolation, sink);
}

}  // namespace

extern const Rule kCheckerViolation;
const Rule kCheckerViolation = {
    .id = "M001",
    .name = "checker-violation",
    .family = Family::kModel,
    .severity = Severity::kError,
    .needs = kModel,
    .documentation =
        {.summary = "The model breaks a rule of the ONNX specification.",
         .what = "Reports everything that ONNX's checker rejects: a missing or unknown attribute, "
                 "the wrong number of inputs, nodes out of order, a value that is used and never "
                 "made. ONNX's own checker stops at the first violation; this rule reports all of "
                 "them, each at its node.",
         .why = "A runtime may refuse such a model, or read it differently from the one that "
                "wrote it.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 4] y) { y = Add(x, hidden) }
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 4] y) {
  hidden = Neg(x)
  y = Add(x, hidden)
}
```)",
         .references = "ONNX, `onnx.checker`: <https://onnx.ai/onnx/api/checker.html>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
