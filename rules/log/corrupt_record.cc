#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    for (const ir::Problem& problem : log.input.problems) {
      if (problem.kind != ir::ProblemKind::kCorruptRecord) continue;
      Finding& finding = sink.Report(problem.location, problem.message);
      finding.help = problem.help;
    }
  }
}

}  // namespace

extern const Rule kCorruptRecord;
const Rule kCorruptRecord = {
    .id = "L012",
    .name = "corrupt-record",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "Records of a binary log fail their checksum.",
         .what =
             "Reports TensorBoard event files and W&B files in which a record's checksum is "
             "wrong or a record is no message, with the first place and their number. The other "
             "records are used. The checksums of records from which nothing is read (images, "
             "histograms, graphs) are not looked at. A file that only ends too early is "
             "cut-off-log's.",
         .why = "TensorBoard stops at the first damaged length and skips damaged records without a "
                "word: its curves end, or have holes, and look as if the run had. The cause is a "
                "full disk, a network file system, a copy in text mode, or two processes that "
                "append to one file.",
         .bad = R"(```events events.out.tfevents.1700000000.host
version
1 loss 0.93
damaged 2 loss 0.90
3 loss 0.88
4 loss 0.86
```)",
         .good = R"(```events events.out.tfevents.1700000000.host
version
1 loss 0.93
2 loss 0.90
3 loss 0.88
4 loss 0.86
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
