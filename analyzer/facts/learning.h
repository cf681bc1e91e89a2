// What a log says about learning as such: did the loss move at all?
#ifndef ONNXCHECK_ANALYZER_FACTS_LEARNING_H_
#define ONNXCHECK_ANALYZER_FACTS_LEARNING_H_

#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts/facts.h"

namespace onnxcheck::facts {

enum class Trend { kUnknown, kFalls, kFlat, kRises, kNonfinite };

// A training loss from its first to its last points. Trend is kUnknown when
// there are too few points to say (fewer than four), or when noise is larger
// than the change.
struct LossTrend {
  Trend trend = Trend::kUnknown;
  double first = 0;
  double last = 0;
  double relative_change = 0;  // (last - first) / |first|
};

LossTrend TrendOf(const Curve& curve);

// The curve that speaks for a run's training: the one of role kTrainLoss with
// the most points, else kValidationLoss; null when nothing was logged.
const Curve* MainLoss(const Facts& facts);

// The accuracy logged beside a loss curve (same log, same segment; training
// before validation for a training loss), in 0..1; empty when none is.
// `lines` lets a rule pair the two by position in the log.
struct AccuracyCurve {
  const Curve* curve = nullptr;
  std::vector<double> value;
};
std::optional<AccuracyCurve> AccuracyBeside(const Facts& facts, const Curve& loss);

// Config words that say the optimizer adapts its step per parameter, so that
// one update is bounded by about the learning rate (Kingma & Ba 2015, 2.1).
bool IsAdaptive(const std::string& optimizer);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_LEARNING_H_
