#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

const ir::Entry* LabelSmoothing(const ir::Config& config) {
  for (const ir::Entry& entry : config.entries) {
    if (EndsWith(entry.key, "label_smoothing")) return &entry;
  }
  return nullptr;
}

// Weights on classes and losses divided for accumulation scale what is logged.
bool LossMayBeScaled(const ir::Config& config) {
  constexpr std::array<std::string_view, 4> kScaling = {"weight", "accum", "scale", "reduction"};
  return std::any_of(config.entries.begin(), config.entries.end(), [&](const ir::Entry& entry) {
    const bool decay = entry.key.find("decay") != std::string::npos;
    return !decay && std::any_of(kScaling.begin(), kScaling.end(), [&](std::string_view word) {
      return entry.key.find(word) != std::string::npos;
    });
  });
}

double NumberIn(const ir::Scalar& scalar) {
  const auto* value = std::get_if<double>(&scalar);
  return value != nullptr ? *value : 0;
}

// Least cross-entropy against labels smoothed by `share`: the entropy of the
// smoothed distribution, (1 - s + s/C) for the class and s/C for the others
// (Szegedy et al. 2016, section 7; torch CrossEntropyLoss, keras).
double SmoothedEntropy(double share, double classes) {
  const double other = share / classes;
  const double own = 1 - share + other;
  return -own * std::log(own) - (classes - 1) * other * std::log(other);
}

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  const ir::Entry* smoothing = LabelSmoothing(config);
  if (smoothing == nullptr || facts.objectives().empty() || LossMayBeScaled(config)) return;
  const facts::Objective& objective = facts.objectives().front();
  const double share = NumberIn(smoothing->value);
  const auto classes = static_cast<double>(objective.output.width.value_or(0));
  if (objective.loss.kind != ir::LossKind::kCategoricalCrossEntropy || !(share > 0 && share < 1) ||
      classes < 2) {
    return;
  }
  const double floor = SmoothedEntropy(share, classes);
  for (const facts::Curve& curve : facts.curves()) {
    // Validation usually goes without smoothing.
    if (curve.series->role != ir::Role::kTrainLoss) continue;
    const auto too_low = [&](double value) {
      return value < floor * (1 - sink.Parameter("rounding"));
    };
    const auto count = std::count_if(curve.value.begin(), curve.value.end(), too_low);
    if (static_cast<double>(count) < sink.Parameter("min_values")) continue;
    const auto first = std::find_if(curve.value.begin(), curve.value.end(), too_low);
    const auto index = static_cast<std::size_t>(first - curve.value.begin());
    Finding& finding =
        sink.Report(facts::PointLocation(curve, index),
                    facts::Cat("a loss of ", *first, " cannot be reached with label smoothing of ",
                               share, " over ", classes, " classes: its least value is ", floor));
    finding.label = "below the least value";
    finding.related = {{smoothing->location, "label smoothing is configured here"}};
    finding.help =
        "check that the setting reaches the loss; if the smoothing was dropped on purpose, remove "
        "it from the configuration";
    finding.evidence = {{"loss", *first},
                        {"least_possible_loss", floor},
                        {"values_below", static_cast<std::int64_t>(count)}};
    finding.confidence = Confidence::kMedium;
    return;
  }
}

}  // namespace

extern const Rule kImpossibleLossValue;
const Rule kImpossibleLossValue = {
    .id = "X005",
    .name = "impossible-loss-value",
    .family = Family::kConsistency,
    .severity = Severity::kError,
    .needs = kConfig | kLog,
    .documentation =
        {.summary = "The log holds a loss that the configured one cannot take.",
         .what =
             "Reports a training loss below the least value of the configured cross-entropy with "
             "label smoothing: the entropy of the smoothed labels. Silent where the configuration "
             "weighs classes or accumulates gradients, since the logged value may be scaled. "
             "Negative values are T009's.",
         .why =
             "The run did not train what its configuration says: the setting is spelled in a way "
             "that nothing reads, another loss is in use, or the log belongs to another run.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] logits) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
}
```
```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
label_smoothing: 0.1
```
```csv metrics.csv
epoch,train_loss
1,1.2040
2,0.6213
3,0.4022
4,0.2810
5,0.2145
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] logits) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
}
```
```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
label_smoothing: 0.1
```
```csv metrics.csv
epoch,train_loss
1,1.2040
2,0.8213
3,0.7022
4,0.6210
5,0.5745
```)",
         .references = "Szegedy et al., Rethinking the Inception Architecture for Computer "
                       "Vision, CVPR 2016, section 7."},
    .parameters = {{.name = "rounding",
                    .value = 0.02,
                    .meaning = "share below the least value that a logged loss may lie",
                    .source = "logs print three to four digits"},
                   {.name = "min_values",
                    .value = 2,
                    .meaning = "values that must lie below it",
                    .source = "a single one may be a partial batch or a misread line"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
