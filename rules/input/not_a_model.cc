#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kNotAModel, sink);
}

}  // namespace

extern const Rule kNotAModel;
const Rule kNotAModel = {
    .id = "P004",
    .name = "not-a-model",
    .family = Family::kInput,
    .severity = Severity::kError,
    .documentation =
        {.summary = "A file named as a model is something else.",
         .what = "Reports a file that is named like an ONNX model but holds a web page, JSON, an "
                 "archive or another format, and says which.",
         .why = "A download that needed a login saves an error page under the name of the model; "
                "a script saves a PyTorch checkpoint as .onnx. Loaders report a decoding error "
                "either way.",
         .bad = R"(```text model.onnx
<!DOCTYPE html>
<html><head><title>404: not found</title></head><body>The file is not here.</body></html>
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 4] y) { y = Relu(x) }
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
