#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kMalformedConfig, sink);
}

}  // namespace

extern const Rule kMalformedConfig;
const Rule kMalformedConfig = {
    .id = "P011",
    .name = "malformed-config",
    .family = Family::kInput,
    .severity = Severity::kError,
    .documentation =
        {.summary = "A configuration has a syntax error.",
         .what = "Reports YAML, JSON or TOML that does not parse, with line and column. Settings "
                 "before the error are still read and checked.",
         .why = "A run that was started with this file failed, or read an older copy of it.",
         .bad = R"(```yaml config.yaml
loss: mse
optimizer: {name: adam, learning_rate: 0.001
batch_size: 32
```)",
         .good = R"(```yaml config.yaml
loss: mse
optimizer: {name: adam, learning_rate: 0.001}
batch_size: 32
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
