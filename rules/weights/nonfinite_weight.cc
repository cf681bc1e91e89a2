#include "analyzer/engine/rule.h"
#include "analyzer/facts/facts.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/weights.h"

namespace onnxcheck::rules {
namespace {

// Masks: infinity where nothing may be seen, one number elsewhere.
bool MayBeMask(const facts::MeasuredWeight& measured) {
  const ir::TensorStatistics& s = *measured.statistics;
  if (measured.layer->kind == facts::LayerKind::kElementwise) return true;
  const bool added = measured.weight->role == facts::WeightRole::kBias;
  const bool looked_up = measured.layer->kind == facts::LayerKind::kEmbedding;
  return (added || looked_up) && s.min == s.max && s.nan + s.infinite < s.count;
}

std::string Counted(std::uint64_t nan, std::uint64_t infinite) {
  std::string text = nan > 0 ? std::to_string(nan) + " NaN" : "";
  if (infinite == 0) return text;
  if (nan > 0) text += " and ";
  return text + std::to_string(infinite) + " infinite";
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::MeasuredWeight& measured : facts::MeasuredWeights(facts.layers())) {
    const ir::TensorStatistics& s = *measured.statistics;
    const std::uint64_t infinite = MayBeMask(measured) ? 0 : s.infinite;
    if (s.nan + infinite == 0) continue;
    const ir::Tensor& tensor = *measured.weight->tensor;
    const std::string first = facts::IndexText(tensor, s.first_nonfinite.value_or(0));
    Finding& finding = sink.Report(facts::WeightLocation(measured),
                                   Counted(s.nan, infinite) + " of the " + std::to_string(s.count) +
                                       " elements of \"" + facts::WeightName(measured) +
                                       "\", the first at " + first);
    finding.help =
        "export the last checkpoint whose weights are finite, and look in the log for where the "
        "loss became NaN";
    finding.related.push_back(
        {facts::NodeLocation(*measured.layer->model, *measured.layer->graph, measured.layer->node),
         "used here"});
    finding.evidence = {{"nan", static_cast<std::int64_t>(s.nan)},
                        {"infinite", static_cast<std::int64_t>(s.infinite)},
                        {"elements", static_cast<std::int64_t>(s.count)},
                        {"first", static_cast<std::int64_t>(s.first_nonfinite.value_or(0))}};
  }
}

}  // namespace

extern const Rule kNonfiniteWeight;
const Rule kNonfiniteWeight = {
    .id = "W001",
    .name = "nonfinite-weight",
    .family = Family::kWeights,
    .severity = Severity::kError,
    .needs = kModel,
    .documentation =
        {.summary = "A weight is NaN or infinite.",
         .what = "Reports every stored tensor that a layer computes with (matrices, kernels, "
                 "tables, biases, scales, running statistics) and that holds NaN or infinities, "
                 "with their number and the first place. Infinities in what is merely added or "
                 "multiplied are left alone: attention masks are made of them. So are biases and "
                 "tables of nothing but infinities and one other number.",
         .why = "A NaN spreads to everything that is computed from it, an infinity to NaN at the "
                "next subtraction: the outputs are meaningless. Training had diverged, or half "
                "precision had overflowed, before the model was exported.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y) <float[2, 2] w = {0.5, nan, 0.2, 0.1}> {
  y = MatMul(x, w)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y) <float[2, 2] w = {0.5, -0.3, 0.2, 0.1}> {
  y = MatMul(x, w)
}
```)",
         .references = ""},
    .check = Check,
};

}  // namespace onnxcheck::rules
