#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    if (!ir::Trains(log) || !log.cut_off) continue;
    Finding& finding = sink.Report(*log.cut_off, "the last record is incomplete");
    finding.label = "ends here";
    finding.help =
        "check whether the run was killed, the disk was full, or the file was copied while it was "
        "being written";
    finding.evidence = {{"bytes", static_cast<std::int64_t>(log.input.bytes)}};
  }
}

}  // namespace

extern const Rule kCutOffLog;
const Rule kCutOffLog = {
    .id = "L011",
    .name = "cut-off-log",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "The last record of a log is incomplete.",
         .what = "Reports a log that ends in the middle of a record: a CSV row with too few cells, "
                 "a JSON object without its end, a line that breaks off. A last line that only "
                 "lacks its newline is complete.",
         .why = "The process was killed, the disk was full, or the file was copied too early: the "
                "run did more than the log says.",
         .bad = R"(```text-escaped metrics.jsonl
{"epoch": 1, "loss": 0.91}\n{"epoch": 2, "loss": 0.72}\n{"epoch": 3, "lo
```)",
         .good = R"(```text metrics.jsonl
{"epoch": 1, "loss": 0.91}
{"epoch": 2, "loss": 0.72}
{"epoch": 3, "loss": 0.61}
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
