#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kExternalDataMissing, sink);
}

}  // namespace

extern const Rule kExternalDataMissing;
const Rule kExternalDataMissing = {
    .id = "P007",
    .name = "external-data-missing",
    .family = Family::kInput,
    .severity = Severity::kError,
    .needs = kModel,
    .documentation =
        {.summary = "A file that holds weights of the model is absent or too short.",
         .what =
             "Reports external data of a model that is not there, is a directory or cannot be "
             "read, that ends before a tensor does, whose stated length is not what the tensor's "
             "shape and type take, or whose SHA-1 is not the stated one (when the weights are "
             "read). Initializers, attributes, subgraphs, functions and training_info are "
             "looked at alike; tensors with the same trouble in one file are one finding. A name "
             "that differs from a file's by case alone is named.",
         .why = "The model cannot be loaded, or is loaded with the weights of something else. It "
                "happens when the .onnx file is copied or downloaded without the files beside it.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[2] x) => (float[2] y) <float[2] w = ["location": "weights.bin"]> { y = Add(x, w) }
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[2] x) => (float[2] y) <float[2] w = ["location": "weights.bin"]> { y = Add(x, w) }
```
```text weights.bin
12345678
```)",
         .references = "ONNX, External Data: <https://onnx.ai/onnx/repo-docs/ExternalData.html>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
