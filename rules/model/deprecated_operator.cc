#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kDeprecatedOperator, sink);
}

}  // namespace

extern const Rule kDeprecatedOperator;
const Rule kDeprecatedOperator = {
    .id = "M016",
    .name = "deprecated-operator",
    .family = Family::kModel,
    // The model is right as it is; an old export is no reason for an alarm.
    .severity = Severity::kInfo,
    .needs = kModel,
    .documentation =
        {.summary = "The model uses an operator that newer opsets have dropped.",
         .what =
             "Reports operators that the imported opset still has and a newer one has not, each "
             "once with its number of nodes. An operator that the imported opset itself has "
             "dropped is M001's: ONNX's checker rejects it.",
         .why = "Such a model runs today. It cannot be brought to a newer opset as it is, and "
                "runtimes leave out what is deprecated.",
         .bad = R"(```onnx model.onnx
<ir_version: 4, opset_import: ["" : 9]>
net (float[1, 3, 8, 8] x) => (float[1, 3, 16, 16] y) <float[4] s = {1.0, 1.0, 2.0, 2.0}> {
  y = Upsample<mode = "nearest">(x, s)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 4, opset_import: ["" : 10]>
net (float[1, 3, 8, 8] x) => (float[1, 3, 16, 16] y) <float[4] s = {1.0, 1.0, 2.0, 2.0}> {
  y = Resize<mode = "nearest">(x, s)
}
```)",
         .references = "ONNX, Operator Changelog: <https://onnx.ai/onnx/repo-docs/Changelog.html>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
