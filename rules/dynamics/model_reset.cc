#include <algorithm>
#include <cmath>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/several_runs.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// One pass from a fresh model, as seen in the log.
struct Round {
  const facts::Curve* curve = nullptr;
  facts::Ends ends;
  double epochs = 0;
};

// Something between the two lines says that it is another process, or why a fresh model is meant.
bool AnotherRunBegins(const ir::Log& log, std::uint32_t after, std::uint32_t before) {
  return std::any_of(log.events.begin(), log.events.end(), [&](const ir::Event& event) {
    const bool harmless =
        event.kind == ir::EventKind::kCheckpoint || event.kind == ir::EventKind::kEarlyStopping ||
        event.kind == ir::EventKind::kRound || event.kind == ir::EventKind::kFrameworkWarning;
    return !harmless && event.line > after && event.line < before;
  });
}

// Lines of counted rounds, checkpoints, early stops and warnings, which may come in any round.
std::uint32_t HarmlessLines(const ir::Log& log, std::uint32_t after, std::uint32_t before) {
  return static_cast<std::uint32_t>(std::count_if(
      log.events.begin(), log.events.end(),
      [&](const ir::Event& event) { return event.line > after && event.line < before; }));
}

// Lines from one value to the next within a run.
std::uint32_t UsualGap(const facts::Curve& curve) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < curve.line.size(); ++i)
    gaps.push_back(curve.line[i] - curve.line[i - 1]);
  return gaps.empty() ? 1 : static_cast<std::uint32_t>(facts::Median(gaps));
}

bool Continues(const facts::Facts& facts, const Round& a, const Round& b, bool b_is_last,
               const Sink& sink) {
  const ir::Log& log = *a.curve->log;
  const double fall = a.ends.first - a.ends.last;
  const bool returns = b.ends.first >= a.ends.last + sink.Parameter("returns") * fall &&
                       b.ends.first <= a.ends.first + (1 - sink.Parameter("returns")) * fall;
  const bool same_length = b.epochs == a.epochs || (b_is_last && b.epochs < a.epochs);
  const std::uint32_t from = a.curve->line.back();
  const std::uint32_t to = b.curve->line.front();
  const bool close = to > from && to - from <= UsualGap(*a.curve) + HarmlessLines(log, from, to);
  return returns && same_length && close &&
         facts::StartOf(*b.curve) == ir::SegmentStart::kRestart &&
         b.curve->segment == a.curve->segment + 1 &&
         !facts::NamesAnotherModel(facts, *a.curve, *b.curve) && !AnotherRunBegins(log, from, to);
}

// The longest row of rounds that begins at `first`; fewer than two entries if there is none.
std::vector<Round> RowFrom(const facts::Facts& facts, const facts::SeriesRuns& series,
                           std::size_t first, const Sink& sink) {
  std::vector<Round> row;
  for (std::size_t i = first; i < series.runs.size(); ++i) {
    const facts::Curve& curve = *series.runs[i];
    Round round{&curve, facts::CurveEnds(curve.value, 0.1),
                facts::EpochsSeen(facts, curve).value_or(0)};
    const bool last = i + 1 == series.runs.size();
    const bool falls =
        round.ends.first > 0 && round.ends.last <= (1 - sink.Parameter("fall")) * round.ends.first;
    if (round.epochs < 2 || facts::FirstNonfinite(curve) || !(falls || (last && !row.empty())))
      break;
    if (!row.empty() && !Continues(facts, row.back(), round, last, sink)) break;
    row.push_back(round);
  }
  return row;
}

void Report(const std::vector<Round>& row, Sink& sink) {
  const facts::Curve& second = *row[1].curve;
  Finding& finding = sink.Report(facts::PointLocation(second, 0),
                                 facts::Cat(second.series->name, " falls to ", row[0].ends.last,
                                            " and is back at ", row[1].ends.first, ", ", row.size(),
                                            " times in a row: training starts from a fresh "
                                            "model each time"));
  finding.label = "back at the beginning";
  finding.help =
      "build the model and its optimizer once, before the loop; if fresh models are "
      "meant (folds, trials, seeds), log which one begins";
  finding.confidence = Confidence::kMedium;
  constexpr std::size_t kMostRelated = 4;
  for (std::size_t i = 2; i < std::min(row.size(), kMostRelated + 2); ++i) {
    finding.related.push_back(
        {facts::PointLocation(*row[i].curve, 0), facts::Cat("and again: ", row[i].ends.first)});
  }
  finding.evidence = {{"rounds", static_cast<std::int64_t>(row.size())},
                      {"epochs_each", row[0].epochs},
                      {"first", row[0].ends.first},
                      {"last", row[0].ends.last}};
}

void Check(const facts::Facts& facts, Sink& sink) {
  if (facts::PlansSeveralModels(facts.config())) return;
  for (const facts::SeriesRuns& series : facts::MainLosses(facts)) {
    // Tables and files written by logging are appended to by every new
    // process, without a word; what is printed is not.
    if (series.log->structured || series.log->timestamped_records > 0) continue;
    if (facts::HasMovingTarget(*series.log)) continue;
    std::size_t first = 0;
    while (first < series.runs.size()) {
      const std::vector<Round> row = RowFrom(facts, series, first, sink);
      if (static_cast<double>(row.size()) >= sink.Parameter("rounds")) {
        Report(row, sink);
        break;
      }
      first += std::max<std::size_t>(row.size(), 1);
    }
  }
}

}  // namespace

extern const Rule kModelReset;
const Rule kModelReset = {
    .id = "T018",
    .name = "model-reset",
    .family = Family::kDynamics,
    .severity = Severity::kError,
    .needs = kLog,
    .documentation =
        {.summary =
             "Again and again the loss returns to where it began: the model is rebuilt in a loop.",
         .what =
             "Reports three or more rounds of the same number of epochs, directly one after "
             "another in a printed log, each of which begins near the loss that the one before it "
             "began at, far above where that one had ended. Silent when any line stands between "
             "them but counted rounds, checkpoints, early stops and warnings, for it may say that "
             "another fold or "
             "trial begins, when a counter beside the loss has moved between the rounds, when the "
             "configuration plans "
             "folds, trials or seeds, and on tables and time-stamped files, to which every new "
             "process appends.",
         .why = "All rounds but the last are thrown away; the result is that of a single short "
                "round.",
         .bad = R"(```text run.log
Epoch 1/3
20/20 - 0s - 2ms/step - loss: 4.0316
Epoch 2/3
20/20 - 0s - 2ms/step - loss: 1.8488
Epoch 3/3
20/20 - 0s - 2ms/step - loss: 0.9218
Epoch 1/3
20/20 - 0s - 2ms/step - loss: 3.8889
Epoch 2/3
20/20 - 0s - 2ms/step - loss: 1.7513
Epoch 3/3
20/20 - 0s - 2ms/step - loss: 0.8670
Epoch 1/3
20/20 - 0s - 2ms/step - loss: 4.0423
Epoch 2/3
20/20 - 0s - 2ms/step - loss: 1.8714
Epoch 3/3
20/20 - 0s - 2ms/step - loss: 0.9639
```)",
         .good = R"(```text run.log
Fold 1
Epoch 1/3
20/20 - 0s - 2ms/step - loss: 4.0316
Epoch 2/3
20/20 - 0s - 2ms/step - loss: 1.8488
Epoch 3/3
20/20 - 0s - 2ms/step - loss: 0.9218
Fold 2
Epoch 1/3
20/20 - 0s - 2ms/step - loss: 3.8889
Epoch 2/3
20/20 - 0s - 2ms/step - loss: 1.7513
Epoch 3/3
20/20 - 0s - 2ms/step - loss: 0.8670
Fold 3
Epoch 1/3
20/20 - 0s - 2ms/step - loss: 4.0423
Epoch 2/3
20/20 - 0s - 2ms/step - loss: 1.8714
Epoch 3/3
20/20 - 0s - 2ms/step - loss: 0.9639
```)"},
    .parameters = {{.name = "rounds",
                    .value = 3,
                    .meaning = "rounds in a row",
                    .source = "two are a program that was started twice"},
                   {.name = "fall",
                    .value = 0.2,
                    .meaning = "share of its first loss that a round must lose",
                    .source = "a loss that hardly moves is back at its start by noise"},
                   {.name = "returns",
                    .value = 0.7,
                    .meaning = "share of the fall that is undone at the start of the next round",
                    .source =
                        "initial losses of one architecture differ by a few tenths of the fall"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
