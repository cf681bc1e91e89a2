#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/losses.h"
#include "analyzer/facts/objective.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

std::vector<std::string> Words(std::string_view name) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    const bool camel =
        i > 0 && std::isupper(c) != 0 && std::islower(static_cast<unsigned char>(name[i - 1])) != 0;
    if ((std::isalnum(c) == 0 || camel) && !words.back().empty()) words.emplace_back();
    if (std::isalnum(c) != 0) words.back() += static_cast<char>(std::tolower(c));
  }
  return words;
}

bool Has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Names of what is a mean of squares, of absolute values or of -log p with p at
// most 1. Negative log-likelihoods of densities and hinge losses of
// adversarial networks may be negative, and so may anything logged as a
// difference, a logarithm or a score.
bool NameIsNonNegative(std::string_view name) {
  const std::vector<std::string> words = Words(name);
  constexpr std::array<std::string_view, 12> kOtherwise = {
      "neg",    "negative",    "log",    "score", "diff",     "delta",
      "change", "improvement", "reward", "rel",   "relative", "db"};
  for (const std::string_view word : kOtherwise) {
    if (Has(words, word)) return false;
  }
  constexpr std::array<std::string_view, 9> kNames = {
      "mse",     "rmse",         "mae",
      "bce",     "crossentropy", "xent",
      "bceloss", "mseloss",      "crossentropyloss"};
  const bool named = std::any_of(kNames.begin(), kNames.end(),
                                 [&](std::string_view word) { return Has(words, word); });
  return named || (Has(words, "cross") && Has(words, "entropy")) ||
         (Has(words, "ce") && Has(words, "loss"));
}

struct Below {
  std::size_t first = 0;
  std::size_t count = 0;
  double least = 0;
};

Below BelowZero(const facts::Curve& curve, double rounding) {
  Below below;
  for (std::size_t i = 0; i < curve.value.size(); ++i) {
    if (!(curve.value[i] < -rounding)) continue;
    if (below.count++ == 0) below.first = i;
    below.least = std::min(below.least, curve.value[i]);
  }
  return below;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  const auto configured = facts::ConfiguredLoss(facts.run(), config);
  const bool stated = configured && configured->non_negative;
  std::vector<const ir::Log*> reported;
  for (const facts::Curve& curve : facts.curves()) {
    const ir::Role role = curve.series->role;
    const bool main = role == ir::Role::kTrainLoss || role == ir::Role::kValidationLoss;
    const bool by_name = (main || role == ir::Role::kTestLoss || role == ir::Role::kLossComponent ||
                          role == ir::Role::kMetric) &&
                         NameIsNonNegative(curve.series->name);
    if (!by_name && !(stated && main)) continue;
    if (std::find(reported.begin(), reported.end(), curve.log) != reported.end()) continue;
    const Below below = BelowZero(curve, sink.Parameter("rounding"));
    if (static_cast<double>(below.count) < sink.Parameter("min_values")) continue;
    reported.push_back(curve.log);

    Finding& finding =
        sink.Report(facts::PointLocation(curve, below.first),
                    facts::Cat(curve.series->name, " is ", curve.value[below.first], ", but ",
                               by_name ? std::string("by its name it")
                                       : facts::Cat(facts::LossName(configured->kind)),
                               " cannot be negative"));
    finding.label = "below zero";
    const bool entropy = configured && (configured->kind == ir::LossKind::kBinaryCrossEntropy ||
                                        configured->kind == ir::LossKind::kCategoricalCrossEntropy);
    finding.help =
        entropy ? "bring the labels into 0 to 1 (one-hot or class indices), and check that the "
                  "loss gets what it expects: logits or probabilities"
                : "check the sign of the loss, and that labels and outputs are in the range "
                  "that it expects";
    finding.confidence = by_name ? Confidence::kHigh : Confidence::kMedium;
    if (config.loss)
      finding.related.push_back(
          {config.loss->location, facts::Cat("the loss is ", config.loss->value)});
    finding.evidence = {{"first", curve.value[below.first]},
                        {"least", below.least},
                        {"negative_values", static_cast<std::int64_t>(below.count)},
                        {"points", static_cast<std::int64_t>(curve.value.size())}};
  }
}

}  // namespace

extern const Rule kNegativeLoss;
const Rule kNegativeLoss = {
    .id = "T009",
    .name = "negative-loss",
    .family = Family::kDynamics,
    .severity = Severity::kError,
    .needs = kLog,
    .documentation =
        {.summary = "A loss that cannot be negative is.",
         .what = "Reports negative values of a series whose own name says a squared or absolute "
                 "error or a cross-entropy, and of the loss when the configuration states one that "
                 "is never negative. Poisson, cosine, likelihood and custom losses may be "
                 "negative and are left alone, and so are names that say a difference, a "
                 "logarithm or a score.",
         .why = "The value is not what it is taken for. Most often labels lie outside of 0 to 1, "
                "and the loss can be lowered without bound by moving away from the answer.",
         .bad = R"(```csv metrics.csv
epoch,train_bce,val_bce
1,0.4210,0.2817
2,0.0313,-0.1170
3,-0.6102,-0.9904
4,-1.8871,-2.4031
5,-3.9012,-4.1150
```)",
         .good = R"(```csv metrics.csv
epoch,train_elbo,train_mse
1,-102.1,0.91
2,-118.4,0.72
3,-131.0,0.61
4,-139.8,0.55
5,-144.2,0.52
```)",
         .references = "PyTorch, `torch.nn.BCELoss`: targets are numbers between 0 and 1."},
    .parameters = {{.name = "rounding",
                    .value = 1e-5,
                    .meaning = "values this close to zero are rounding",
                    .source = "float32 log-softmax of a certain class gives -1.2e-7; 80 terms"},
                   {.name = "min_values",
                    .value = 2,
                    .meaning = "negative values it takes",
                    .source = "one may be a number misread"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
