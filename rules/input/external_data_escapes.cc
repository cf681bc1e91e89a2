#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kExternalDataEscapes, sink);
}

}  // namespace

extern const Rule kExternalDataEscapes;
const Rule kExternalDataEscapes = {
    .id = "P008",
    .name = "external-data-escapes",
    .family = Family::kInput,
    .severity = Severity::kError,
    .needs = kModel,
    .documentation =
        {.summary = "A model names weights outside its own folder.",
         .what =
             "Reports external data whose location is an absolute path (also one with a drive "
             "letter or a leading backslash), climbs out with '..', holds a NUL byte, is empty, is "
             "ONNX Runtime's mark for an address in memory, or is a link to somewhere else, a "
             "device "
             "or a pipe. Such files are never opened here. A link to data beside the real model, "
             "as "
             "in a download cache, is fine.",
         .why = "A loader that follows the location reads any file of the machine into the model's "
                "weights, from where its outputs can carry it off; ONNX and ONNX Runtime refuse "
                "most of these forms. And the model works on the machine of its author alone.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[2] x) => (float[2] y) <float[2] w = ["location": "../../secrets.bin"]> {
  y = Add(x, w)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[2] x) => (float[2] y) <float[2] w = ["location": "weights.bin"]> { y = Add(x, w) }
```
```text weights.bin
12345678
```)",
         .references = "ONNX, External Data: <https://onnx.ai/onnx/repo-docs/ExternalData.html>; "
                       "CVE-2022-25882, CVE-2024-27318"},
    .check = Check,
};

}  // namespace onnxcheck::rules
