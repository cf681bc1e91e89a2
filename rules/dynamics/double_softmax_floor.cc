#include <algorithm>
#include <cmath>
#include <numeric>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/loss_values.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using LossAndAccuracy = std::pair<double, double>;

// Greatest entropy of a calibrated classifier of this accuracy: all that it
// does not give its answer is spread evenly over the other classes.
double CalibratedLoss(double accuracy, double classes) {
  const double miss = 1 - accuracy;
  const auto term = [](double p) { return p > 0 ? -p * std::log(p) : 0; };
  return term(accuracy) + term(miss) + miss * std::log(classes - 1);
}

// With saturated outputs an example costs floor when it is right and floor + 1
// when it is wrong, so loss + accuracy is floor + 1.
bool RestsOnFloor(const std::vector<LossAndAccuracy>& epochs, double classes, const Sink& sink) {
  const double sum = facts::DoubleSoftmaxFloor(classes) + 1;
  const double tolerance = sink.Parameter("tolerance");
  const std::size_t last =
      std::max(static_cast<std::size_t>(sink.Parameter("last_epochs")), epochs.size() / 5);
  if (epochs.size() < last) return false;
  const bool rests = std::all_of(
      epochs.end() - static_cast<std::ptrdiff_t>(last), epochs.end(),
      [&](const LossAndAccuracy& epoch) {
        const auto [loss, accuracy] = epoch;
        return std::fabs(loss + accuracy - sum) <= tolerance && accuracy <= 1 &&
               loss >= sink.Parameter("over_calibrated") * CalibratedLoss(accuracy, classes);
      });
  const bool never_below =
      std::all_of(epochs.begin(), epochs.end(),
                  [&](const LossAndAccuracy& epoch) { return epoch.first >= sum - 1 - tolerance; });
  return rests && never_below;
}

void Report(const facts::Curve& loss, const facts::Curve& accuracy, double classes,
            const facts::ClassCount* stated, const LossAndAccuracy& end, Sink& sink) {
  const double floor = facts::DoubleSoftmaxFloor(classes);
  Finding& finding = sink.Report(
      facts::PointLocation(loss, loss.value.size() - 1),
      facts::Cat(loss.series->name, " rests at ", end.first, " while accuracy is ", end.second,
                 ": that is softmax applied twice, whose loss is never below ", floor, " for ",
                 classes, " classes"));
  finding.label = "cannot fall further";
  finding.help = "give the loss the values before the softmax, or use one that takes probabilities";
  finding.confidence = Confidence::kMedium;
  finding.related.push_back({facts::PointLocation(accuracy, accuracy.value.size() - 1),
                             facts::Cat(accuracy.series->name, " is ", end.second)});
  if (stated != nullptr) finding.related.push_back({stated->location, stated->text});
  finding.evidence = {{"classes", static_cast<std::int64_t>(classes)},
                      {"classes_stated", stated != nullptr},
                      {"floor", floor},
                      {"loss", end.first},
                      {"accuracy", end.second}};
}

bool SmoothsLabels(const ir::Config& config) {
  return std::any_of(config.entries.begin(), config.entries.end(), [](const ir::Entry& entry) {
    return entry.key.find("smoothing") != std::string::npos && entry.text != "0" &&
           entry.text != "0.0";
  });
}

void Check(const facts::Facts& facts, Sink& sink) {
  if (SmoothsLabels(facts.config())) return;
  std::vector<const facts::Curve*> reported;
  for (const facts::SeriesRuns& series : facts::MainLosses(facts)) {
    const facts::Curve& loss = *series.runs.back();
    const auto accuracy = facts::AccuracyBeside(facts, loss);
    if (!accuracy) continue;
    facts::Curve fractions = *accuracy->curve;
    fractions.value = accuracy->value;
    const std::vector<LossAndAccuracy> epochs = facts::Paired(loss, fractions);
    if (epochs.empty()) continue;
    double classes = 0;
    const facts::ClassCount* stated = nullptr;
    for (const facts::ClassCount& count : facts.class_counts()) {
      if (static_cast<double>(count.count) < sink.Parameter("min_classes") ||
          !RestsOnFloor(epochs, static_cast<double>(count.count), sink))
        continue;
      stated = &count;
      classes = static_cast<double>(count.count);
      break;
    }
    const bool known = std::any_of(reported.begin(), reported.end(),
                                   [&](const auto* other) { return facts::SameRun(*other, loss); });
    if (classes == 0 || known) continue;
    reported.push_back(&loss);
    Report(loss, *accuracy->curve, classes, stated, epochs.back(), sink);
  }
}

}  // namespace

extern const Rule kDoubleSoftmaxFloor;
const Rule kDoubleSoftmaxFloor = {
    .id = "T019",
    .name = "double-softmax-floor",
    .family = Family::kDynamics,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "The loss rests on the floor of a softmax applied twice.",
         .what =
             "A loss that applies softmax to probabilities cannot fall below ln(e + C - 1) - 1. "
             "Once the outputs are certain, a right answer costs just that and a wrong one "
             "1 more, so loss plus accuracy is ln(e + C - 1). Reports a run whose last "
             "epochs fulfil this, with an accuracy far above chance and a loss above what "
             "any calibrated model of that accuracy has. Silent where neither model, "
             "configuration nor log states the number of classes C, and with label smoothing, "
             "which has a floor of its own.",
         .why = "The gradient is a fraction of what it should be: training is slow, and stops "
                "improving early.",
         .bad = R"(```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
optimizer: adam
learning_rate: 0.001
classes: 10
seed: 1
```

```csv metrics.csv
epoch,train_loss,train_acc
1,2.2486,0.3751
2,1.8039,0.7160
3,1.6047,0.8709
4,1.5321,0.9366
5,1.5053,0.9619
6,1.4938,0.9697
7,1.4881,0.9768
8,1.4846,0.9795
```)",
         .good = R"(```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
optimizer: adam
learning_rate: 0.001
classes: 10
seed: 1
```

```csv metrics.csv
epoch,train_loss,train_acc
1,2.2486,0.3751
2,1.4039,0.7160
3,0.6047,0.8709
4,0.3321,0.9366
5,0.2053,0.9619
6,0.1638,0.9697
7,0.1281,0.9768
8,0.1046,0.9795
```)",
         .references = "PyTorch, `torch.nn.CrossEntropyLoss`: the input is expected to contain "
                       "unnormalized logits."},
    .parameters = {{.name = "tolerance",
                    .value = 0.02,
                    .meaning = "how far loss + accuracy may be from ln(e + C - 1)",
                    .source = "outputs of trained models saturate to within 0.01"},
                   {.name = "last_epochs",
                    .value = 3,
                    .meaning = "epochs at the end that must fulfil it, or a fifth of all",
                    .source = "one epoch may meet it by accident"},
                   {.name = "over_calibrated",
                    .value = 4,
                    .meaning =
                        "factor over the greatest loss a calibrated model has at that accuracy",
                    .source = "label smoothing of 0.1 or 0.2, which can meet the sum by accident, "
                              "stays below 3"},
                   {.name = "min_classes",
                    .value = 3,
                    .meaning = "fewer classes are not judged",
                    .source = "for two, label smoothing of 0.2 has nearly the same floor"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
