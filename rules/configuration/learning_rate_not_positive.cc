#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/purpose.h"

namespace onnxcheck::rules {
namespace {

// Schedules that set the rate themselves (torch OneCycleLR and CyclicLR,
// DeepSpeed WarmupLR and WarmupDecayLR); most others multiply the given one.
bool ScheduleSetsRate(const ir::Config& config) {
  if (!config.schedule) return false;
  std::string name;
  for (const char c : config.schedule->value) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  constexpr std::array<std::string_view, 5> kOwnRate = {"onecycle", "1cycle", "cyclic", "warmuplr",
                                                        "warmupdecaylr"};
  return std::any_of(kOwnRate.begin(), kOwnRate.end(),
                     [&](std::string_view own) { return name.find(own) != std::string::npos; });
}

// Another key holds the rate that counts: a peak, a base that the batch size multiplies.
bool AnotherRateIsSet(const ir::Config& config) {
  constexpr std::array<std::string_view, 8> kRates = {
      "lr", "learning_rate", "blr", "base_lr", "max_lr", "peak_lr", "init_lr", "lr_max"};
  return std::any_of(config.entries.begin(), config.entries.end(), [&](const ir::Entry& entry) {
    const std::string_view key = std::string_view(entry.key).substr(entry.key.rfind('.') + 1);
    if (std::find(kRates.begin(), kRates.end(), key) == kRates.end()) return false;
    const auto* number = std::get_if<double>(&entry.value);
    return number != nullptr && *number > 0;
  });
}

void Check(const facts::Facts& facts, Sink& sink) {
  const auto& rate = facts.config().learning_rate;
  if (!rate || rate->value > 0) return;
  // A run that only tests a model needs no rate.
  const bool may_be_zero = ScheduleSetsRate(facts.config()) || AnotherRateIsSet(facts.config()) ||
                           facts::OnlyEvaluates(facts.config());
  if (rate->value == 0 && may_be_zero) return;
  const bool schedule_may_raise_it = facts.config().schedule && rate->value == 0;
  Finding& finding = sink.Report(
      rate->location, rate->value == 0 ? "the learning rate is zero: no weight ever moves"
                      : std::isnan(rate->value)
                          ? "the learning rate is not a number"
                          : "the learning rate is negative: every step climbs the loss");
  finding.label = "must be above 0";
  finding.help = "set a positive learning rate, such as 0.001 for Adam or 0.1 for SGD";
  finding.confidence = schedule_may_raise_it ? Confidence::kMedium : Confidence::kHigh;
  finding.evidence = {{"learning_rate", rate->value}};
}

}  // namespace

extern const Rule kLearningRateNotPositive;
const Rule kLearningRateNotPositive = {
    .id = "C003",
    .name = "learning-rate-not-positive",
    .family = Family::kConfiguration,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "The learning rate is zero, negative or not a number.",
         .what = "Reports a configured learning rate that is not above zero. A rate of zero is let "
                 "pass under a schedule that sets the rate itself, such as OneCycleLR, beside "
                 "another rate that is positive, and in a run that only evaluates.",
         .why = "With a rate of zero the optimizer changes nothing; with a negative one it climbs "
                "the loss. Frameworks differ in whether they refuse such a value, so a run may go "
                "on for its whole length without learning.",
         .bad = R"(```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
optimizer: sgd
learning_rate: 0.0
```)",
         .good = R"(```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
optimizer: sgd
learning_rate: 0.1
```)",
         .references = "PyTorch, `torch.optim.SGD`: `lr` must be at least 0."},
    .check = Check,
};

}  // namespace onnxcheck::rules
