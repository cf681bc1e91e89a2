#include "analyzer/engine/rule.h"
#include "analyzer/facts/facts.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/weights.h"

namespace onnxcheck::rules {
namespace {

// https://onnx.ai/onnx/operators/onnx__BatchNormalization.html
constexpr double kDefaultEpsilon = 1e-5;

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::MeasuredWeight& measured : facts::MeasuredWeights(facts.layers())) {
    const ir::TensorStatistics& s = *measured.statistics;
    const facts::Layer& layer = *measured.layer;
    if (measured.weight->role != facts::WeightRole::kVariance || s.min >= 0) continue;
    const ir::Node& node = layer.graph->nodes[static_cast<std::size_t>(layer.node)];
    const ir::Attribute* attribute = facts::FindAttribute(node, "epsilon");
    const float* given = attribute != nullptr ? std::get_if<float>(&attribute->value) : nullptr;
    const double epsilon = given != nullptr ? static_cast<double>(*given) : kDefaultEpsilon;
    const bool undefined = s.min + epsilon < 0;
    Finding& finding = sink.Report(
        facts::WeightLocation(measured),
        std::string("a variance of \"") + facts::WeightName(measured) + "\" is negative, and " +
            (undefined ? "the output of its channel is NaN" : "only epsilon keeps it from NaN"));
    finding.label = "negative variance";
    finding.help = "export the model again from a sound checkpoint, without editing its statistics";
    finding.related.push_back(
        {facts::NodeLocation(*layer.model, *layer.graph, layer.node), "normalises with it"});
    finding.evidence = {{"least", s.min}, {"epsilon", epsilon}};
    const auto* channels = facts::SlicesAlong(s, 0);
    for (std::size_t i = 0; channels != nullptr && i < channels->negative.size(); ++i) {
      if (channels->negative[i] >= 0) continue;
      finding.evidence.emplace_back("first_channel", static_cast<std::int64_t>(i));
      break;
    }
  }
}

}  // namespace

extern const Rule kNegativeVariance;
const Rule kNegativeVariance = {
    .id = "W009",
    .name = "negative-variance",
    .family = Family::kWeights,
    .severity = Severity::kError,
    .needs = kModel,
    .documentation =
        {.summary = "A batch normalisation has a negative variance.",
         .what = "Reports batch normalisations whose stored variance is below 0 in some channel, "
                 "and says whether the square root of variance plus epsilon is still defined.",
         .why = "A variance cannot be negative. Below minus epsilon the layer's output is NaN; "
                "above that it is merely wrong. It comes from weights that were averaged, pruned, "
                "edited or quantised as if they were all alike, from two tensors that changed "
                "places, or from a damaged file.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2, 4, 4] x) => (float[N, 2, 4, 4] y) <float[2] s = {0.9, 1.1}, float[2] b = {0.1, -0.2}, float[2] m = {0.3, -0.7}, float[2] v = {0.8, -2.3}> {
  y = BatchNormalization(x, s, b, m, v)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2, 4, 4] x) => (float[N, 2, 4, 4] y) <float[2] s = {0.9, 1.1}, float[2] b = {0.1, -0.2}, float[2] m = {0.3, -0.7}, float[2] v = {0.8, 2.3}> {
  y = BatchNormalization(x, s, b, m, v)
}
```)",
         .references = "ONNX, BatchNormalization: "
                       "<https://onnx.ai/onnx/operators/onnx__BatchNormalization.html>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
