#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kMalformedModel, sink);
}

}  // namespace

extern const Rule kMalformedModel;
const Rule kMalformedModel = {
    .id = "P002",
    .name = "malformed-model",
    .family = Family::kInput,
    .severity = Severity::kError,
    .documentation =
        {.summary = "A model file cannot be decoded.",
         .what = "Reports bytes of an ONNX file that do not follow the protocol buffer encoding: a "
                 "wrong wire type, a number that runs on, a field that ends beyond the one that "
                 "holds it. The finding names the offset; what stands outside the damaged field is "
                 "still read and checked.",
         .why = "Runtimes refuse such a file with one sentence and no place. Damage is most often "
                "a broken copy or an upload in text mode.",
         .bad = R"(```text-escaped model.onnx
\x08\x08\x12\x04test\x3a\x06\x12\x02g1\x07\x00
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 4] y) { y = Relu(x) }
```)",
         .references =
             "Protocol Buffers, Encoding: <https://protobuf.dev/programming-guides/encoding/>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
