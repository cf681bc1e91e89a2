#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    if (!ir::Trains(log) || log.structured || log.timestamped_records > 0) continue;
    std::uint64_t levelled = 0;
    std::uint32_t first_line = 0;
    for (std::size_t i = 1; i < ir::kLevels; ++i) {
      const ir::LevelCount& count = log.levels[i];
      levelled += count.records;
      if (count.records > 0 && (first_line == 0 || count.first_line < first_line)) {
        first_line = count.first_line;
      }
    }
    const auto records = static_cast<double>(levelled);
    if (records < sink.Parameter("min_records") || 2 * levelled < log.records) continue;
    Finding& finding =
        sink.Report(ir::LineLocation(log, first_line),
                    facts::Cat("none of ", facts::Plural(records, "log record"), " states a time"));
    finding.help = "add %(asctime)s to the logging format";
    finding.evidence = {{"records", static_cast<std::int64_t>(levelled)}};
  }
}

}  // namespace

extern const Rule kMissingTimestamps;
const Rule kMissingTimestamps = {
    .id = "L009",
    .name = "missing-timestamps",
    .family = Family::kLog,
    .severity = Severity::kInfo,
    .needs = kLog,
    .documentation =
        {.summary = "A log of a logging library states no time.",
         .what = "Reports a log whose records have levels, as a logging library writes them, but "
                 "not one time. Progress bars and printed lines are not held to it.",
         .why = "Without times a stall cannot be told from a fast epoch, two runs in one file "
                "cannot be told apart, and nothing can be matched with other logs.",
         .bad = R"(```text run.log
INFO:train:epoch 1 loss: 0.91
INFO:train:epoch 2 loss: 0.72
INFO:train:epoch 3 loss: 0.61
INFO:train:epoch 4 loss: 0.55
INFO:train:epoch 5 loss: 0.51
```)",
         .good = R"(```text run.log
2024-05-01 10:01:11,004 INFO train: epoch 1 loss: 0.91
2024-05-01 10:02:15,090 INFO train: epoch 2 loss: 0.72
2024-05-01 10:03:15,090 INFO train: epoch 3 loss: 0.61
2024-05-01 10:04:15,090 INFO train: epoch 4 loss: 0.55
2024-05-01 10:05:15,090 INFO train: epoch 5 loss: 0.51
```)",
         .references =
             "Python documentation, logging.basicConfig: the default format has no time."},
    .parameters = {{.name = "min_records",
                    .value = 5,
                    .meaning = "fewest records with a level for a log to be judged",
                    .source = "shorter logs need no time to be read"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
