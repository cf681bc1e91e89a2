#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kTruncated, sink);
}

}  // namespace

extern const Rule kTruncatedFile;
const Rule kTruncatedFile = {
    .id = "P005",
    .name = "truncated-file",
    .family = Family::kInput,
    .severity = Severity::kError,
    .documentation =
        {.summary = "A file ends before its content does.",
         .what = "Reports a model that ends inside a field, and an archive that ends before its "
                 "directory, with the offset at which the unfinished piece begins.",
         .why = "An interrupted copy, a full disk or a process killed while it was saving leaves "
                "such a file. What was written before the cut may load and be wrong.",
         .bad = R"(```text-escaped model.onnx
\x08\x08\x12\x04test\x3a\x20\x12\x02g1
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 4] y) { y = Relu(x) }
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
