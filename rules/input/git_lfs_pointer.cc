#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kLfsPointer, sink);
}

}  // namespace

extern const Rule kGitLfsPointer;
const Rule kGitLfsPointer = {
    .id = "P003",
    .name = "git-lfs-pointer",
    .family = Family::kInput,
    .severity = Severity::kError,
    .documentation =
        {.summary = "A file holds a Git LFS pointer instead of its content.",
         .what = "Reports an input that is the three-line text file that Git LFS leaves in place "
                 "of a large file.",
         .why = "A clone without Git LFS, or one with GIT_LFS_SKIP_SMUDGE set, looks complete and "
                "holds no model. Loaders report that as a decoding error.",
         .bad = R"(```text model.onnx
version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 12345
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 4] y) { y = Relu(x) }
```)",
         .references = "Git LFS specification, the pointer: <https://github.com/git-lfs/git- "
                       "lfs/blob/main/docs/spec.md>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
