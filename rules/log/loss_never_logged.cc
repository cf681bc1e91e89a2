#include <algorithm>
#include <string>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

bool Moves(const ir::Series& series) {
  const auto [least, most] = std::minmax_element(series.value.begin(), series.value.end());
  return least != series.value.end() && *least < *most;
}

// A loss by name, what stands for one (an error, a perplexity, a reward), an average of who knows
// what, or a column of changing numbers under a name of the user's own, which may well be the loss.
bool MayBeLoss(const ir::Series& series, std::size_t points) {
  if (facts::IsScore(series)) return false;
  return facts::IsLossLike(series) || series.role == ir::Role::kReward ||
         series.role == ir::Role::kMetric ||
         (series.role == ir::Role::kOther && 2 * series.value.size() >= points && Moves(series));
}

// The longest series of scores of the run's training logs; null if there is none.
const ir::Series* LongestScore(const ir::Run& run, const ir::Log** its_log) {
  const ir::Series* longest = nullptr;
  for (const ir::Log& log : run.logs) {
    if (!ir::Trains(log)) continue;
    for (const ir::Series& series : log.series) {
      if (!facts::IsScore(series)) continue;
      if (longest != nullptr && longest->value.size() >= series.value.size()) continue;
      longest = &series;
      *its_log = &log;
    }
  }
  return longest;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Run& run = facts.run();
  const ir::Log* log = nullptr;
  const ir::Series* score = LongestScore(run, &log);
  if (score == nullptr || static_cast<double>(score->value.size()) < sink.Parameter("min_points") ||
      !Moves(*score)) {
    return;
  }
  bool on_training = false;
  for (const ir::Log& other : run.logs) {
    if (facts::HasMovingTarget(other) || facts::Has(other, ir::EventKind::kNonfiniteNotice)) return;
    for (const ir::Series& series : other.series) {
      if (MayBeLoss(series, score->value.size())) return;
      on_training = on_training || series.role == ir::Role::kTrainAccuracy;
    }
  }
  Finding& finding =
      sink.Report(ir::LineLocation(*log, score->at->line.front()),
                  facts::Cat(score->name, " is logged ", score->value.size(),
                             " times, but no loss: nothing tells whether training still moves"));
  finding.label = "a score without a loss";
  finding.help = "log the training loss beside it, at least once an epoch";
  finding.evidence = {{"scores", static_cast<std::int64_t>(score->value.size())}};
  finding.confidence = Confidence::kMedium;
  if (on_training) {  // an accuracy on training data shows nearly as much
    finding.severity = Severity::kInfo;
    finding.message = facts::Cat(score->name, " is logged ", score->value.size(),
                                 " times, but no loss beside it");
  }
}

}  // namespace

extern const Rule kLossNeverLogged;
const Rule kLossNeverLogged = {
    .id = "L003",
    .name = "loss-never-logged",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "Scores are logged, but no loss.",
         .what = "Reports a run whose logs hold an accuracy or another score over time, but no "
                 "loss. It is information when an accuracy on the training data is there. Silent "
                 "in reinforcement learning, where an error or a perplexity stands for the loss, "
                 "and where a column under an unknown name may be it.",
         .why = "A score moves in steps and may stand still while training goes on or breaks down; "
                "only the loss shows divergence, a plateau or overfitting early.",
         .bad = R"(```text run.log
epoch 1 val_acc: 0.41
epoch 2 val_acc: 0.55
epoch 3 val_acc: 0.61
epoch 4 val_acc: 0.64
epoch 5 val_acc: 0.66
```)",
         .good = R"(```text run.log
epoch 1 loss: 1.62 val_acc: 0.41
epoch 2 loss: 1.20 val_acc: 0.55
epoch 3 loss: 1.02 val_acc: 0.61
epoch 4 loss: 0.93 val_acc: 0.64
epoch 5 loss: 0.88 val_acc: 0.66
```)"},
    .parameters = {{.name = "min_points",
                    .value = 5,
                    .meaning = "fewest values of a score for the log to be one of training",
                    .source = "a few scores are the evaluation of a finished model"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
