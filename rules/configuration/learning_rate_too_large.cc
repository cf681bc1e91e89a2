#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/replay.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

bool Diverged(facts::Trend trend) {
  return trend == facts::Trend::kRises || trend == facts::Trend::kNonfinite;
}

// The configured number is then a factor of a rate that follows from model
// size and step (Vaswani et al. 2017, section 5.3; torch LambdaLR).
bool IsFactorOfSchedule(const ir::Config& config) {
  if (!config.schedule) return false;
  constexpr std::array<std::string_view, 5> kScaled = {"noam", "lambda", "rsqrt", "inv", "vaswani"};
  std::string schedule = config.schedule->value;
  std::transform(schedule.begin(), schedule.end(), schedule.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(kScaled.begin(), kScaled.end(), [&](std::string_view name) {
    return schedule.find(name) != std::string::npos;
  });
}

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  if (!config.learning_rate || !config.optimizer || IsFactorOfSchedule(config)) return;
  const double rate = config.learning_rate->value;
  const std::string& optimizer = config.optimizer->value;
  const bool adaptive = facts::IsAdaptive(optimizer);
  // Adadelta, Adagrad, L-BFGS, Prodigy and the rest have scales of their own.
  if (!adaptive && optimizer.find("sgd") == std::string::npos) return;

  const facts::Curve* loss = facts::MainLoss(facts);
  const facts::Trend trend = loss != nullptr ? facts::TrendOf(*loss).trend : facts::Trend::kUnknown;
  if (trend == facts::Trend::kFalls) return;
  const double momentum = config.momentum ? config.momentum->value : 0;
  const double effective = adaptive || !(momentum < 1) ? rate : rate / (1 - momentum);
  const double never = sink.Parameter(adaptive ? "adaptive_never" : "sgd_never");
  const double doubtful = sink.Parameter(adaptive ? "adaptive_doubtful" : "sgd_doubtful");
  if (!(effective > (Diverged(trend) ? doubtful : never))) return;

  Finding& finding = sink.Report(
      config.learning_rate->location,
      Diverged(trend)
          ? facts::Cat("the loss diverges under ", optimizer, " with a learning rate of ", rate)
          : facts::Cat("a learning rate of ", rate, " is far above what ", optimizer, " can use"));
  finding.label = "too large";
  finding.help = facts::Cat("start from ", facts::UsualRate(adaptive ? "adam" : "sgd"),
                            ", or add a warm-up and clip the gradient");
  finding.confidence = Diverged(trend) ? Confidence::kHigh : Confidence::kMedium;
  finding.evidence = {{"learning_rate", rate}};
  if (momentum > 0) finding.evidence.emplace_back("momentum", momentum);
  if (Diverged(trend)) {
    const auto nonfinite = facts::FirstNonfinite(*loss);
    const std::size_t where = nonfinite.value_or(loss->value.size() - 1);
    finding.related = {
        {facts::PointLocation(*loss, where),
         facts::Cat("the loss went from ", loss->value.front(), " to ", loss->value[where])}};
  }
  finding.experiment = facts::ConfiguredExperiment(facts, ir::Symptom::kNonfinite);
  if (finding.experiment) {
    ir::TrainingSetup& changed = finding.experiment->changed;
    changed.learning_rate = facts::UsualRate(changed.optimizer);
    finding.experiment->change = facts::Cat("learning_rate: ", changed.learning_rate);
  }
}

}  // namespace

extern const Rule kLearningRateTooLarge;
const Rule kLearningRateTooLarge = {
    .id = "C002",
    .name = "learning-rate-too-large",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "The learning rate is so large that training cannot be stable.",
         .what = "Reports a rate beyond anything the optimizer can use, and, when the log shows a "
                 "loss that rises or stops being finite, one that is merely doubtful. For SGD the "
                 "rate is divided by one minus the momentum first. Optimizers whose rate has "
                 "another scale (Adadelta, Adagrad, L-BFGS, Prodigy) are left alone, and so are "
                 "a schedule that the rate is only a factor of (Noam, LambdaLR) and a run whose "
                 "loss falls.",
         .why = "Weights overshoot, activations saturate or overflow, and the loss oscillates, "
                "grows or becomes NaN.",
         .bad = R"(```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
optimizer: adam
learning_rate: 10.0
```)",
         .good = R"(```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
optimizer: adam
learning_rate: 0.001
```)",
         .references = "Goodfellow, Bengio and Courville, Deep Learning (2016), section 11.4.1."},
    .parameters =
        {{.name = "adaptive_never",
          .value = 0.5,
          .meaning = "rate above which an optimizer of the Adam kind is reported without a log",
          .source = "one such step is about half of the largest weight Glorot's law draws"},
         {.name = "adaptive_doubtful",
          .value = 0.01,
          .meaning = "the same when the log shows divergence",
          .source = "ten times the documented default of Keras and PyTorch"},
         {.name = "sgd_never",
          .value = 100,
          .meaning = "rate over (1 - momentum) above which SGD is reported without a log",
          .source = "published recurrent language models train with 20 to 30 and clipping"},
         {.name = "sgd_doubtful",
          .value = 0.5,
          .meaning = "the same when the log shows divergence",
          .source = "0.1 is the largest rate in the common image-classification recipes"}},
    .check = Check,
    .replayable = true,
};

}  // namespace onnxcheck::rules
