#include "analyzer/engine/rule.h"
#include "analyzer/facts/facts.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/weights.h"

namespace onnxcheck::rules {
namespace {

struct Normalization {
  const facts::Layer* layer = nullptr;
  const facts::MeasuredWeight* mean = nullptr;
  const facts::MeasuredWeight* variance = nullptr;
  const facts::MeasuredWeight* bias = nullptr;
};

bool Is(const facts::MeasuredWeight* measured, double value) {
  const ir::TensorStatistics& s = *measured->statistics;
  return s.nan + s.infinite == 0 && s.min == value && s.max == value;
}

bool Untouched(const Normalization& it) { return Is(it.mean, 0) && Is(it.variance, 1); }

// Normalisations with all their statistics read, in the order of the graph.
std::vector<Normalization> Normalizations(const std::vector<facts::MeasuredWeight>& weights) {
  std::vector<Normalization> found;
  for (const facts::MeasuredWeight& measured : weights) {
    if (measured.layer->kind != facts::LayerKind::kBatchNormalization) continue;
    if (found.empty() || found.back().layer != measured.layer) {
      found.emplace_back().layer = measured.layer;
    }
    Normalization& last = found.back();
    switch (measured.weight->role) {
      case facts::WeightRole::kMean:
        last.mean = &measured;
        break;
      case facts::WeightRole::kVariance:
        last.variance = &measured;
        break;
      case facts::WeightRole::kBias:
        last.bias = &measured;
        break;
      default:
        break;
    }
  }
  std::erase_if(found, [](const Normalization& it) { return !it.mean || !it.variance; });
  return found;
}

// Why the model must have been trained; empty: nothing says so.
std::string WhyTrained(const facts::Facts& facts, const std::vector<Normalization>& all,
                       const Normalization& it) {
  for (const Normalization& other : all) {
    if (other.layer->model == it.layer->model && !Untouched(other)) {
      return "other batch normalisations of the model have statistics of their own";
    }
  }
  if (it.bias != nullptr && !Is(it.bias, 0)) return "its bias was trained";
  const facts::Curve* loss = facts::MainLoss(facts);
  if (loss != nullptr && facts::TrendOf(*loss).trend == facts::Trend::kFalls &&
      facts.run().models.size() == 1) {
    return "the log shows that the model was trained";
  }
  return "";
}

void Check(const facts::Facts& facts, Sink& sink) {
  const std::vector<facts::MeasuredWeight> weights = facts::MeasuredWeights(facts.layers());
  const std::vector<Normalization> all = Normalizations(weights);
  for (const Normalization& it : all) {
    if (!Untouched(it)) continue;
    const std::string why = WhyTrained(facts, all, it);
    if (why.empty()) continue;
    const facts::Layer& layer = *it.layer;
    const std::uint64_t channels = it.mean->statistics->count;
    Finding& finding =
        sink.Report(facts::NodeLocation(*layer.model, *layer.graph, layer.node),
                    "the running mean is exactly 0 and the running variance exactly 1 in all " +
                        std::to_string(channels) + " channels, but " + why);
    finding.help =
        "train with the layer in training mode and a momentum other than 0, load its statistics "
        "with the checkpoint, or estimate them by a pass over the data before the export";
    finding.related.push_back({facts::WeightLocation(*it.mean), "exactly 0"});
    finding.related.push_back({facts::WeightLocation(*it.variance), "exactly 1"});
    finding.evidence = {{"channels", static_cast<std::int64_t>(channels)}};
  }
}

}  // namespace

extern const Rule kUntouchedBatchnorm;
const Rule kUntouchedBatchnorm = {
    .id = "W008",
    .name = "untouched-batchnorm",
    .family = Family::kWeights,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "The running statistics of a batch normalisation were never updated.",
         .what = "Reports batch normalisations whose running mean is exactly 0 and variance "
                 "exactly 1 for every channel, in a model that was trained: another batch "
                 "normalisation of it has statistics of its own, this one's own bias has moved "
                 "from 0 (scales tell nothing: PyTorch drew them at random until 1.1), or the "
                 "run's log shows a loss that falls. A model that was never trained is W004's.",
         .why = "In training a batch normalisation uses the statistics of the batch, afterwards "
                "the running ones. Where these were never updated (momentum 0, statistics left out "
                "of the checkpoint, the layer frozen by mistake) the exported model normalises "
                "with numbers that no data ever had, and its accuracy drops without any message.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2, 4, 4] x) => (float[N, 2, 4, 4] y) <float[2] s = {0.9, 1.1}, float[2] b = {0.1, -0.2}, float[2] m = {0, 0}, float[2] v = {1, 1}> {
  y = BatchNormalization(x, s, b, m, v)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2, 4, 4] x) => (float[N, 2, 4, 4] y) <float[2] s = {0.9, 1.1}, float[2] b = {0.1, -0.2}, float[2] m = {0.3, -0.7}, float[2] v = {0.8, 2.3}> {
  y = BatchNormalization(x, s, b, m, v)
}
```)",
         .references = "Ioffe and Szegedy, Batch Normalization, 2015, section 3.1"},
    .check = Check,
};

}  // namespace onnxcheck::rules
