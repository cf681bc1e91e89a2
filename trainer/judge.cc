#include "trainer/judge.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

namespace onnxcheck::trainer {
namespace {

constexpr double kMostStart = 0.9;  // a start above it leaves nothing to measure a gain by
constexpr double kNever = std::numeric_limits<double>::infinity();

// What a trial says about the symptom in the baseline.
enum class Sign { kShown, kAbsent, kUnclear };

double Reached(const Arm& arm) {
  if (arm.nonfinite || arm.measures.empty()) return 0;
  return arm.measures.back().progress;
}

double FirstLoss(const Arm& arm) {
  return arm.measures.empty() ? std::numeric_limits<double>::quiet_NaN() : arm.measures[0].loss;
}

double LastLoss(const Arm& arm) {
  if (arm.measures.empty()) return std::numeric_limits<double>::quiet_NaN();
  return arm.nonfinite ? std::numeric_limits<double>::quiet_NaN() : arm.measures.back().loss;
}

// Steps until progress stays at the level, interpolated between measures on
// their log scale. kNever: not within the replay.
double StepsTo(const Arm& arm, double level) {
  if (arm.nonfinite) return kNever;
  std::size_t i = arm.measures.size();
  while (i > 0 && arm.measures[i - 1].progress >= level) --i;
  if (i == arm.measures.size()) return kNever;
  if (i == 0) return 1;
  const Measure& before = arm.measures[i - 1];
  const Measure& after = arm.measures[i];
  const double share = (level - before.progress) / (after.progress - before.progress);
  const double from = std::log(std::max<double>(1, static_cast<double>(before.step)));
  const double to = std::log(std::max<double>(1, static_cast<double>(after.step)));
  return std::exp(from + share * (to - from));
}

// Progress at the last measure not after `step`.
double ProgressAt(const Arm& arm, double step) {
  if (arm.nonfinite) return 0;
  double progress = 0;
  for (const Measure& measure : arm.measures) {
    if (static_cast<double>(measure.step) <= step) progress = measure.progress;
  }
  return progress;
}

// Share of what the start left to learn that was learned: a lucky start is not
// learning.
double Gain(const Arm& arm) {
  if (arm.nonfinite || arm.measures.empty()) return 0;
  const double start = std::clamp(arm.measures.front().progress, 0.0, kMostStart);
  return (Reached(arm) - start) / (1 - start);
}

bool Learns(const Arm& arm) { return Reached(arm) >= kLearns && Gain(arm) >= kLearns; }

bool LearnsNothing(const Arm& arm) { return Gain(arm) <= kLearnsNothing; }

// Share of its first value that the loss still has at the end. Every loss a
// replay computes is 0 for a solved task, so that shares compare across losses.
// NaN where that does not hold or training broke down.
double LossLeft(const Arm& arm) {
  const double left = LastLoss(arm) / FirstLoss(arm);
  return FirstLoss(arm) > 0 && left >= 0 ? left : std::numeric_limits<double>::quiet_NaN();
}

// The loss has come to rest although the task is solved: the objective cannot
// be met, as with a softmax on top of a softmax, which stays above
// ln(e + C - 1) - 1. A loss that is only slow still falls.
bool RestsOnFloor(const Arm& arm) {
  if (arm.nonfinite || Reached(arm) < kNearlyAll || !(LossLeft(arm) >= kHighFloor)) return false;
  const double half = static_cast<double>(arm.measures.back().step) / 2;
  double before = FirstLoss(arm);
  for (const Measure& measure : arm.measures) {
    if (static_cast<double>(measure.step) <= half) before = measure.loss;
  }
  return before - LastLoss(arm) <= kRest * before;
}

Sign DoesNotLearn(const Trial& trial) {
  if (Learns(trial.baseline)) return Sign::kAbsent;
  if (trial.extended && Learns(*trial.extended)) return Sign::kAbsent;
  const bool extended_too = !trial.extended || LearnsNothing(*trial.extended);
  return LearnsNothing(trial.baseline) && extended_too ? Sign::kShown : Sign::kUnclear;
}

Sign SlowerToLearn(const Trial& trial) {
  if (!Learns(trial.changed)) return Learns(trial.baseline) ? Sign::kAbsent : Sign::kUnclear;
  const bool less_left = LossLeft(trial.changed) <= kClearlyLess * LossLeft(trial.baseline);
  if (less_left && RestsOnFloor(trial.baseline)) return Sign::kShown;
  const double level = kNearlyAll * Reached(trial.changed);
  const double changed = StepsTo(trial.changed, level);
  const double baseline = StepsTo(trial.baseline, level);
  if (baseline <= kEvenFactor * changed) {
    const bool may_rest = less_left && LossLeft(trial.baseline) >= kHighFloor;
    return may_rest ? Sign::kUnclear : Sign::kAbsent;
  }
  const bool far_behind = ProgressAt(trial.baseline, changed) <= kFarBehind * level;
  const bool slow = baseline >= kSlowFactor * changed;
  // A setup that catches up only just after the replay's end is not told apart
  // from one that never does: both count when half of the replay was enough
  // for the change.
  const bool had_time =
      baseline < kNever ||
      kSlowFactor * changed <= static_cast<double>(trial.changed.measures.back().step);
  return slow && far_behind && had_time ? Sign::kShown : Sign::kUnclear;
}

Sign Nonfinite(const Trial& trial) {
  if (trial.baseline.nonfinite) return Sign::kShown;
  const double left = LossLeft(trial.baseline);
  if (!Learns(trial.baseline) && left >= kDivergence) return Sign::kShown;
  // A rate far too large also ends at chance, no better than it began and its
  // units dead.
  if (LearnsNothing(trial.baseline) && left >= 1) return Sign::kShown;
  return Learns(trial.baseline) && left < 1 ? Sign::kAbsent : Sign::kUnclear;
}

Sign SignOf(ir::Symptom symptom, const Trial& trial) {
  switch (symptom) {
    case ir::Symptom::kDoesNotLearn:
      return DoesNotLearn(trial);
    case ir::Symptom::kSlowerToLearn:
      return SlowerToLearn(trial);
    case ir::Symptom::kNonfinite:
      return Nonfinite(trial);
    case ir::Symptom::kNoBatches:
      return trial.baseline.steps == 0 && !trial.baseline.nonfinite ? Sign::kShown : Sign::kAbsent;
  }
  return Sign::kUnclear;
}

double Median(std::vector<double> values) {
  for (const double value : values) {
    if (!std::isfinite(value)) return std::numeric_limits<double>::quiet_NaN();
  }
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

template <typename Arms, typename Function>
double MedianOver(const Arms& arms, Function function) {
  std::vector<double> values;
  for (const Arm* arm : arms) values.push_back(function(*arm));
  return Median(std::move(values));
}

// Median loss at each measure; NaN where a trial had broken down.
std::vector<double> Curve(const std::vector<const Arm*>& arms, std::size_t length) {
  std::vector<double> curve;
  for (std::size_t i = 0; i < length; ++i) {
    curve.push_back(MedianOver(arms, [i](const Arm& arm) {
      return i < arm.measures.size() ? arm.measures[i].loss
                                     : std::numeric_limits<double>::quiet_NaN();
    }));
  }
  return curve;
}

// Two significant digits, as losses are read.
std::string Short(double value) {
  if (!std::isfinite(value)) return "NaN";
  char buffer[32];
  const double size = std::abs(value);
  const char* form = size >= 100 || (size != 0 && size < 0.001) ? "%.2g" : "%#.2g";
  if (size >= 1 && size < 100) form = "%.2f";
  if (size >= 100 && size < 1e5) form = "%.0f";
  std::snprintf(buffer, sizeof buffer, form, value);
  return buffer;
}

std::string Losses(const std::vector<const Arm*>& arms) {
  if (std::ranges::all_of(arms, [](const Arm* arm) { return arm->steps == 0 && !arm->nonfinite; }))
    return "not one batch";
  return Short(MedianOver(arms, FirstLoss)) + " -> " + Short(MedianOver(arms, LastLoss));
}

// Refuted by the extended arm alone: the replay was too short for the rate.
bool AnyNeedsItsSteps(const std::vector<Trial>& trials) {
  return std::ranges::any_of(
      trials, [](const Trial& trial) { return trial.extended && !Learns(trial.baseline); });
}

}  // namespace

bool ChangedWorks(ir::Symptom symptom, const std::vector<Arm>& changed) {
  return std::ranges::all_of(changed, [symptom](const Arm& arm) {
    if (symptom == ir::Symptom::kNoBatches) return arm.steps > 0;
    return Learns(arm);
  });
}

Verdict Judge(const ir::Experiment& experiment, const std::vector<Trial>& trials) {
  std::vector<const Arm*> baseline;
  std::vector<const Arm*> changed;
  std::vector<Arm> changed_arms;
  std::size_t shown = 0;
  std::size_t absent = 0;
  std::size_t length = 0;
  for (const Trial& trial : trials) {
    baseline.push_back(&trial.baseline);
    changed.push_back(&trial.changed);
    changed_arms.push_back(trial.changed);
    length = std::max({length, trial.baseline.measures.size(), trial.changed.measures.size()});
  }
  const bool works = ChangedWorks(experiment.symptom, changed_arms);
  for (const Trial& trial : trials) {
    const Sign sign = SignOf(experiment.symptom, trial);
    shown += sign == Sign::kShown ? 1 : 0;
    absent += sign == Sign::kAbsent ? 1 : 0;
  }

  Verdict verdict;
  const std::size_t seeds = trials.size();
  verdict.text = Losses(changed) + " with the change, " + Losses(baseline) + " without (" +
                 std::to_string(seeds) + (seeds == 1 ? " seed)" : " seeds)");
  if (seeds > 0 && absent == seeds) {
    verdict.outcome = Outcome::kRefuted;
    if (AnyNeedsItsSteps(trials)) verdict.text += "; it learns in the steps of the run itself";
  } else if (seeds > 0 && shown == seeds && works) {
    verdict.outcome = Outcome::kConfirmed;
  } else if (absent > 0 && shown > 0) {
    verdict.text += "; the seeds disagree";
  } else if (!works) {
    verdict.text += "; the replay's task is not learned with the change either";
  }
  verdict.figures = {{"seeds", static_cast<double>(seeds)},
                     {"seeds_with_symptom", static_cast<double>(shown)},
                     {"seeds_without_symptom", static_cast<double>(absent)},
                     {"baseline_first_loss", MedianOver(baseline, FirstLoss)},
                     {"baseline_last_loss", MedianOver(baseline, LastLoss)},
                     {"changed_first_loss", MedianOver(changed, FirstLoss)},
                     {"changed_last_loss", MedianOver(changed, LastLoss)},
                     {"baseline_progress", MedianOver(baseline, Reached)},
                     {"changed_progress", MedianOver(changed, Reached)}};
  verdict.baseline_curve = Curve(baseline, length);
  verdict.changed_curve = Curve(changed, length);
  const std::vector<const Arm*>& longest =
      !changed.empty() && changed[0]->measures.size() >= length ? changed : baseline;
  for (std::size_t i = 0; i < length && !longest.empty(); ++i) {
    if (i < longest[0]->measures.size()) {
      verdict.curve_steps.push_back(longest[0]->measures[i].step);
    }
  }
  return verdict;
}

}  // namespace onnxcheck::trainer
