#include <cmath>
#include <optional>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

struct Stale {
  std::size_t epochs = 0;
  double points = 0;       // fewest of an epoch
  std::size_t second = 0;  // index where the second epoch begins
};

// Each epoch's values are one and the same, and differ from the next epoch's.
std::optional<Stale> FindStale(const facts::Curve& curve, double min_points) {
  Stale stale;
  std::size_t begin = 0;
  double differing = 0;
  while (begin < curve.value.size()) {
    if (std::isnan(curve.epoch[begin]) || !std::isfinite(curve.value[begin])) return std::nullopt;
    // Fractional epochs are a step counter.
    if (curve.epoch[begin] != std::floor(curve.epoch[begin])) return std::nullopt;
    std::size_t end = begin;
    while (end < curve.value.size() && curve.epoch[end] == curve.epoch[begin]) {
      if (curve.value[end] != curve.value[begin]) return std::nullopt;
      ++end;
    }
    const auto points = static_cast<double>(end - begin);
    const bool last = end == curve.value.size();
    if (points < min_points && !last) return std::nullopt;
    if (!last || points >= min_points) {
      if (stale.epochs == 0 || points < stale.points) stale.points = points;
      ++stale.epochs;
    }
    if (begin > 0) {
      if (stale.second == 0) stale.second = begin;
      differing += curve.value[begin] != curve.value[begin - 1];
    }
    begin = end;
  }
  // A value that never moves is another matter.
  constexpr double kMostDiffer = 0.8;
  if (stale.epochs < 2 || differing < kMostDiffer * (static_cast<double>(stale.epochs) - 1))
    return std::nullopt;
  return stale;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Role role : {ir::Role::kTrainLoss, ir::Role::kTrainAccuracy}) {
    for (const facts::SeriesRuns& runs : facts::RunsOf(facts, role)) {
      for (const facts::Curve* curve : runs.runs) {
        const std::optional<Stale> stale = FindStale(*curve, sink.Parameter("min_points"));
        if (!stale || static_cast<double>(stale->epochs) < sink.Parameter("min_epochs")) continue;
        Finding& finding = sink.Report(
            facts::PointLocation(*curve, stale->second),
            facts::Cat(runs.series->name, " is the same at every step of an epoch (", stale->points,
                       " times or more, ", stale->epochs,
                       " epochs) and changes only with the next: it is the value of the epoch "
                       "before"));
        finding.label = "changes only here";
        finding.help =
            "log the batch's own value; Keras's history holds only values of finished epochs";
        finding.evidence = {{"epochs", static_cast<std::int64_t>(stale->epochs)},
                            {"points_each", stale->points}};
        break;
      }
    }
  }
}

}  // namespace

extern const Rule kStaleMetric;
const Rule kStaleMetric = {
    .id = "L014",
    .name = "stale-metric",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "A value logged at every step only changes when an epoch ends.",
         .what = "Reports a training loss or accuracy that is logged several times an epoch, is "
                 "exactly the same each time, and another value in the next epoch. A value that "
                 "never changes is no case for this rule, nor is one logged once an epoch.",
         .why = "The curve has many points and says nothing about the steps: it repeats what was "
                "known when the epoch before had ended, and a spike or NaN within an epoch does "
                "not show.",
         .bad = R"(```text run.log
Epoch 1, Batch 100/300, Loss: 0.9132
Epoch 1, Batch 200/300, Loss: 0.9132
Epoch 1, Batch 300/300, Loss: 0.9132
Epoch 2, Batch 100/300, Loss: 0.7214
Epoch 2, Batch 200/300, Loss: 0.7214
Epoch 2, Batch 300/300, Loss: 0.7214
Epoch 3, Batch 100/300, Loss: 0.6145
Epoch 3, Batch 200/300, Loss: 0.6145
Epoch 3, Batch 300/300, Loss: 0.6145
```)",
         .good = R"(```text run.log
Epoch 1, Batch 100/300, Loss: 1.2132
Epoch 1, Batch 200/300, Loss: 1.0132
Epoch 1, Batch 300/300, Loss: 0.9132
Epoch 2, Batch 100/300, Loss: 0.8214
Epoch 2, Batch 200/300, Loss: 0.7814
Epoch 2, Batch 300/300, Loss: 0.7214
```)",
         .references = "Keras, History: on_epoch_end appends, nothing else does."},
    .parameters = {{.name = "min_points",
                    .value = 3,
                    .meaning = "fewest equal values in each epoch but the last",
                    .source = "a training and a validation line may repeat one value"},
                   {.name = "min_epochs",
                    .value = 2,
                    .meaning = "fewest epochs of such values",
                    .source = "with one epoch nothing tells it from a loss that is stuck"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
