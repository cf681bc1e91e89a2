#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/several_runs.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  if (facts::PlansSeveralModels(facts.config())) return;
  for (const ir::Log& log : facts.run().logs) {
    if (!ir::Trains(log)) continue;
    const std::vector<std::size_t> restarts = facts::UnexplainedRestarts(facts, log);
    if (restarts.empty()) continue;
    const auto at = [&](std::size_t restart) {
      return ir::LineLocation(log, log.segments[restart].first_line);
    };
    const auto runs = static_cast<double>(restarts.size() + 1);
    const bool announced = log.segments[restarts.front()].announced;
    Finding& finding = sink.Report(at(restarts.front()),
                                   facts::Cat("the file holds ", runs, " runs one after another: ",
                                              announced ? "what a start prints stands here again"
                                                        : "counting starts over here"));
    finding.label = "another run begins";
    finding.help =
        "give each start a file of its own (a time or an id in its name); if one run is meant to "
        "go on, let its counters go on as well";
    constexpr std::size_t kMostRelated = 4;
    for (std::size_t i = 1; i < std::min(restarts.size(), kMostRelated + 1); ++i) {
      finding.related.push_back({at(restarts[i]), "and again here"});
    }
    finding.evidence = {{"runs", static_cast<std::int64_t>(runs)}};
    if (!announced) finding.confidence = Confidence::kMedium;
  }
}

}  // namespace

extern const Rule kConcatenatedRuns;
const Rule kConcatenatedRuns = {
    .id = "L018",
    .name = "concatenated-runs",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "One file holds several runs, one after another.",
         .what = "Reports a table or a time-stamped log in which epochs or steps start over, and "
                 "a printed one in which the first messages or a dated banner come again as well. "
                 "Silent when a fold, trial, phase or another part of one experiment is named in "
                 "between, when a column tells the runs apart, when the configuration plans folds, "
                 "trials or seeds, and on a run that was resumed where it had stopped.",
         .why = "Whoever plots or averages the file mixes runs, and its best value may belong to "
                "another run than its last.",
         .bad = R"(```text history.csv
epoch,loss,val_loss
0,0.91,0.95
1,0.72,0.80
2,0.61,0.74
0,0.93,0.96
1,0.70,0.79
2,0.60,0.73
```)",
         .good = R"(```text history.csv
epoch,loss,val_loss
0,0.91,0.95
1,0.72,0.80
2,0.61,0.74
3,0.55,0.71
4,0.51,0.69
5,0.48,0.68
```)",
         .references = "Keras, CSVLogger: append=True adds to an existing file without a mark."},
    .check = Check,
};

}  // namespace onnxcheck::rules
