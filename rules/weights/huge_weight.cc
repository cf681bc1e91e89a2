#include <algorithm>
#include <cmath>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/facts.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/text.h"
#include "analyzer/facts/weights.h"

namespace onnxcheck::rules {
namespace {

constexpr std::size_t kEnoughToCompare = 3;

double Largest(const facts::MeasuredWeight& measured) {
  return std::max(std::abs(measured.statistics->min), std::abs(measured.statistics->max));
}

bool IsWeight(const facts::MeasuredWeight& measured) {
  const ir::TensorStatistics& s = *measured.statistics;
  return facts::IsMatrix(measured) && !measured.weight->dequantised && s.count > 1 &&
         s.zeros < s.count;
}

// The middle of the largest elements of the model's weight tensors; 0: too few of them.
double MedianLargest(const std::vector<facts::MeasuredWeight>& weights, const ir::Model& model) {
  std::vector<double> largest;
  for (const facts::MeasuredWeight& measured : weights) {
    if (measured.layer->model == &model && IsWeight(measured)) largest.push_back(Largest(measured));
  }
  if (largest.size() < kEnoughToCompare) return 0;
  const auto middle = largest.begin() + static_cast<std::ptrdiff_t>((largest.size() - 1) / 2);
  std::nth_element(largest.begin(), middle, largest.end());
  return *middle;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const std::vector<facts::MeasuredWeight> weights = facts::MeasuredWeights(facts.layers());
  for (const ir::Model& model : facts.run().models) {
    const double median = MedianLargest(weights, model);
    const double limit = median > 0 ? std::max(sink.Parameter("least_magnitude"),
                                               median * sink.Parameter("least_ratio"))
                                    : sink.Parameter("alone");
    for (const facts::MeasuredWeight& measured : weights) {
      if (measured.layer->model != &model || !IsWeight(measured) || Largest(measured) < limit) {
        continue;
      }
      const facts::Layer& layer = *measured.layer;
      const double largest = Largest(measured);
      Finding& finding = sink.Report(
          facts::WeightLocation(measured),
          "\"" + facts::WeightName(measured) + "\" has an element of magnitude " +
              facts::Number(largest) +
              (median > 0 ? ", where the model's weights reach " + facts::Number(median) : ""));
      finding.help =
          "export again from a checkpoint before the divergence; if the file was copied or "
          "converted, compare it with its source";
      finding.related.push_back(
          {facts::NodeLocation(*layer.model, *layer.graph, layer.node), "used here"});
      finding.evidence = {{"largest", largest}, {"median_of_largest", median}};
    }
  }
}

}  // namespace

extern const Rule kHugeWeight;
const Rule kHugeWeight = {
    .id = "W006",
    .name = "huge-weight",
    .family = Family::kWeights,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "A weight is larger than training makes them.",
         .what = "Reports matrices, kernels and tables with an element of 1,000 or more that is "
                 "also a thousand times as large as the largest element of the model's middle "
                 "weight tensor. Where a model has fewer than three weight tensors an element of "
                 "1e8 is reported. Masks, positions and whatever else is merely added or "
                 "multiplied are no such weights, nor are quantised ones.",
         .why = "Trained weights are of the order of 1 and seldom above 100. Something far beyond "
                "is a step that blew up, a flipped bit, or a tensor read with the wrong type or "
                "byte order; it drowns out everything else that its unit computes, and overflows "
                "half precision at 65504.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 3] y) <float[4, 4] w = {0.82, 0.81, -0.80, -0.75, 0.60, 0.42, 0.31, -0.35, 0.19, 0.19, 0.15, -0.61, -0.12, -0.19, 0.40, 0.89}, float[4, 4] u = {0.53, 0.58, -0.03, -0.43, -0.90, 2.7e19, -0.05, 0.47, -0.23, 0.49, -0.41, 0.54, 0.41, -0.15, 0.07, 0.33}, float[4, 3] v = {-0.66, 0.63, 0.47, -0.44, -0.01, -0.09, 0.27, 0.52, -0.73, -0.85, 0.60, -0.12}> {
  h = MatMul(x, w)
  r = Relu(h)
  g = MatMul(r, u)
  s = Relu(g)
  y = MatMul(s, v)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 3] y) <float[4, 4] w = {0.82, 0.81, -0.80, -0.75, 0.60, 0.42, 0.31, -0.35, 0.19, 0.19, 0.15, -0.61, -0.12, -0.19, 0.40, 0.89}, float[4, 4] u = {0.53, 0.58, -0.03, -0.43, -0.90, 0.29, -0.05, 0.47, -0.23, 0.49, -0.41, 0.54, 0.41, -0.15, 0.07, 0.33}, float[4, 3] v = {-0.66, 0.63, 0.47, -0.44, -0.01, -0.09, 0.27, 0.52, -0.73, -0.85, 0.60, -0.12}> {
  h = MatMul(x, w)
  r = Relu(h)
  g = MatMul(r, u)
  s = Relu(g)
  y = MatMul(s, v)
}
```)",
         .references = ""},
    .parameters = {{.name = "least_magnitude",
                    .value = 1000,
                    .meaning = "smaller elements are left alone",
                    .source = "of 15 float models measured the largest was 8; folding a small "
                              "variance into a layer multiplies its weights by some hundreds"},
                   {.name = "least_ratio",
                    .value = 1000,
                    .meaning = "least ratio to the largest element of the model's median tensor",
                    .source = "in the same models at most 3.3"},
                   {.name = "alone",
                    .value = 1e8,
                    .meaning = "least magnitude in a model with fewer than three weight tensors",
                    .source = "linear models of unscaled data have large coefficients; nothing "
                              "else tells them from faults"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
