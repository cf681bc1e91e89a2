#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kUnreadable, sink);
}

}  // namespace

extern const Rule kUnreadableInput;
const Rule kUnreadableInput = {
    .id = "P001",
    .name = "unreadable-input",
    .family = Family::kInput,
    .severity = Severity::kError,
    .documentation =
        {.summary = "An input cannot be read.",
         .what = "Reports a named input that is missing, that may not be read, or that is a "
                 "directory or a device where a file was named.",
         .why = "A check that silently leaves out one of its inputs passes runs that it never "
                "saw.",
         .bad = R"(```arguments
missing.log
```)",
         .good = R"(```text run.log
epoch 1 loss: 0.91
epoch 2 loss: 0.74
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
