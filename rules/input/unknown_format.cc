#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Report(const ir::Input& input, Sink& sink) {
  for (const ir::Problem& problem : input.problems) {
    if (problem.kind != ir::ProblemKind::kUnknownFormat) continue;
    Finding& finding = sink.Report(problem.location, problem.message);
    finding.help = problem.help;
    // Whoever says what a file is relies on its being read.
    const bool said = input.kind == ir::Kind::kLog || input.kind == ir::Kind::kConfig;
    if (said) finding.severity = Severity::kWarning;
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) Report(log.input, sink);
  for (const ir::Input& other : facts.run().others) Report(other, sink);
}

}  // namespace

extern const Rule kUnknownFormat;
const Rule kUnknownFormat = {
    .id = "P006",
    .name = "unknown-format",
    .family = Family::kInput,
    .severity = Severity::kInfo,
    .documentation =
        {.summary = "No parser claims a file that was named.",
         .what = "Reports a file named on the command line whose content is none of the formats "
                 "that are read; as a warning if it was given with --logs or --config or is named "
                 "like a log. Files found by walking a folder are passed over in silence.",
         .why = "A file that is not read is not checked, and the one who named it should know.",
         .bad = R"(```text-escaped picture.bin
\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01
```
```arguments
picture.bin
```)",
         .good = R"(```text run.log
epoch 1 loss: 0.91
epoch 2 loss: 0.74
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
