// How losses and what is logged beside them move: the ground of the rules on
// the dynamics of a run.
#ifndef ONNXCHECK_ANALYZER_FACTS_PROGRESS_H_
#define ONNXCHECK_ANALYZER_FACTS_PROGRESS_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/facts/facts.h"

namespace onnxcheck::facts {

// One series of a log over its segments: one curve for each run in the file.
struct SeriesRuns {
  const ir::Log* log = nullptr;
  const ir::Series* series = nullptr;
  std::vector<const Curve*> runs;  // in file order, none empty
};

// An accuracy, or a metric in which more is better by its name.
bool IsScore(const ir::Series& series);

// A loss, a part of one, a perplexity, or a metric that is an error by its name: less is better.
bool IsLossLike(const ir::Series& series);

// Every series of the role, in the order of the logs and of their series.
std::vector<SeriesRuns> RunsOf(const Facts& facts, ir::Role role);

// For each log, the training loss with the most points, else the validation
// loss; at most one entry a log.
std::vector<SeriesRuns> MainLosses(const Facts& facts);

// The curves of the same log and segment, the curve itself included. It must
// be one of facts.curves().
std::span<const Curve> InSegmentOf(const Facts& facts, const Curve& curve);

// How the curve's segment begins.
ir::SegmentStart StartOf(const Curve& curve);

// The finite values with their noise taken out: medians of 20 equal parts of a
// long curve, a running median of three of a short one.
std::vector<double> Smoothed(std::span<const double> values);

// Epochs that a curve extends over, the first and the last included; for a
// curve without epochs, its points if validation was logged about as often.
// nullopt: unknown.
std::optional<double> EpochsSeen(const Facts& facts, const Curve& curve);

// False while less than a fifth of the epochs that the log plans were seen: a
// slow starter may still begin to learn.
bool PastTheStart(const Facts& facts, const Curve& curve);

// Both logs show the same run: equal beginnings and equal ends.
bool SameRun(const Curve& a, const Curve& b);

// Values of two curves of one log that belong together: on the same line or,
// failing that, the last of the same epoch.
std::vector<std::pair<double, double>> Paired(const Curve& a, const Curve& b);

// Beside the curve (same log and segment), is there ...
// ... an accuracy or a score in which more is better that rises?
bool ScoreRises(const Facts& facts, const Curve& loss);
// ... another loss, a part of the loss or an error that falls?
bool AnotherLossFalls(const Facts& facts, const Curve& loss);

// True if what the log calls a loss is not a measure of progress: in
// reinforcement learning it follows the policy, in adversarial training it
// balances two networks.
bool HasMovingTarget(const ir::Log& log);

// What was logged at or just before a point, and what the configuration says:
// the last finite loss, the gradient norm, the learning rate.
struct Remark {
  ir::Location location;
  std::string text;
};
std::vector<Remark> WhatPreceded(const Facts& facts, const Curve& loss, std::size_t index);

// The learning rate in the configuration or at the end of the curve's segment.
std::optional<Remark> RateRemark(const Facts& facts, const Curve& loss);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_PROGRESS_H_
