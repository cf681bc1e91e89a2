#include "analyzer/facts/progress.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::facts {
namespace {

// A score has moved when it gained this share of its scale, an error or a loss
// when it lost this share of its first value.
constexpr double kScoreGain = 0.02;
constexpr double kLossDrop = 0.05;
// And it must exceed the noise from point to point.
constexpr double kNoiseFactor = 1.0;
constexpr double kEndShare = 0.2;

template <std::size_t N>
bool ContainsAny(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [text](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

// " train d loss " for "train/D_loss": words in lower case between blanks.
std::string WordsOf(std::string_view name) {
  std::string words = " ";
  for (const char c : name) {
    const bool letter = absl::ascii_isalnum(static_cast<unsigned char>(c));
    if (letter) words += absl::ascii_tolower(static_cast<unsigned char>(c));
    if (!letter && words.back() != ' ') words += ' ';
  }
  return words.back() == ' ' ? words : words + ' ';
}

bool Beside(const Curve& curve, const Curve& loss) { return curve.series != loss.series; }

// The last point of a role at or before the line, within the loss's segment.
const Curve* LastBefore(const Facts& facts, const Curve& loss, ir::Role role, std::uint32_t line,
                        std::size_t* index) {
  for (const Curve& curve : InSegmentOf(facts, loss)) {
    if (!Beside(curve, loss) || curve.series->role != role) continue;
    for (std::size_t i = curve.line.size(); i-- > 0;) {
      if (curve.line[i] > line || !std::isfinite(curve.value[i])) continue;
      *index = i;
      return &curve;
    }
  }
  return nullptr;
}

bool Near(double a, double b) {
  constexpr double kTolerance = 0.01;  // rounding, and averages taken differently
  if (!std::isfinite(a) || !std::isfinite(b)) return std::isfinite(a) == std::isfinite(b);
  return std::fabs(a - b) <= kTolerance * std::max(std::fabs(a), std::fabs(b));
}

}  // namespace

bool IsScore(const ir::Series& series) {
  switch (series.role) {
    case ir::Role::kTrainAccuracy:
    case ir::Role::kValidationAccuracy:
    case ir::Role::kTestAccuracy:
      return true;
    case ir::Role::kMetric:
      break;
    default:
      return false;
  }
  constexpr std::array<std::string_view, 19> kMoreIsBetter = {
      "acc",  "auc",   "f1",    "map",  "iou",  "dice", "recall", "precision", "r2", "top",
      "bleu", "rouge", "score", "psnr", "ssim", "ndcg", "mrr",    "kappa",     "hit"};
  return ContainsAny(absl::AsciiStrToLower(series.name), kMoreIsBetter);
}

bool IsLossLike(const ir::Series& series) {
  switch (series.role) {
    case ir::Role::kTrainLoss:
    case ir::Role::kValidationLoss:
    case ir::Role::kTestLoss:
    case ir::Role::kLossComponent:
    case ir::Role::kPerplexity:
      return true;
    case ir::Role::kMetric:
      break;
    default:
      return false;
  }
  constexpr std::array<std::string_view, 5> kLessIsBetter = {"err", "mae", "mse", "wer", "cer"};
  return ContainsAny(absl::AsciiStrToLower(series.name), kLessIsBetter);
}

std::vector<SeriesRuns> RunsOf(const Facts& facts, ir::Role role) {
  std::vector<SeriesRuns> all;
  for (const Curve& curve : facts.curves()) {
    if (curve.series->role != role || curve.value.empty()) continue;
    auto known = std::find_if(all.begin(), all.end(),
                              [&](const SeriesRuns& runs) { return runs.series == curve.series; });
    if (known == all.end()) {
      all.push_back({curve.log, curve.series, {}});
      known = std::prev(all.end());
    }
    known->runs.push_back(&curve);
  }
  return all;
}

std::vector<SeriesRuns> MainLosses(const Facts& facts) {
  std::vector<SeriesRuns> main;
  for (const ir::Role role : {ir::Role::kTrainLoss, ir::Role::kValidationLoss}) {
    for (SeriesRuns& runs : RunsOf(facts, role)) {
      const auto known = std::find_if(
          main.begin(), main.end(), [&](const SeriesRuns& other) { return other.log == runs.log; });
      if (known == main.end()) {
        main.push_back(std::move(runs));
      } else if (known->series->role == role &&
                 known->series->value.size() < runs.series->value.size()) {
        *known = std::move(runs);
      }
    }
  }
  return main;
}

std::span<const Curve> InSegmentOf(const Facts& facts, const Curve& curve) {
  const std::span<const Curve> all = facts.curves();
  // Curves are in the order of their logs and segments.
  const auto same = [&](const Curve& other) {
    return other.log == curve.log && other.segment == curve.segment;
  };
  const auto at = static_cast<std::size_t>(&curve - all.data());
  std::size_t begin = at;
  while (begin > 0 && same(all[begin - 1])) --begin;
  std::size_t end = at + 1;
  while (end < all.size() && same(all[end])) ++end;
  return all.subspan(begin, end - begin);
}

ir::SegmentStart StartOf(const Curve& curve) {
  const std::vector<ir::Segment>& segments = curve.log->segments;
  return curve.segment < segments.size() ? segments[curve.segment].start : ir::SegmentStart::kFirst;
}

std::vector<double> Smoothed(std::span<const double> values) {
  constexpr std::size_t kParts = 20;
  constexpr std::size_t kLong = 3 * kParts;
  const FiniteValues held(values);
  const std::span<const double> finite = *held;
  std::vector<double> smooth;
  if (finite.size() >= kLong) {
    for (std::size_t part = 0; part < kParts; ++part) {
      const std::size_t begin = part * finite.size() / kParts;
      const std::size_t end = (part + 1) * finite.size() / kParts;
      smooth.push_back(Median(finite.subspan(begin, end - begin)));
    }
    return smooth;
  }
  if (finite.size() < 3) return {finite.begin(), finite.end()};
  for (std::size_t i = 0; i < finite.size(); ++i) {
    const std::size_t begin = std::min(i == 0 ? 0 : i - 1, finite.size() - 3);
    smooth.push_back(Median(finite.subspan(begin, 3)));
  }
  return smooth;
}

std::optional<double> EpochsSeen(const Facts& facts, const Curve& curve) {
  double first = 0;
  double last = 0;
  bool known = false;
  for (const double epoch : curve.epoch) {
    if (!std::isfinite(epoch)) continue;
    first = known ? std::min(first, epoch) : epoch;
    last = known ? std::max(last, epoch) : epoch;
    known = true;
  }
  if (known) return std::floor(last) - std::floor(first) + 1;
  if (curve.series->per_epoch) return static_cast<double>(curve.value.size());
  constexpr double kAboutAsOften = 0.9;
  const auto points = static_cast<double>(curve.value.size());
  for (const Curve& other : InSegmentOf(facts, curve)) {
    const bool validation = other.series->role == ir::Role::kValidationLoss ||
                            other.series->role == ir::Role::kValidationAccuracy;
    if (Beside(other, curve) && validation &&
        static_cast<double>(other.value.size()) >= kAboutAsOften * points) {
      return points;
    }
  }
  return std::nullopt;
}

bool PastTheStart(const Facts& facts, const Curve& curve) {
  constexpr double kLeastShareOfPlan = 0.2;
  const auto& planned = curve.log->planned_epochs;
  const std::optional<double> seen = EpochsSeen(facts, curve);
  return !planned || !seen || *seen >= kLeastShareOfPlan * planned->value;
}

bool SameRun(const Curve& a, const Curve& b) {
  return !a.value.empty() && !b.value.empty() && Near(a.value.front(), b.value.front()) &&
         Near(a.value.back(), b.value.back());
}

std::vector<std::pair<double, double>> Paired(const Curve& a, const Curve& b) {
  std::vector<std::pair<double, double>> pairs;
  const auto match = [&](const auto& of_a, const auto& of_b) {
    pairs.clear();
    std::size_t j = 0;
    for (std::size_t i = 0; i < of_a.size(); ++i) {
      const bool last_of_its_kind = i + 1 == of_a.size() || of_a[i + 1] != of_a[i];
      if (!last_of_its_kind) continue;
      while (j < of_b.size() && of_b[j] < of_a[i]) ++j;
      while (j + 1 < of_b.size() && of_b[j + 1] == of_a[i]) ++j;
      if (j < of_b.size() && of_b[j] == of_a[i]) pairs.emplace_back(a.value[i], b.value[j]);
    }
  };
  match(a.line, b.line);
  if (pairs.empty()) match(a.epoch, b.epoch);
  return pairs;
}

bool ScoreRises(const Facts& facts, const Curve& loss) {
  for (const Curve& curve : InSegmentOf(facts, loss)) {
    if (!Beside(curve, loss) || !IsScore(*curve.series) || curve.value.size() < 3) continue;
    const Ends ends = CurveEnds(curve.value, kEndShare);
    const double gain = ends.last - ends.first;
    const bool unit = !curve.series->percent && std::fabs(ends.first) <= 1;
    const double scale = curve.series->percent ? 100 : unit ? 1 : std::fabs(ends.first);
    if (gain > kScoreGain * scale && gain > kNoiseFactor * Spread(curve.value)) return true;
  }
  return false;
}

bool AnotherLossFalls(const Facts& facts, const Curve& loss) {
  for (const Curve& curve : InSegmentOf(facts, loss)) {
    if (!Beside(curve, loss) || !IsLossLike(*curve.series) || curve.value.size() < 3) continue;
    const Ends ends = CurveEnds(curve.value, kEndShare);
    const double drop = ends.first - ends.last;
    if (drop > kLossDrop * std::fabs(ends.first) && drop > kNoiseFactor * Spread(curve.value))
      return true;
  }
  return false;
}

bool HasMovingTarget(const ir::Log& log) {
  // Whole words between blanks, as "valid_loss" is none of a discriminator.
  constexpr std::array<std::string_view, 22> kWords = {
      " reward ",   " rewards ", " ep rew ", " ep len ",     " episode ",       " advantage ",
      " td error ", " policy ",  " explor",  " max q ",      " d loss ",        " g loss ",
      " loss d ",   " loss g ",  " lossd ",  " lossg ",      " discriminator ", " generator ",
      " gan ",      " d real ",  " d fake ", " adversarial "};
  return std::any_of(log.series.begin(), log.series.end(), [&](const ir::Series& series) {
    return ContainsAny(WordsOf(series.name), kWords);
  });
}

std::optional<Remark> RateRemark(const Facts& facts, const Curve& loss) {
  std::size_t index = 0;
  const std::uint32_t last_line = loss.line.empty() ? 0 : loss.line.back();
  const Curve* rate = LastBefore(facts, loss, ir::Role::kLearningRate, last_line, &index);
  const ir::Config& config = facts.config();
  if (config.learning_rate) {
    return Remark{config.learning_rate->location,
                  Cat("the learning rate is ", config.learning_rate->value)};
  }
  if (rate == nullptr) return std::nullopt;
  return Remark{PointLocation(*rate, index), Cat("the learning rate was ", rate->value[index])};
}

std::vector<Remark> WhatPreceded(const Facts& facts, const Curve& loss, std::size_t index) {
  std::vector<Remark> remarks;
  for (std::size_t i = index; i-- > 0;) {
    if (!std::isfinite(loss.value[i])) continue;
    remarks.push_back({PointLocation(loss, i), Cat("the loss before it was ", loss.value[i])});
    break;
  }
  const std::uint32_t line = loss.line[index];
  std::size_t at = 0;
  if (const Curve* norm = LastBefore(facts, loss, ir::Role::kGradientNorm, line, &at)) {
    remarks.push_back({PointLocation(*norm, at), Cat("the gradient norm was ", norm->value[at])});
  }
  if (const Curve* rate = LastBefore(facts, loss, ir::Role::kLearningRate, line, &at)) {
    remarks.push_back({PointLocation(*rate, at), Cat("the learning rate was ", rate->value[at])});
  } else if (const ir::Config& config = facts.config(); config.learning_rate) {
    remarks.push_back({config.learning_rate->location,
                       Cat("the learning rate is ", config.learning_rate->value)});
  }
  return remarks;
}

}  // namespace onnxcheck::facts
