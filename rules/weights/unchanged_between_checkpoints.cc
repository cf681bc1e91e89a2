#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/curves.h"
#include "analyzer/facts/facts.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/weights.h"

namespace onnxcheck::rules {
namespace {

// Words before a number that say when a checkpoint was saved.
constexpr std::array<std::string_view, 11> kMoments = {
    "epoch", "ep",         "e",         "step",  "steps",     "iter",
    "ckpt",  "checkpoint", "iteration", "round", "globalstep"};

struct Moment {
  std::string word;    // "epoch"
  std::string number;  // "12"
  std::string rest;    // the path without the number
};

// The last number of the path that stands behind such a word; empty where there is none.
Moment MomentOf(const std::string& path) {
  Moment found;
  const auto is_digit = [&](std::size_t i) {
    return std::isdigit(static_cast<unsigned char>(path[i])) != 0;
  };
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!is_digit(i) || (i > 0 && is_digit(i - 1))) continue;
    std::size_t end = i;
    while (end < path.size() && is_digit(end)) ++end;
    std::size_t word_end = i;
    while (word_end > 0 &&
           std::string_view("_-=. ").find(path[word_end - 1]) != std::string::npos) {
      --word_end;
    }
    std::string word;
    for (std::size_t k = word_end; k > 0 && std::isalpha(static_cast<unsigned char>(path[k - 1]));
         --k) {
      word.insert(word.begin(), static_cast<char>(std::tolower(path[k - 1])));
    }
    if (std::find(kMoments.begin(), kMoments.end(), word) == kMoments.end()) continue;
    found = {word, path.substr(i, end - i), path.substr(0, i) + path.substr(end)};
  }
  return found;
}

std::vector<facts::MeasuredWeight> WeightsOf(const std::vector<facts::MeasuredWeight>& weights,
                                             const ir::Model& model) {
  std::vector<facts::MeasuredWeight> own;
  for (const facts::MeasuredWeight& measured : weights) {
    if (measured.layer->model == &model) own.push_back(measured);
  }
  return own;
}

bool Equal(const facts::MeasuredWeight& a, const facts::MeasuredWeight& b) {
  return a.weight->tensor->dims == b.weight->tensor->dims &&
         a.weight->tensor->element == b.weight->tensor->element &&
         a.statistics->digest == b.statistics->digest && a.statistics->mean == b.statistics->mean;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const std::vector<ir::Model>& models = facts.run().models;
  if (models.size() < 2) return;
  const facts::Curve* loss = facts::MainLoss(facts);
  if (loss == nullptr || facts::TrendOf(*loss).trend != facts::Trend::kFalls) return;
  const std::vector<facts::MeasuredWeight> weights = facts::MeasuredWeights(facts.layers());
  // Each against the one before it that was saved at another moment.
  for (std::size_t i = 1; i < models.size(); ++i) {
    const Moment moment = MomentOf(models[i].input.path);
    if (moment.word.empty()) continue;
    for (std::size_t k = i; k-- > 0;) {
      const Moment before = MomentOf(models[k].input.path);
      if (before.word != moment.word || before.rest != moment.rest ||
          before.number == moment.number) {
        continue;
      }
      const auto a = WeightsOf(weights, models[k]);
      const auto b = WeightsOf(weights, models[i]);
      if (a.empty() || !std::equal(a.begin(), a.end(), b.begin(), b.end(), Equal)) break;
      ir::Location location;
      location.path = models[i].input.path;
      location.logical = "graph";
      const facts::LossTrend trend = facts::TrendOf(*loss);
      Finding& finding = sink.Report(std::move(location),
                                     "the weights at " + moment.word + " " + moment.number +
                                         " are those at " + moment.word + " " + before.number +
                                         ", although the loss fell in between");
      finding.label = "nothing changed";
      finding.help = "save the object that the optimizer updates, after the step";
      ir::Location earlier;
      earlier.path = models[k].input.path;
      earlier.logical = "graph";
      finding.related.push_back({std::move(earlier), "the same weights"});
      finding.related.push_back(
          {facts::PointLocation(*loss, loss->value.size() - 1), "the loss has fallen by here"});
      finding.evidence = {{"tensors", static_cast<std::int64_t>(b.size())},
                          {"first_loss", trend.first},
                          {"last_loss", trend.last}};
      break;
    }
  }
}

}  // namespace

extern const Rule kUnchangedBetweenCheckpoints;
const Rule kUnchangedBetweenCheckpoints = {
    .id = "W010",
    .name = "unchanged-between-checkpoints",
    .family = Family::kWeights,
    .severity = Severity::kWarning,
    .needs = kModel | kLog,
    .documentation = {.summary =
                          "Two checkpoints of a run hold the same weights although the loss fell.",
                      .what =
                          "Reports two models of a run whose names say that they were saved at "
                          "different epochs or steps, that have the same weights tensor by tensor, "
                          "while the log of the run shows a training loss that falls. Copies such "
                          "as best and last, or exports of one checkpoint under several names, are "
                          "left alone: their names have no epoch or step that differs.",
                      .why = "Something was learned and not saved. The object that is exported is "
                             "not the one that is trained: a copy from before the loop, an average "
                             "that is never updated, a model wrapped for another device.",
                      .bad = R"(```onnx model_epoch_1.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 3] x) => (float[N, 2] y) <float[3, 2] w = {0.5, -0.3, 0.2, 0.1, 0.7, -0.4}> {
  y = MatMul(x, w)
}
```

```onnx model_epoch_8.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 3] x) => (float[N, 2] y) <float[3, 2] w = {0.5, -0.3, 0.2, 0.1, 0.7, -0.4}> {
  y = MatMul(x, w)
}
```

```text train.log
epoch 1 loss: 2.30
epoch 2 loss: 1.80
epoch 3 loss: 1.40
epoch 4 loss: 1.10
epoch 5 loss: 0.90
epoch 6 loss: 0.70
epoch 7 loss: 0.60
epoch 8 loss: 0.50
```)",
                      .good = R"(```onnx model_epoch_1.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 3] x) => (float[N, 2] y) <float[3, 2] w = {0.5, -0.3, 0.2, 0.1, 0.7, -0.4}> {
  y = MatMul(x, w)
}
```

```onnx model_epoch_8.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 3] x) => (float[N, 2] y) <float[3, 2] w = {0.6, -0.2, 0.1, 0.3, 0.6, -0.5}> {
  y = MatMul(x, w)
}
```

```text train.log
epoch 1 loss: 2.30
epoch 2 loss: 1.80
epoch 3 loss: 1.40
epoch 4 loss: 1.10
epoch 5 loss: 0.90
epoch 6 loss: 0.70
epoch 7 loss: 0.60
epoch 8 loss: 0.50
```)",
                      .references = ""},
    .check = Check,
};

}  // namespace onnxcheck::rules
