#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kNewerThanSupported, sink);
}

}  // namespace

extern const Rule kNewerThanSupported;
const Rule kNewerThanSupported = {
    .id = "P010",
    .name = "newer-than-supported",
    .family = Family::kInput,
    .severity = Severity::kInfo,
    .documentation =
        {.summary = "A model is newer than the ONNX release that onnxcheck is built with.",
         .what = "Reports an IR version or an operator set above those that the linked ONNX knows, "
                 "and what was therefore not checked.",
         .why = "The checks that need an operator's definition are skipped, so their silence "
                "means nothing.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 999]>
net (float[N, 4] x) => (float[N, 4] y) { y = Relu(x) }
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 4] y) { y = Relu(x) }
```)",
         .references = "ONNX, Versioning: <https://onnx.ai/onnx/repo-docs/Versioning.html>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
