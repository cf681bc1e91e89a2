#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kMalformedConfig, sink);
  for (const ir::Script& script : facts.run().scripts) {
    for (const ir::Problem& problem : script.input.problems) {
      if (problem.kind != ir::ProblemKind::kMalformedScript) continue;
      Finding& finding = sink.Report(problem.location, problem.message);
      finding.severity = Severity::kInfo;  // it may be newer than the grammar
      finding.label = "cannot be read";
      finding.help =
          "mend the syntax, or leave it: what is around it was checked, but not what is missing";
    }
  }
}

}  // namespace

extern const Rule kMalformedConfig;
const Rule kMalformedConfig = {
    .id = "P011",
    .name = "malformed-config",
    .family = Family::kInput,
    .severity = Severity::kError,
    .documentation =
        {.summary = "A configuration or a script has a syntax error.",
         .what = "Reports YAML, JSON or TOML that does not parse, with line and column. Settings "
                 "before the error are still read and checked. A script with a part that is no "
                 "Python is information: its place, and that rules about what is missing in a "
                 "script are silent. Scripts of Python 2 are not reported.",
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
