#include <cmath>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/facts.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/weights.h"

namespace onnxcheck::rules {
namespace {

// Sums, means over any of the sizes that the layer knows, and filters of single channels.
bool IsFilter(const facts::MeasuredWeight& measured) {
  const facts::LayerWeight& weight = *measured.weight;
  const double value = std::abs(measured.statistics->min);
  const auto one_over = [&](std::int64_t n) {
    return n > 0 && std::abs(value * static_cast<double>(n) - 1) < 1e-3;
  };
  if (value == 1) return true;
  std::int64_t places = 1;
  for (const std::int64_t dim : weight.tensor->dims) {
    if (one_over(dim)) return true;
  }
  for (std::size_t i = 2; i < weight.tensor->dims.size(); ++i) {
    if (__builtin_mul_overflow(places, weight.tensor->dims[i], &places)) return true;
  }
  return one_over(places) || (weight.fan_in && one_over(*weight.fan_in)) ||
         (weight.in_axis && weight.tensor->dims[*weight.in_axis] == 1);
}

void Check(const facts::Facts& facts, Sink& sink) {
  const double least = sink.Parameter("least_elements");
  for (const facts::MeasuredWeight& measured : facts::MeasuredWeights(facts.layers())) {
    const ir::TensorStatistics& s = *measured.statistics;
    const facts::Layer& layer = *measured.layer;
    if (!facts::IsMatrix(measured) || measured.weight->dequantised || s.nan + s.infinite > 0 ||
        s.min != s.max || s.min == 0 || static_cast<double>(s.count) < least ||
        IsFilter(measured)) {
      continue;
    }
    Finding& finding = sink.Report(
        facts::WeightLocation(measured),
        "all " + std::to_string(s.count) + " elements of \"" + facts::WeightName(measured) +
            "\" (" + facts::ShapeText(*measured.weight->tensor) + ") are the same number");
    finding.help = "initialise the layer's weights at random, as its framework does by default";
    finding.related.push_back({facts::NodeLocation(*layer.model, *layer.graph, layer.node),
                               "all units compute the same"});
    finding.evidence = {{"value", s.min}, {"elements", static_cast<std::int64_t>(s.count)}};
  }
}

}  // namespace

extern const Rule kConstantWeight;
const Rule kConstantWeight = {
    .id = "W003",
    .name = "constant-weight",
    .family = Family::kWeights,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation = {.summary = "A weight matrix holds one number throughout.",
                      .what =
                          "Reports matrices, kernels and tables of layers that are initialised at "
                          "random in which every element is the same number other than 0. Matrices "
                          "of ones or of 1/n, which sum or average, are left alone, as are kernels "
                          "of one input channel, which may be filters, and quantised weights.",
                      .why =
                          "All units of such a layer compute the same, get the same gradient and "
                          "stay the same for ever: however wide, the layer has one unit's worth. "
                          "Weights need random values to begin with; biases and scales do not.",
                      .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 3] y) <float[4, 4] w = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, float[4, 3] v = {-0.66, 0.63, 0.47, -0.44, -0.01, -0.09, 0.27, 0.52, -0.73, -0.85, 0.60, -0.12}> {
  h = MatMul(x, w)
  r = Tanh(h)
  y = MatMul(r, v)
}
```)",
                      .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 3] y) <float[4, 4] w = {0.82, 0.81, -0.80, -0.75, 0.60, 0.42, 0.31, -0.35, 0.19, 0.19, 0.15, -0.61, -0.12, -0.19, 0.40, 0.89}, float[4, 3] v = {-0.66, 0.63, 0.47, -0.44, -0.01, -0.09, 0.27, 0.52, -0.73, -0.85, 0.60, -0.12}> {
  h = MatMul(x, w)
  r = Tanh(h)
  y = MatMul(r, v)
}
```)",
                      .references = "Goodfellow, Bengio, Courville, Deep Learning, section 8.4 "
                                    "(initial parameters must break symmetry)"},
    .parameters = {{.name = "least_elements",
                    .value = 16,
                    .meaning = "matrices with fewer elements are left alone",
                    .source = "a handful of equal numbers may be a constant of the computation"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
