#include <algorithm>
#include <cmath>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/facts.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/weights.h"

namespace onnxcheck::rules {
namespace {

struct Dead {
  std::size_t units = 0;
  std::size_t zero = 0;   // all weights 0
  std::size_t never = 0;  // cannot become positive
  std::size_t first = 0;
  bool at_end = false;  // no living unit stands behind the first dead one
};

// Nothing below 0 comes in.
bool GivenNonnegative(const ir::Graph& graph, const ir::Node& node) {
  ir::ValueId value = facts::InputOf(node, 0);
  for (int budget = 8; budget > 0; --budget) {
    const ir::Node* producer = facts::ProducerOf(graph, value);
    if (producer == nullptr) return false;
    for (const char* op : {"Relu", "Sigmoid", "Softmax", "Abs", "HardSigmoid"}) {
      if (facts::IsOnnx(*producer, op)) return true;
    }
    const bool keeps_sign =
        facts::IsOnnx(*producer, "MaxPool") || facts::IsOnnx(*producer, "AveragePool") ||
        facts::IsOnnx(*producer, "GlobalAveragePool") || facts::IsOnnx(*producer, "Flatten") ||
        facts::IsOnnx(*producer, "Reshape") || facts::IsOnnx(*producer, "Dropout") ||
        facts::IsOnnx(*producer, "Identity");
    if (!keeps_sign) return false;
    value = facts::InputOf(*producer, 0);
  }
  return false;
}

// All that takes the layer's result, bias included, is a ReLU.
bool BeforeRelu(const facts::Layer& layer) {
  ir::NodeId last = layer.node;
  for (const facts::LayerWeight& weight : layer.weights) {
    if (weight.role == facts::WeightRole::kBias) last = std::max(last, weight.node);
  }
  const ir::Node& node = layer.graph->nodes[static_cast<std::size_t>(last)];
  const ir::ValueId output = facts::OutputOf(node, 0);
  if (output == ir::kNone) return false;
  const ir::Value& value = layer.graph->values[static_cast<std::size_t>(output)];
  const auto is_relu = [&](ir::NodeId id) {
    return facts::IsOnnx(layer.graph->nodes[static_cast<std::size_t>(id)], "Relu");
  };
  const auto& outputs = layer.graph->outputs;
  return !value.consumers.empty() &&
         std::all_of(value.consumers.begin(), value.consumers.end(), is_relu) &&
         std::find(outputs.begin(), outputs.end(), output) == outputs.end();
}

// The biases by unit; null when there are none, or when they are not one a unit.
const ir::TensorStatistics::Slices* BiasOf(const facts::Layer& layer, std::size_t units,
                                           bool* known) {
  *known = true;
  for (const facts::LayerWeight& weight : layer.weights) {
    if (weight.role != facts::WeightRole::kBias) continue;
    *known = false;
    if (weight.tensor->statistics == nullptr || weight.tensor->dims.size() != 1) return nullptr;
    const auto* slices = facts::SlicesAlong(*weight.tensor->statistics, 0);
    *known = slices != nullptr && slices->positive.size() == units;
    return *known ? slices : nullptr;
  }
  return nullptr;
}

Dead DeadUnits(const facts::MeasuredWeight& measured, const ir::TensorStatistics::Slices& sums) {
  const facts::Layer& layer = *measured.layer;
  Dead dead;
  dead.units = sums.positive.size();
  bool bias_known = false;
  const auto* bias = BiasOf(layer, dead.units, &bias_known);
  const ir::Node& node = layer.graph->nodes[static_cast<std::size_t>(layer.node)];
  const bool rectified = bias_known && BeforeRelu(layer) && GivenNonnegative(*layer.graph, node);
  bool living_behind = false;
  for (std::size_t i = 0; i < dead.units; ++i) {
    const bool zero = sums.positive[i] == 0 && sums.negative[i] == 0;
    const bool never =
        !zero && rectified && sums.positive[i] == 0 && (bias == nullptr || bias->positive[i] == 0);
    if (!zero && !never) {
      living_behind = living_behind || dead.zero + dead.never > 0;
      continue;
    }
    if (dead.zero + dead.never == 0) dead.first = i;
    ++(zero ? dead.zero : dead.never);
  }
  dead.at_end = !living_behind;
  return dead;
}

// Share of zeros in all matrices of the model but those of nothing else.
double SparsityOf(const std::vector<facts::MeasuredWeight>& weights, const ir::Model& model,
                  const facts::MeasuredWeight& but) {
  std::uint64_t zeros = 0;
  std::uint64_t count = 0;
  for (const facts::MeasuredWeight& measured : weights) {
    if (measured.layer->model != &model || !facts::IsMatrix(measured) ||
        measured.weight == but.weight || measured.statistics->zeros == measured.statistics->count) {
      continue;
    }
    zeros += measured.statistics->zeros;
    count += measured.statistics->count;
  }
  return count == 0 ? 0 : static_cast<double>(zeros) / static_cast<double>(count);
}

void Check(const facts::Facts& facts, Sink& sink) {
  const std::vector<facts::MeasuredWeight> weights = facts::MeasuredWeights(facts.layers());
  for (const facts::MeasuredWeight& measured : weights) {
    const facts::Layer& layer = *measured.layer;
    const bool has_units =
        layer.kind == facts::LayerKind::kDense || layer.kind == facts::LayerKind::kConvolution;
    const ir::TensorStatistics& s = *measured.statistics;
    const auto* sums = facts::SlicesAlong(s, measured.weight->out_axis);
    if (!has_units || measured.weight->role != facts::WeightRole::kWeight ||
        measured.weight->dequantised || sums == nullptr || s.zeros == s.count ||
        s.nan + s.infinite > 0) {
      continue;
    }
    const Dead dead = DeadUnits(measured, *sums);
    const std::size_t count = dead.zero + dead.never;
    const double share = static_cast<double>(count) / static_cast<double>(dead.units);
    if (count < 2 || share < sink.Parameter("least_share") || dead.at_end) continue;
    // Beside these units, the layer's own zeros tell of pruning as well.
    const double others = static_cast<double>(s.zeros) / static_cast<double>(s.count) -
                          static_cast<double>(dead.zero) / static_cast<double>(dead.units);
    const double sparsity = SparsityOf(weights, *layer.model, measured);
    if (std::max(others, sparsity) > sink.Parameter("most_sparse") ||
        facts::JoinsAnotherBranch(*layer.graph, layer.node)) {
      continue;
    }
    Finding& finding = sink.Report(
        facts::WeightLocation(measured),
        std::to_string(count) + " of the " + std::to_string(dead.units) + " units of \"" +
            facts::WeightName(measured) + "\" are dead" +
            (dead.never == 0  ? ": all their weights are 0"
             : dead.zero == 0 ? ": no weight or bias of theirs is above 0, and no input below"
                              : ""));
    finding.help =
        "train again with a smaller learning rate or a leaky activation; units that are not "
        "wanted can be removed from this layer and the next";
    finding.related.push_back({facts::NodeLocation(*layer.model, *layer.graph, layer.node),
                               "unit " + std::to_string(dead.first) + " is the first"});
    finding.evidence = {{"dead", static_cast<std::int64_t>(count)},
                        {"units", static_cast<std::int64_t>(dead.units)},
                        {"share", share},
                        {"all_zero", static_cast<std::int64_t>(dead.zero)},
                        {"zeros_elsewhere", sparsity}};
  }
}

}  // namespace

extern const Rule kDeadUnits;
const Rule kDeadUnits = {
    .id = "W005",
    .name = "dead-units",
    .family = Family::kWeights,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "Units of a layer can never be active.",
         .what = "Reports dense and convolutional layers in which at least a tenth of the units, "
                 "and two at least, are dead: all their weights are 0, or they stand before a "
                 "ReLU, are given nothing below 0 (the output of a ReLU, a sigmoid or a softmax), "
                 "and have neither a weight nor a bias above 0. Left alone are layers whose dead "
                 "units are the last ones, which is padding, layers whose result joins another "
                 "branch, and models in which zeros are common, which were pruned.",
         .why = "A dead unit costs as much as a living one, gives the same for every input and "
                "gets no gradient to come back with. Many of them are what is left of a learning "
                "rate that was too large, or of a layer that was loaded in part.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 2] y) <float[4, 6] w = {-0.88, 0, 0.62, 0, 0.38, -0.62, 0.38, 0, 0.12, 0, -0.12, 0.62, -0.12, 0, -0.38, 0, -0.62, 0.12, -0.62, 0, -0.88, 0, 0.62, -0.38}, float[6, 2] v = {0.22, 0.44, 0.53, 0.80, 0.43, 0.76, -0.85, -0.06, 0.80, 0.27, 0.72, -0.70}> {
  h = MatMul(x, w)
  r = Relu(h)
  y = MatMul(r, v)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 2] y) <float[4, 6] w = {-0.48, -0.71, -0.19, -0.62, -0.78, -0.18, 0.75, 0.54, 0.48, -0.50, 0.07, -0.40, -0.59, -0.71, -0.51, 0.77, 0.59, 0.55, 0.54, -0.55, -0.34, 0.23, 0.42, 0.64}, float[6, 2] v = {0.22, 0.44, 0.53, 0.80, 0.43, 0.76, -0.85, -0.06, 0.80, 0.27, 0.72, -0.70}> {
  h = MatMul(x, w)
  r = Relu(h)
  y = MatMul(r, v)
}
```)",
         .references = "Lu et al., Dying ReLU and Initialization, 2019"},
    .parameters = {{.name = "least_share",
                    .value = 0.1,
                    .meaning = "share of a layer's units that are dead",
                    .source =
                        "single units die in any large network and cost little; DeepDiagnosis "
                        "and AutoTrainer report 70% of inactive units in training"},
                   {.name = "most_sparse",
                    .value = 0.3,
                    .meaning =
                        "share of zeros in the matrices of the model beyond which it is taken "
                        "for pruned",
                    .source = "pruning begins to pay at half; trained weights are almost never "
                              "exactly 0"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
