#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    for (const ir::Problem& problem : log.input.problems) {
      if (problem.kind != ir::ProblemKind::kMalformedRecord) continue;
      // The last record, cut off, is L011's.
      if (log.cut_off && problem.location.line >= log.cut_off->line) continue;
      Finding& finding = sink.Report(problem.location, problem.message);
      finding.help = problem.help;
    }
  }
}

}  // namespace

extern const Rule kMalformedRecord;
const Rule kMalformedRecord = {
    .id = "P012",
    .name = "malformed-record",
    .family = Family::kInput,
    .severity = Severity::kWarning,
    .documentation =
        {.summary = "Records of a structured log do not parse.",
         .what = "Reports JSON lines and CSV rows that do not parse, with their number and the "
                 "first place. The other records are used. A last record "
                 "that is cut off is L011's.",
         .why = "Two processes that write one file, or a writer that was killed, break records. "
                "Whoever reads the log with a strict reader loses all of it.",
         .bad = R"(```text metrics.jsonl
{"step": 1, "loss": 0.93}
{"step": 2, "loss": 0.90}
{"step": 3, "lo{"step": 3, "loss": 0.88}
{"step": 4, "loss": 0.86}
{"step": 5, "loss": 0.84}
```)",
         .good = R"(```text metrics.jsonl
{"step": 1, "loss": 0.93}
{"step": 2, "loss": 0.90}
{"step": 3, "loss": 0.88}
{"step": 4, "loss": 0.86}
{"step": 5, "loss": 0.84}
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
