#include <algorithm>
#include <array>
#include <string_view>
#include <variant>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/divergence.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/replay.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// The configuration makes the objective harder as training goes on: a
// curriculum, or the weight of a term that is annealed. "anneal" alone is
// most often said of the learning rate.
bool ObjectiveChanges(const ir::Config& config) {
  constexpr std::array<std::string_view, 8> kWords = {"curriculum",  "kl_anneal",    "kl_warmup",
                                                      "anneal_kl",   "beta_warmup",  "beta_end",
                                                      "beta_anneal", "kl_weight_end"};
  return std::any_of(config.entries.begin(), config.entries.end(), [&](const ir::Entry& entry) {
    if (const auto* on = std::get_if<bool>(&entry.value); on != nullptr && !*on) return false;
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
      return entry.key.find(word) != std::string::npos;
    });
  });
}

std::optional<facts::Divergence> Judge(const facts::Facts& facts, const facts::Curve& curve,
                                       const facts::DivergenceLimits& limits) {
  // A loss that ends in NaN is a matter of its own.
  if (facts::FirstNonfinite(curve) || facts::HasMovingTarget(*curve.log)) return std::nullopt;
  auto divergence = facts::FindDivergence(curve.value, limits);
  if (!divergence || divergence->unbounded_below) return divergence;
  if (ObjectiveChanges(facts.config())) return std::nullopt;
  // A part that falls while the sum rises is a change of weights between them.
  if (facts::ScoreRises(facts, curve) || facts::AnotherLossFalls(facts, curve)) return std::nullopt;
  return divergence;
}

void Report(const facts::Facts& facts, const facts::Curve& curve,
            const facts::Divergence& divergence, bool superseded, Sink& sink) {
  const std::string& name = curve.series->name;
  Finding& finding = sink.Report(
      facts::PointLocation(curve, divergence.start),
      divergence.unbounded_below
          ? facts::Cat(name, " falls below zero without bound, from ", divergence.first, " to ",
                       divergence.last)
          : facts::Cat(name, " diverges: it begins at ", divergence.first, ", reaches ",
                       divergence.lowest, " at best and stays at about ", divergence.last));
  finding.label = divergence.unbounded_below ? "without bound" : "from here on";
  finding.help = divergence.unbounded_below
                     ? "bound the objective: check the sign of each term and the range of what it "
                       "takes the logarithm of"
                     : "lower the learning rate, add a warm-up or clip the gradient";
  finding.confidence = Confidence::kMedium;
  // An attempt that a later one in the same file has replaced.
  if (superseded) {
    finding.message += ", in a run that others follow in this file";
    finding.severity = Severity::kWarning;
  }
  for (facts::Remark& remark : facts::WhatPreceded(facts, curve, divergence.start)) {
    finding.related.push_back({std::move(remark.location), std::move(remark.text)});
  }
  finding.evidence = {{"first", divergence.first},
                      {"lowest", divergence.lowest},
                      {"last", divergence.last},
                      {"points", static_cast<std::int64_t>(curve.value.size())}};
  finding.experiment = facts::UsualRateExperiment(facts, ir::Symptom::kNonfinite);
}

void Check(const facts::Facts& facts, Sink& sink) {
  const facts::DivergenceLimits limits = {.over_first = sink.Parameter("over_first"),
                                          .over_lowest = sink.Parameter("over_lowest"),
                                          .gain_lost = sink.Parameter("gain_lost"),
                                          .negative_factor = sink.Parameter("negative_factor")};
  std::vector<const facts::Curve*> reported;
  for (const facts::SeriesRuns& series : facts::RunsOf(facts, ir::Role::kTrainLoss)) {
    // The last run that says anything counts; an earlier one is history.
    for (auto run = series.runs.rbegin(); run != series.runs.rend(); ++run) {
      const facts::Curve& curve = **run;
      const auto divergence = Judge(facts, curve, limits);
      const bool known = std::any_of(reported.begin(), reported.end(), [&](const auto* other) {
        return other->log == curve.log || facts::SameRun(*other, curve);
      });
      if (!divergence || known) continue;
      reported.push_back(&curve);
      Report(facts, curve, *divergence, run != series.runs.rbegin(), sink);
      break;
    }
  }
}

}  // namespace

extern const Rule kDivergingLoss;
const Rule kDivergingLoss = {
    .id = "T002",
    .name = "diverging-loss",
    .family = Family::kDynamics,
    .severity = Severity::kError,
    .needs = kLog,
    .documentation =
        {.summary = "The training loss runs away and does not come back.",
         .what = "Reports a training loss whose whole last quarter lies far above where it began, "
                 "or above its lowest value with most of what had been gained lost, and one that "
                 "runs below zero without bound. Values are smoothed first, so a spike decides "
                 "nothing. Silent on losses that come back, that sum up what came before, that "
                 "play against another network or follow a policy, when the configuration plans a "
                 "curriculum or anneals a term of the loss, when a score beside them "
                 "rises or another loss falls, and when the loss stops being finite.",
         .why = "The weights have left the region where the model had learned something; training "
                "on from there wastes the rest of the run.",
         .bad = R"(```csv metrics.csv
epoch,train_loss
1,2.31
2,2.05
3,1.98
4,4.40
5,11.7
6,19.2
7,24.8
8,31.5
9,30.1
10,33.9
```)",
         .good = R"(```csv metrics.csv
epoch,train_loss
1,2.31
2,2.05
3,1.98
4,14.40
5,2.01
6,1.80
7,1.71
8,1.62
9,1.55
10,1.49
```)",
         .references =
             "Ben Braiek and Khomh, TheDeepChecker (2023): divergence is twice the lowest "
             "loss."},
    .parameters = {{.name = "over_first",
                    .value = 3,
                    .meaning = "factor over the first values at which the end is a divergence",
                    .source = "a running mean doubles at noisy starts of healthy runs"},
                   {.name = "over_lowest",
                    .value = 2,
                    .meaning = "factor over the lowest value, for a loss that had fallen",
                    .source = "TheDeepChecker"},
                   {.name = "gain_lost",
                    .value = 0.5,
                    .meaning = "share of the fall that must be lost again, for the same",
                    .source = "losses near zero double by noise alone"},
                   {.name = "negative_factor",
                    .value = 1e6,
                    .meaning = "multiple of the first value that a loss may reach below zero",
                    .source = "Poisson losses near -4e6 are healthy, and begin there"}},
    .check = Check,
    .replayable = true,
};

}  // namespace onnxcheck::rules
