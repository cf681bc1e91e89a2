#include "analyzer/facts/framework_warnings.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

bool SaysMixedPrecision(const facts::Facts& facts, const ir::Log& log) {
  const auto& precision = facts.config().precision;
  return (precision && precision->value.find("16") != std::string::npos) ||
         std::any_of(log.series.begin(), log.series.end(),
                     [](const ir::Series& series) { return series.role == ir::Role::kLossScale; });
}

// The mean of one-epoch logs says nothing: a curve is asked for.
bool LossFalls(const facts::Facts& facts, const ir::Log& log) {
  return std::any_of(facts.curves().begin(), facts.curves().end(), [&](const facts::Curve& curve) {
    return curve.log == &log && curve.series->role == ir::Role::kTrainLoss &&
           facts::TrendOf(curve).trend == facts::Trend::kFalls;
  });
}

// The last planned epoch was under way, and it did end.
bool ReachesPlan(const facts::Facts& facts, const ir::Log& log, std::uint32_t line) {
  if (!log.planned_epochs) return false;
  const double plan = log.planned_epochs->value;
  bool before = plan == 1;
  bool after = false;
  for (const facts::Curve& curve : facts.curves()) {
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
std::string Excuse(const facts::Facts& facts, const ir::Log& log, const ir::Event& event,
                   facts::Doubt doubt) {
  switch (doubt) {
    case facts::Doubt::kNone:
      return {};
    case facts::Doubt::kMixedPrecision:
      if (!SaysMixedPrecision(facts, log)) return {};
      return "loss scaling skips the first optimizer steps, which brings this warning about too";
    case facts::Doubt::kLossFalls:
      return LossFalls(facts, log) ? "the training loss falls all the same" : "";
    case facts::Doubt::kPooler:
      if (event.text.find("pooler") == std::string::npos) return {};
      return "the pooler of a pretrained model is not used by every task";
    case facts::Doubt::kPlanReached:
      if (!ReachesPlan(facts, log, event.line)) return {};
      return "all planned epochs were trained all the same";
    case facts::Doubt::kTrainingLogged:
      return LogsTraining(facts.run()) ? "the training loss is in the log all the same" : "";
  }
  return {};
}

struct Heard {
  const facts::FrameworkWarning* warning;
  const ir::Event* first;
  double times;
};

void CheckLog(const facts::Facts& facts, const ir::Log& log, Sink& sink) {
  std::vector<Heard> heard;
  for (const ir::Event& event : log.events) {
    if (event.kind != ir::EventKind::kFrameworkWarning) continue;
    const facts::FrameworkWarning* warning = facts::KnownWarning(event.text);
    if (warning == nullptr) continue;
    const auto known = std::find_if(heard.begin(), heard.end(),
                                    [&](const Heard& one) { return one.warning == warning; });
    if (known == heard.end()) {
      heard.push_back({warning, &event, 1});
    } else {
      ++known->times;
    }
  }
  for (const auto& [warning, event, times] : heard) {
    Finding& finding =
        sink.Report(event->location, facts::Cat(warning->framework, " warns: ", warning->meaning));
    finding.label = "the warning";
    finding.help = std::string(warning->help);
    finding.evidence = {{"warning", event->text}, {"times", static_cast<std::int64_t>(times)}};
    std::string excuse = Excuse(facts, log, *event, warning->doubt);
    if (!warning->harmful || !excuse.empty()) finding.severity = Severity::kInfo;
    if (!excuse.empty()) {
      finding.confidence = Confidence::kLow;
      finding.related.push_back({event->location, std::move(excuse)});
    }
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    if (ir::Trains(log)) CheckLog(facts, log, sink);
  }
}

}  // namespace

extern const Rule kFrameworkWarning;
const Rule kFrameworkWarning = {
    .id = "L023",
    .name = "framework-warning",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "The framework itself warns of something that spoils the run.",
         .what = "Recognises some thirty warnings of Keras, PyTorch, Lightning, Transformers, "
                 "Paddle, scikit-learn, torchmetrics and NumPy, and says what each means for the "
                 "run and what to change. It is information when the warning only tells of lost "
                 "time, and when the log shows that it does not apply: a scheduler warning under "
                 "loss scaling, data that ran out after the last planned epoch.",
         .why = "Warnings scroll by among hundreds of lines that mean nothing, and some of them "
                "are the only sign that early stopping, checkpoints or whole layers do not work.",
         .bad = R"(```text run.log
UserWarning: Using a target size (torch.Size([32])) that is different to the input size (torch.Size([32, 1])). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.
epoch 1 loss: 0.91
epoch 2 loss: 0.72
epoch 3 loss: 0.71
```)",
         .good = R"(```text run.log
epoch 1 loss: 0.91
epoch 2 loss: 0.52
epoch 3 loss: 0.31
```)",
         .references = "The texts are those of the frameworks' sources."},
    .check = Check,
};

}  // namespace onnxcheck::rules
