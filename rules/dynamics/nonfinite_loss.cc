#include <algorithm>
#include <cmath>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/replay.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

constexpr const char* kHelp =
    "lower the learning rate or clip the gradient, and look for log(0), division by zero or nan in "
    "the data at this step";

// What one series says over all runs in its file.
struct Damage {
  const facts::Curve* curve = nullptr;  // the first run with such a value
  std::size_t index = 0;
  std::size_t values = 0;   // of that run, not finite
  bool ends_so = false;     // that run's last value is not finite
  std::size_t runs = 0;     // runs with such values
  bool superseded = false;  // a later run is finite throughout
};

std::size_t CountNonfinite(const facts::Curve& curve) {
  return static_cast<std::size_t>(std::count_if(
      curve.value.begin(), curve.value.end(), [](double value) { return !std::isfinite(value); }));
}

Damage Assess(const facts::SeriesRuns& series, std::size_t min_points) {
  Damage damage;
  for (const facts::Curve* curve : series.runs) {
    const auto first = facts::FirstNonfinite(*curve);
    if (!first) {
      damage.superseded = curve->value.size() >= min_points;
      continue;
    }
    damage.superseded = false;
    ++damage.runs;
    if (damage.curve != nullptr) continue;
    damage.curve = curve;
    damage.index = *first;
    damage.values = CountNonfinite(*curve);
    damage.ends_so = !std::isfinite(curve->value.back());
  }
  return damage;
}

// A table that writes nan where nothing was measured: the value comes and goes.
bool ComesAndGoes(const facts::Curve& curve) {
  std::size_t returns = 0;
  for (std::size_t i = 1; i < curve.value.size(); ++i) {
    returns += !std::isfinite(curve.value[i - 1]) && std::isfinite(curve.value[i]);
  }
  constexpr std::size_t kOften = 3;
  return curve.log->structured && returns >= kOften;
}

void Report(const facts::Facts& facts, const Damage& damage, bool error, Sink& sink) {
  const facts::Curve& curve = *damage.curve;
  const double value = curve.value[damage.index];
  const bool all = damage.values == curve.value.size();
  std::string message = facts::Cat(
      curve.series->name, " is ", facts::Number(value),
      all                  ? " from the first value on"
      : damage.ends_so     ? " from here on"
      : damage.values == 1 ? " once, and finite again after it"
                           : facts::Cat(" or so at ", facts::Plural(double(damage.values), "place"),
                                        ", and finite again after them"));
  if (damage.runs > 1) message += facts::Cat(", as in ", damage.runs, " runs in this file");
  Finding& finding = sink.Report(facts::PointLocation(curve, damage.index), std::move(message));
  finding.label = "not finite";
  if (!error) finding.severity = Severity::kWarning;
  if (!damage.ends_so) finding.confidence = Confidence::kMedium;
  finding.help = curve.series->role == ir::Role::kValidationLoss && error == false
                     ? "look for an empty validation set, or an overflow in evaluation mode"
                     : kHelp;
  for (facts::Remark& remark : facts::WhatPreceded(facts, curve, damage.index)) {
    finding.related.push_back({std::move(remark.location), std::move(remark.text)});
  }
  finding.evidence = {{"nonfinite", static_cast<std::int64_t>(damage.values)},
                      {"points", static_cast<std::int64_t>(curve.value.size())},
                      {"runs", static_cast<std::int64_t>(damage.runs)},
                      {"recovers", !damage.ends_so}};
  finding.experiment = facts::UsualRateExperiment(facts, ir::Symptom::kNonfinite);
}

// "Loss is nan, stopping training": a sentence, not a value of the curve.
bool IsNotice(const facts::Curve& curve) {
  const std::vector<ir::Event>& events = curve.log->events;
  return curve.value.size() == 1 &&
         std::any_of(events.begin(), events.end(), [&](const ir::Event& event) {
           return event.kind == ir::EventKind::kNonfiniteNotice && event.line == curve.line.front();
         });
}

// The framework stopped before it logged the value.
void CheckNotices(const facts::Facts& facts, const std::vector<const facts::Curve*>& reported,
                  Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    const bool known = std::any_of(reported.begin(), reported.end(),
                                   [&](const auto* curve) { return curve->log == &log; });
    if (known || !ir::Trains(log)) continue;
    const auto notice = std::find_if(log.events.rbegin(), log.events.rend(), [](const auto& event) {
      return event.kind == ir::EventKind::kNonfiniteNotice &&
             event.text.find("oss") != std::string::npos;
    });
    if (notice == log.events.rend()) continue;
    const auto goes_on = [&](const ir::Series& series) {
      return series.role == ir::Role::kTrainLoss && !series.at->line.empty() &&
             series.at->line.back() > notice->line;
    };
    if (std::any_of(log.series.begin(), log.series.end(), goes_on)) continue;
    Finding& finding =
        sink.Report(notice->location, "training stopped because the loss is not finite");
    finding.label = "not finite";
    finding.help = kHelp;
    finding.evidence = {{"notice", notice->text}};
    finding.experiment = facts::UsualRateExperiment(facts, ir::Symptom::kNonfinite);
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  const auto min_points = static_cast<std::size_t>(sink.Parameter("min_points"));
  std::vector<const facts::Curve*> reported;
  for (const ir::Role role : {ir::Role::kTrainLoss, ir::Role::kValidationLoss}) {
    for (const facts::SeriesRuns& series : facts::RunsOf(facts, role)) {
      const Damage damage = Assess(series, min_points);
      if (damage.curve == nullptr || ComesAndGoes(*damage.curve) || IsNotice(*damage.curve))
        continue;
      const bool validation = role == ir::Role::kValidationLoss;
      // A single value may be the start of a search for the best one.
      if (validation && damage.curve->value.size() < min_points) continue;
      const bool known = std::any_of(reported.begin(), reported.end(), [&](const auto* other) {
        return other->log == damage.curve->log || facts::SameRun(*other, *damage.curve);
      });
      if (known) continue;
      reported.push_back(damage.curve);
      Report(facts, damage, damage.ends_so && !damage.superseded && !validation, sink);
    }
  }
  CheckNotices(facts, reported, sink);
}

}  // namespace

extern const Rule kNonfiniteLoss;
const Rule kNonfiniteLoss = {
    .id = "T001",
    .name = "nonfinite-loss",
    .family = Family::kDynamics,
    .severity = Severity::kError,
    .needs = kLog,
    .documentation =
        {.summary = "The loss is NaN or infinite.",
         .what = "Reports the first place where a training or validation loss stops being finite, "
                 "with the loss, gradient norm and learning rate before it, or else the "
                 "line in which the framework says so and stops. A loss that is finite "
                 "again afterwards, one that only validation shows, and one that a later run in "
                 "the same file no longer has, are warnings. Metrics are not looked at: an average "
                 "precision of an absent class is NaN by definition. A table whose cells turn nan "
                 "and back again and again leaves out what was not measured.",
         .why =
             "A NaN loss has NaN gradients; one step later every weight is NaN, and whatever the "
             "run goes on to do is lost. Accuracies computed from such weights can still look "
             "plausible.",
         .bad = R"(```csv metrics.csv
epoch,train_loss,val_loss
1,2.31,2.28
2,5.87,9.12
3,1840.2,60221.5
4,nan,nan
5,nan,nan
```)",
         .good = R"(```csv metrics.csv
epoch,train_loss,val_loss,val_ap
1,2.31,2.28,nan
2,1.87,1.90,nan
3,1.52,1.61,0.11
4,1.31,1.44,0.19
5,1.18,1.37,0.24
```)",
         .references = "Goodfellow, Bengio and Courville, Deep Learning (2016), sections 4.1 and "
                       "10.11.1."},
    .parameters = {{.name = "min_points",
                    .value = 2,
                    .meaning = "values a validation loss needs to be judged, and a later run to "
                               "replace an earlier one",
                    .source = "programs print inf once as the best loss so far"}},
    .check = Check,
    .replayable = true,
};

}  // namespace onnxcheck::rules
