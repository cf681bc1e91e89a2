#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportProblems(facts, ir::ProblemKind::kResourceLimit, sink);
}

}  // namespace

extern const Rule kResourceLimit;
const Rule kResourceLimit = {
    .id = "P009",
    .name = "resource-limit",
    .family = Family::kInput,
    .severity = Severity::kError,
    .documentation =
        {.summary = "An input exceeds a limit on nesting, size or number.",
         .what = "Reports an input that would take unreasonable time or memory to read: nesting "
                 "thousands of levels deep, an archive or a set of aliases that multiplies beyond "
                 "measure, more series than any log has. The message names the limit; what was "
                 "read up to there is still checked.",
         .why = "No training run writes such a file. It is damaged, or it was made to exhaust "
                "whoever reads it.",
         .bad = R"(```yaml config.yaml
loss: mse
a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]
h: &h [*g, *g, *g, *g, *g, *g, *g, *g, *g, *g]
```)",
         .good = R"(```yaml config.yaml
defaults: &defaults
  optimizer: adam
  learning_rate: 0.001
training:
  <<: *defaults
  loss: mse
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
