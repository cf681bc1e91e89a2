#include "analyzer/facts/heard_warnings.h"

#include <algorithm>

#include "analyzer/facts/learning.h"
#include "analyzer/facts/lifecycle.h"

namespace onnxcheck::facts {
namespace {

bool SaysMixedPrecision(const Facts& facts, const ir::Log& log) {
  const auto& precision = facts.config().precision;
  return (precision && precision->value.find("16") != std::string::npos) ||
         std::any_of(log.series.begin(), log.series.end(),
                     [](const ir::Series& series) { return series.role == ir::Role::kLossScale; });
}

// The mean of one-epoch logs says nothing: a curve is asked for.
bool LossFalls(const Facts& facts, const ir::Log& log) {
  return std::any_of(facts.curves().begin(), facts.curves().end(), [&](const Curve& curve) {
    return curve.log == &log && curve.series->role == ir::Role::kTrainLoss &&
           TrendOf(curve).trend == Trend::kFalls;
  });
}

// The last planned epoch was under way, and it did end.
bool ReachesPlan(const Facts& facts, const ir::Log& log, std::uint32_t line) {
  if (!log.planned_epochs) return false;
  const double plan = log.planned_epochs->value;
  bool before = plan == 1;
  bool after = false;
  for (const Curve& curve : facts.curves()) {
    if (curve.log != &log) continue;
    for (std::size_t i = 0; i < curve.line.size(); ++i) {
      before = before || (curve.line[i] < line && curve.epoch[i] >= plan - 1);
      after = after || (curve.line[i] > line && curve.epoch[i] >= plan);
    }
  }
  return before && after;
}

bool LogsTraining(const ir::Run& run) {
  return std::any_of(run.logs.begin(), run.logs.end(), [](const ir::Log& log) {
    return std::any_of(log.series.begin(), log.series.end(), [](const ir::Series& series) {
      return series.role == ir::Role::kTrainLoss && series.value.size() > 1;
    });
  });
}

// Why the warning may mean nothing here; empty if nothing speaks for that.
std::string Excuse(const Facts& facts, const ir::Log& log, const ir::Event& event, Doubt doubt) {
  switch (doubt) {
    case Doubt::kNone:
      return {};
    case Doubt::kMixedPrecision:
      if (!SaysMixedPrecision(facts, log)) return {};
      return "loss scaling skips the first optimizer steps, which brings this warning about too";
    case Doubt::kLossFalls:
      return LossFalls(facts, log) ? "the training loss falls all the same" : "";
    case Doubt::kPooler:
      if (event.text.find("pooler") == std::string::npos) return {};
      return "the pooler of a pretrained model is not used by every task";
    case Doubt::kPlanReached:
      if (!ReachesPlan(facts, log, event.line)) return {};
      return "all planned epochs were trained all the same";
    case Doubt::kTrainingLogged:
      return LogsTraining(facts.run()) ? "the training loss is in the log all the same" : "";
  }
  return {};
}

}  // namespace

std::vector<HeardWarning> HeardWarnings(const Facts& facts, const ir::Log& log) {
  std::vector<HeardWarning> heard;
  for (const ir::Event& event : log.events) {
    if (event.kind != ir::EventKind::kFrameworkWarning) continue;
    const FrameworkWarning* warning = KnownWarning(event.text);
    if (warning == nullptr) continue;
    const auto known = std::find_if(heard.begin(), heard.end(), [&](const HeardWarning& one) {
      return one.warning == warning;
    });
    if (known == heard.end()) {
      heard.push_back({warning, &event, 1, Excuse(facts, log, event, warning->doubt)});
    } else {
      ++known->times;
    }
  }
  return heard;
}

}  // namespace onnxcheck::facts
