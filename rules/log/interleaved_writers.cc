#include "analyzer/engine/rule.h"
#include "analyzer/facts/interleaving.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void CheckLog(const ir::Log& log, const facts::InterleavingLimits& limits, Sink& sink) {
  for (const ir::Series& series : log.series) {
    if (series.role != ir::Role::kTrainLoss) continue;
    const auto found = facts::FindInterleaving(series, limits);
    if (!found) continue;
    const auto writers = static_cast<double>(found->writers);
    const ir::Location location = ir::LineLocation(log, series.at->line[found->second]);
    Finding& finding =
        sink.Report(location, facts::Cat(series.name, " comes from ", writers,
                                         " writers at a time: the same steps are counted ", writers,
                                         " times, with other values"));
    finding.label = "another writer";
    finding.help =
        "give each process a file of its own, put the rank or process id into the format, or log "
        "on rank 0 only";
    finding.confidence = Confidence::kMedium;
    finding.evidence = {{"writers", static_cast<std::int64_t>(found->writers)},
                        {"points", static_cast<std::int64_t>(series.value.size())}};
    return;  // the other losses tell the same
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  const facts::InterleavingLimits limits{.min_points = sink.Parameter("min_points"),
                                         .share = sink.Parameter("share")};
  for (const ir::Log& log : facts.run().logs) {
    if (!ir::Trains(log) || log.structured || facts::HasMovingTarget(log)) continue;
    CheckLog(log, limits, sink);
  }
}

}  // namespace

extern const Rule kInterleavedWriters;
const Rule kInterleavedWriters = {
    .id = "L013",
    .name = "interleaved-writers",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "Several processes write their metrics into one file.",
         .what = "Reports a training loss whose step counter runs through the same steps several "
                 "times at once: it falls apart into counters that each only go up, each from near "
                 "the beginning of the file to near its end, with different values. Runs that "
                 "follow one another are no case for this rule, nor are records written twice.",
         .why = "The curve jumps between runs from point to point. It cannot be smoothed, and "
                "its last value belongs to whoever wrote last.",
         .bad = R"(```text run.log
step 10 loss: 2.31
step 10 loss: 2.29
step 20 loss: 2.11
step 20 loss: 2.17
step 30 loss: 1.93
step 40 loss: 1.78
step 30 loss: 1.99
step 40 loss: 1.80
step 50 loss: 1.66
step 50 loss: 1.71
step 60 loss: 1.60
step 60 loss: 1.58
```)",
         .good = R"(```text run.log
step 10 loss: 2.31
step 20 loss: 2.11
step 30 loss: 1.93
step 40 loss: 1.78
step 50 loss: 1.66
step 60 loss: 1.60
```)"},
    .parameters = {{.name = "min_points",
                    .value = 5,
                    .meaning = "fewest points of each writer",
                    .source = "a counter that steps back once or twice is a resumed run"},
                   {.name = "share",
                    .value = 0.5,
                    .meaning = "how evenly the writers share the file: 1 is all alike throughout",
                    .source = "processes of one run keep step; a crashed one may stop early"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
