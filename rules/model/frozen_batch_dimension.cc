#include <algorithm>
#include <string>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/batch_axis.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/layers.h"
#include "analyzer/ir/path.h"

namespace onnxcheck::rules {
namespace {

constexpr std::size_t kMostRelated = 8;  // Reshapes that are named

bool HasWeights(const facts::Facts& facts, const ir::Model& model) {
  return std::any_of(facts.layers().begin(), facts.layers().end(),
                     [&](const facts::Layer& layer) { return layer.model == &model; });
}

// Every value could be followed, and no two rows ever meet: the graph computes each example by
// itself, and any number of them would do.
bool IsBatchable(const facts::BatchEvidence& evidence) {
  return !evidence.mixed && !evidence.lost && (evidence.by_operator || evidence.by_layer);
}

void CheckModel(const facts::BatchAxes& axes, Sink& sink) {
  const ir::Graph& graph = axes.model->graph;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    const ir::ValueId input = graph.inputs[i];
    const facts::BatchEvidence* evidence = axes.Of(input);
    if (evidence == nullptr || !IsBatchable(*evidence)) continue;
    const auto size = facts::ShapeOf(graph, input)->front().size;
    if (!size || *size < 1) continue;
    const std::string& name = graph.values[static_cast<std::size_t>(input)].name;
    std::string message = "input \"" + name + "\" takes batches of " + std::to_string(*size) +
                          " and no other, though every example is computed by itself";
    ir::Location location;
    location.path = axes.model->input.path;
    location.logical = ir::GraphInputPath(graph, i);
    Finding& finding = sink.Report(std::move(location), std::move(message));
    finding.label = "fixed batch size";
    finding.help =
        "export with an open first axis: dynamic_axes or dynamic_shapes in torch.onnx.export, "
        "a None in the input signature of Keras and TensorFlow";
    if (!evidence->fixed_by.empty()) {
      finding.help +=
          "; the Reshapes named here write the batch size down: x.flatten(1) or "
          "x.reshape(x.shape[0], -1) keep it open";
    }
    for (std::size_t r = 0; r < std::min(evidence->fixed_by.size(), kMostRelated); ++r) {
      finding.related.push_back({facts::NodeLocation(*axes.model, graph, evidence->fixed_by[r]),
                                 "this Reshape fixes the batch size too"});
    }
    finding.evidence = {{"batch_size", *size},
                        {"reshapes", static_cast<std::int64_t>(evidence->fixed_by.size())}};
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::BatchAxes& axes : facts.batch_axes()) {
    if (HasWeights(facts, *axes.model)) CheckModel(axes, sink);
  }
}

}  // namespace

extern const Rule kFrozenBatchDimension;
const Rule kFrozenBatchDimension = {
    .id = "M009",
    .name = "frozen-batch-dimension",
    .family = Family::kModel,
    .severity = Severity::kInfo,
    .needs = kModel,
    .documentation =
        {.summary = "The batch size is fixed, though nothing in the graph needs that.",
         .what =
             "Follows the first axis of each input through the whole graph and reports an input "
             "whose first axis has a fixed size where it is the batch and no two of its rows ever "
             "meet: every operator is known, and weights are applied to each row alike. A Reshape "
             "that writes the size down is named. Where anything cannot be followed, the rule is "
             "silent.",
         .why = "A runtime refuses any other batch size, so that examples run one by one. Mostly "
                "it is the size of the example that the model was exported with. For a device "
                "that runs single examples a fixed size is right.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[1, 2] x) => (float[1, 3] y) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  y = MatMul(x, w)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] y) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  y = MatMul(x, w)
}
```)",
         .references = "PyTorch: <https://github.com/pytorch/pytorch/issues/151582>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
