#include "analyzer/facts/chance.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "analyzer/facts/divergence.h"
#include "analyzer/facts/progress.h"

namespace onnxcheck::facts {
namespace {

constexpr double kFewestEpochs = 5;
// How far from ln C the loss may be. Predicting the majority class of a set
// that is 56 to 44 % gives 1 % less than ln 2; label noise moves it less.
constexpr double kRestShare = 0.01;
constexpr double kNeverBelowShare = 0.02;
constexpr double kLearntShare = 0.002;  // so far below ln C by a steady fall is learning
// Above it, neighbouring class counts have nearly the same logarithm and an
// accuracy of 1/C cannot be told from 0.
constexpr double kMostClassesFromLoss = 100;
// Accuracy of a classifier that guesses, or names the largest of nearly equal classes.
constexpr double kAccuracyAbove = 0.05;  // of the way from 1/C to 1
constexpr double kAccuracyFactor = 1.5;
constexpr double kAreaAround = 0.02;

double MedianOfLastHalf(std::span<const double> values) {
  return Median(values.subspan(values.size() / 2));
}

bool IsArea(const ir::Series& series) {
  const std::string name = absl::AsciiStrToLower(series.name);
  return series.role == ir::Role::kMetric && name.find("auc") != std::string::npos &&
         name.find("pr") == std::string::npos;
}

bool IsAccuracy(const ir::Series& series) {
  switch (series.role) {
    case ir::Role::kTrainAccuracy:
    case ir::Role::kValidationAccuracy:
    case ir::Role::kTestAccuracy:
      return true;
    case ir::Role::kMetric: {
      const std::string name = absl::AsciiStrToLower(series.name);
      return name == "acc" || name == "accuracy";
    }
    default:
      return false;
  }
}

bool AtChance(double accuracy, double classes) {
  const double guess = 1 / classes;
  return accuracy >= guess / 2 &&
         accuracy <= std::min(guess + kAccuracyAbove * (1 - guess), kAccuracyFactor * guess);
}

struct Score {
  const Curve* curve = nullptr;
  double value = 0;
};

// The areas or accuracies beside the loss: all of them must be at chance over
// the whole curve for one to be returned.
template <typename IsKind, typename IsChance>
std::optional<Score> ScoreAtChance(const Facts& facts, const Curve& loss, bool* contradicted,
                                   IsKind is_kind, IsChance is_chance) {
  std::optional<Score> found;
  for (const Curve& curve : InSegmentOf(facts, loss)) {
    if (!is_kind(*curve.series)) continue;
    std::vector<double> values = Smoothed(curve.value);
    if (values.size() < kFewestEpochs) continue;
    if (curve.series->percent) {
      for (double& value : values) value /= 100;
    }
    const double last = MedianOfLastHalf(values);
    if (!is_chance(last) || !is_chance(Median(values))) {
      *contradicted = true;
      return std::nullopt;
    }
    if (!found) found = {&curve, last};
  }
  return found;
}

bool StaysAt(std::span<const double> smooth, double chance_loss) {
  const double lowest = *std::min_element(smooth.begin(), smooth.end());
  if (lowest < (1 - kNeverBelowShare) * chance_loss) return false;
  const std::span<const double> rest = smooth.subspan(smooth.size() / 2);
  const double highest = *std::max_element(rest.begin(), rest.end());
  return highest <= (1 + kNeverBelowShare) * chance_loss &&
         std::fabs(Median(rest) - chance_loss) <= kRestShare * chance_loss;
}

// A stated loss that is no cross-entropy may have any value.
bool MayBeCrossEntropy(const Facts& facts) {
  const std::optional<Loss> loss = ConfiguredLoss(facts.run(), facts.config());
  return !loss || loss->kind == ir::LossKind::kCategoricalCrossEntropy ||
         loss->kind == ir::LossKind::kBinaryCrossEntropy ||
         loss->kind == ir::LossKind::kNegativeLogLikelihood;
}

}  // namespace

std::optional<ChancePlateau> RestsAtChance(const Facts& facts, const Curve& loss) {
  ChancePlateau result;
  const std::vector<double> smooth = Smoothed(loss.value);
  if (smooth.size() < kFewestEpochs || FirstNonfinite(loss)) return std::nullopt;
  result.loss = MedianOfLastHalf(smooth);
  const double implied = std::round(std::exp(std::clamp(result.loss, 0.0, 30.0)));
  result.epochs = EpochsSeen(facts, loss).value_or(0);
  if (implied < 2 || result.epochs < kFewestEpochs || !PastTheStart(facts, loss) ||
      !MayBeCrossEntropy(facts)) {
    return std::nullopt;
  }
  double classes = 0;
  for (const ClassCount& count : facts.class_counts()) {
    const auto stated = static_cast<double>(count.count);
    if (stated >= 2 && StaysAt(smooth, std::log(stated))) {
      result.stated = &count;
      classes = stated;
    }
  }
  if (classes == 0 && implied <= kMostClassesFromLoss && StaysAt(smooth, std::log(implied))) {
    classes = implied;
  }
  if (classes == 0) return std::nullopt;
  if (FallsSteadily(loss.value) && smooth.back() < (1 - kLearntShare) * std::log(classes)) {
    return std::nullopt;
  }

  bool contradicted = false;
  // With several labels an example, "accuracy" is not 1/C but the area is still 1/2.
  std::optional<Score> score;
  if (classes == 2) {
    score = ScoreAtChance(facts, loss, &contradicted, IsArea,
                          [](double area) { return std::fabs(area - 0.5) <= kAreaAround; });
    result.area = score.has_value();
  }
  if (!score && !contradicted) {
    score = ScoreAtChance(facts, loss, &contradicted, IsAccuracy,
                          [classes](double accuracy) { return AtChance(accuracy, classes); });
  }
  if (contradicted || (!score && result.stated == nullptr)) return std::nullopt;
  if (score) {
    result.score = score->curve;
    result.score_value = score->value;
  }
  result.classes = static_cast<std::int64_t>(classes);
  result.chance_loss = std::log(classes);
  return result;
}

}  // namespace onnxcheck::facts
