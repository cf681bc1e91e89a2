#include <algorithm>
#include <set>
#include <string>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/flow.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/neighbours.h"

namespace onnxcheck::rules {
namespace {

// Places named beside the first.
constexpr std::size_t kMostRelated = 8;

// Losses and gradients: a graph that is made to train.
bool IsTrainingNode(const ir::Node& node) {
  return facts::IsOnnx(node, "SoftmaxCrossEntropyLoss") ||
         facts::IsOnnx(node, "NegativeLogLikelihoodLoss") ||
         node.domain == "ai.onnx.preview.training" || node.domain == "ai.onnx.training" ||
         (node.domain == "com.microsoft" && node.op_type.find("Grad") != std::string::npos);
}

bool Trains(const ir::Model& model) {
  return !model.training.empty() ||
         std::any_of(model.graph.nodes.begin(), model.graph.nodes.end(), IsTrainingNode);
}

// What only training has a use for, and this graph gives out: Dropout's mask,
// the updated running statistics.
bool GivesOutTrainingResults(const facts::GraphFlow& flow, const ir::Node& node) {
  return std::any_of(node.outputs.begin() + 1, node.outputs.end(), [&](ir::ValueId output) {
    return output != ir::kNone && flow.LiveValue(output);
  });
}

void CheckGraph(const facts::GraphFlow& flow, Sink& sink) {
  const ir::Graph& graph = *flow.graph;
  const auto opset = facts::OnnxOpset(*flow.model);
  std::vector<ir::NodeId> dropouts;
  std::vector<ir::NodeId> normalizations;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const ir::Node& node = graph.nodes[n];
    if (!flow.live_nodes[n] || node.outputs.empty() || node.inputs.empty()) continue;
    if (facts::ModeOf(graph, node, opset) != facts::Mode::kTraining) continue;
    if (!flow.LiveValue(node.outputs[0]) || GivesOutTrainingResults(flow, node)) continue;
    auto& found = node.op_type == "Dropout" ? dropouts : normalizations;
    found.push_back(static_cast<ir::NodeId>(n));
  }
  for (const auto* nodes : {&dropouts, &normalizations}) {
    if (nodes->empty()) continue;
    const bool dropout = nodes == &dropouts;
    const std::string what =
        nodes->size() == 1 ? std::string(dropout ? "Dropout runs" : "BatchNormalization runs")
                           : std::to_string(nodes->size()) +
                                 (dropout ? " Dropout nodes run" : " BatchNormalization nodes run");
    Finding& finding =
        sink.Report(facts::NodeLocation(*flow.model, graph, nodes->front()),
                    what + (dropout ? " in training mode: results are random"
                                    : " in training mode: a result depends on the whole batch"));
    finding.label = "training mode";
    finding.help =
        "export the model for inference: model.eval() before torch.onnx.export, or "
        "training=TrainingMode.EVAL; in Keras call the model with training=False";
    finding.evidence = {{"nodes", static_cast<std::int64_t>(nodes->size())}};
    for (std::size_t i = 1; i < std::min(nodes->size(), kMostRelated + 1); ++i) {
      finding.related.push_back(
          {facts::NodeLocation(*flow.model, graph, (*nodes)[i]), "in training mode too"});
    }
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Model* model = nullptr;
  bool trains = false;
  std::set<const ir::Graph*> optional;  // run or not as an input says
  for (const facts::GraphFlow& flow : facts.flows()) {
    if (flow.model != model) trains = Trains(*flow.model);
    model = flow.model;
    if (flow.outer != nullptr) {
      const ir::Node& holder = flow.outer->nodes[static_cast<std::size_t>(flow.holder)];
      if (facts::IsOnnx(holder, "If") || optional.contains(flow.outer)) {
        optional.insert(flow.graph);
        continue;
      }
    }
    if (!trains) CheckGraph(flow, sink);
  }
}

}  // namespace

extern const Rule kTrainingModeExport;
const Rule kTrainingModeExport = {
    .id = "M008",
    .name = "training-mode-export",
    .family = Family::kModel,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "Dropout or BatchNormalization was left in training mode.",
         .what = "Reports Dropout that is fixed to training mode with a ratio above 0, and "
                 "BatchNormalization with training_mode 1 (before opset 14: with more outputs than "
                 "the first), if an output depends on them. One finding for all nodes of a kind. "
                 "Graphs that train are passed over: those with a loss, gradients, "
                 "`training_info`, or updated statistics among their outputs; so are the branches "
                 "of an If and modes that an input decides.",
         .why = "Dropout then zeroes values at random in every inference, and batch normalisation "
                "uses the statistics of the batch at hand: predictions change from call to call "
                "and with what else is in the batch, and accuracy drops.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y)
<float[2, 2] w = {0.5, -0.3, 0.2, 0.1}, float ratio = {0.5}, bool training = {1}> {
  h = Dropout(x, ratio, training)
  y = MatMul(h, w)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y)
<float[2, 2] w = {0.5, -0.3, 0.2, 0.1}, float ratio = {0.5}, bool training = {0}> {
  h = Dropout(x, ratio, training)
  y = MatMul(h, w)
}
```)",
         .references = "ONNX, Dropout: <https://onnx.ai/onnx/operators/onnx__Dropout.html>, "
                       "BatchNormalization: "
                       "<https://onnx.ai/onnx/operators/onnx__BatchNormalization.html>; PyTorch: "
                       "<https://github.com/pytorch/pytorch/issues/75252>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
