#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// Stretches of the log in which every record was written several times.
struct Doubling {
  const ir::Repetition* first = nullptr;
  double records = 0;
  double lines = 0;  // that these make
  double least = 0;  // times
  double most = 0;
  bool grows = false;  // each stretch writes its records more often than the one before
};

Doubling Sum(const ir::Log& log) {
  Doubling doubling;
  std::size_t stretches = 0;
  bool grows = true;
  for (const ir::Repetition& stretch : log.writing.repetitions) {
    // Rules of dashes and blank tables repeat themselves.
    if (2 * stretch.measured < stretch.records) continue;
    const double times = stretch.times;
    grows = grows && times > doubling.most;
    if (stretches++ == 0) {
      doubling.first = &stretch;
      doubling.least = times;
    }
    doubling.records += stretch.records;
    doubling.lines += times * stretch.records;
    doubling.least = std::min(doubling.least, times);
    doubling.most = std::max(doubling.most, times);
  }
  doubling.grows = grows && stretches > 1;
  return doubling;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    const Doubling doubling = Sum(log);
    if (!ir::Trains(log) || doubling.records < sink.Parameter("min_records") ||
        doubling.lines < sink.Parameter("min_share") * static_cast<double>(log.records)) {
      continue;
    }
    const ir::Location location = ir::LineLocation(log, doubling.first->first_line);
    Finding& finding = sink.Report(
        location,
        doubling.grows
            ? facts::Cat("every record is written ", doubling.least, " times from here on, later ",
                         doubling.most, " times: log handlers are added again and again")
            : facts::Cat(facts::Plural(doubling.records, "record"), " in a row ",
                         doubling.records == 1 ? "is" : "are", " written ", doubling.least,
                         " times each: several handlers or processes write the same"));
    finding.label = "written several times";
    finding.help =
        doubling.grows
            ? "add the handler once, before the loop, or only if logger.handlers is empty"
            : "give the logger one handler, or set propagate = False; in a distributed run let "
              "rank 0 alone write";
    finding.evidence = {{"records", static_cast<std::int64_t>(doubling.records)},
                        {"most_times", static_cast<std::int64_t>(doubling.most)},
                        {"grows", doubling.grows}};
  }
}

}  // namespace

extern const Rule kDuplicatedLines;
const Rule kDuplicatedLines = {
    .id = "L007",
    .name = "duplicated-lines",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "Each record stands in the log several times.",
         .what = "Reports stretches of a log in which every record, its time and level set aside, "
                 "is written equally often, two times or more, directly one after another and "
                 "within two seconds. When the number grows from stretch to stretch, handlers are "
                 "added in a loop. Silent on lines that "
                 "several ranks write under their own names, and on a message that comes again "
                 "later.",
         .why = "The file grows with every handler, writing slows the loop down, and whatever "
                "counts or averages lines is wrong.",
         .bad = R"(```text run.log
2024-05-01 10:00:01,100 INFO train: epoch 1 loss: 0.91
2024-05-01 10:00:02,100 INFO train: epoch 2 loss: 0.72
2024-05-01 10:00:02,100 INFO train: epoch 2 loss: 0.72
2024-05-01 10:00:03,100 INFO train: epoch 3 loss: 0.61
2024-05-01 10:00:03,100 INFO train: epoch 3 loss: 0.61
2024-05-01 10:00:04,100 INFO train: epoch 4 loss: 0.55
2024-05-01 10:00:04,100 INFO train: epoch 4 loss: 0.55
2024-05-01 10:00:05,100 INFO train: epoch 5 loss: 0.51
2024-05-01 10:00:05,100 INFO train: epoch 5 loss: 0.51
2024-05-01 10:00:06,100 INFO train: epoch 6 loss: 0.49
2024-05-01 10:00:06,100 INFO train: epoch 6 loss: 0.49
```)",
         .good = R"(```text run.log
2024-05-01 10:00:01,100 INFO train: epoch 1 loss: 0.91
2024-05-01 10:00:02,100 INFO train: epoch 2 loss: 0.72
2024-05-01 10:00:03,100 INFO train: epoch 3 loss: 0.61
2024-05-01 10:00:04,100 INFO train: epoch 4 loss: 0.55
2024-05-01 10:00:05,100 INFO train: epoch 5 loss: 0.51
2024-05-01 10:00:06,100 INFO train: epoch 6 loss: 0.49
```)",
         .references = "Python documentation, Logger.addHandler: a logger calls every handler that "
                       "was added, and passes records on to its parents."},
    .parameters = {{.name = "min_records",
                    .value = 5,
                    .meaning = "fewest records that are each written several times",
                    .source = "a few equal lines in a row are chance or a small table"},
                   {.name = "min_share",
                    .value = 0.2,
                    .meaning = "share of the log's records that such lines must make",
                    .source = "libraries greet once for each process of a run; their few lines do "
                              "no harm"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
