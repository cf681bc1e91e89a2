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
        {.summary = "Rows of a table do not parse.",
         .what = "Reports rows of CSV and TSV logs that do not have the header's cells, and lines "
                 "of MLflow's metric files that are no three numbers, with their number and the "
                 "first place. The other rows are used. A last row that is cut off is L011's; "
                 "lines of JSON logs are L026's, records of binary logs L012's.",
         .why = "Two processes that write one file, or a writer that was killed, break records. "
                "Whoever reads the log with a strict reader loses all of it.",
         .bad = R"(```text metrics.csv
step,loss,accuracy
1,0.93,0.51
2,0.90,0.52
3,0.83,0.88,0.55
4,0.86,0.57
5,0.84,0.58
```)",
         .good = R"(```text metrics.csv
step,loss,accuracy
1,0.93,0.51
2,0.90,0.52
3,0.88,0.55
4,0.86,0.57
5,0.84,0.58
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
