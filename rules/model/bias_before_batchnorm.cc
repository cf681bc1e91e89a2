#include <algorithm>
#include <string>
#include <unordered_map>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/flow.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/layers.h"
#include "analyzer/facts/neighbours.h"

namespace onnxcheck::rules {
namespace {

constexpr std::size_t kMostRelated = 8;  // places named beside the first

struct Bias {
  const facts::Layer* layer = nullptr;
  const facts::LayerWeight* weight = nullptr;
};

using BiasByNode = std::unordered_map<const ir::Node*, Bias>;

// The biases of dense and convolutional layers, by the node that adds them.
BiasByNode Biases(const facts::Facts& facts) {
  BiasByNode found;
  for (const facts::Layer& layer : facts.layers()) {
    if (layer.kind != facts::LayerKind::kDense && layer.kind != facts::LayerKind::kConvolution &&
        layer.kind != facts::LayerKind::kTransposedConvolution) {
      continue;
    }
    for (const facts::LayerWeight& weight : layer.weights) {
      if (weight.role != facts::WeightRole::kBias) continue;
      found[&layer.graph->nodes[static_cast<std::size_t>(weight.node)]] = {&layer, &weight};
    }
  }
  return found;
}

void CheckGraph(const facts::GraphFlow& flow, const BiasByNode& biases, Sink& sink) {
  const ir::Graph& graph = *flow.graph;
  std::vector<Bias> found;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const ir::Node& node = graph.nodes[n];
    if (!flow.live_nodes[n] || !facts::IsOnnx(node, "BatchNormalization")) continue;
    const ir::ValueId operand = facts::InputOf(node, 0);
    const ir::ValueId origin = facts::Origin(graph, operand, facts::Passing::kSamePlace);
    const auto bias = biases.find(facts::ProducerOf(graph, origin));
    // Where something else reads the sum, the bias does matter there.
    if (bias == biases.end() || facts::OnlyReader(graph, operand) == ir::kNone ||
        facts::OnlyReader(graph, origin) == ir::kNone) {
      continue;
    }
    found.push_back(bias->second);
  }
  if (found.empty()) return;
  const std::string what = found.size() == 1
                               ? "the bias of this layer is"
                               : "the biases of " + std::to_string(found.size()) + " layers are";
  Finding& finding =
      sink.Report(facts::NodeLocation(*flow.model, graph, found.front().weight->node),
                  what + " taken out again by the batch normalization that follows");
  finding.label = "without effect";
  finding.help =
      "build layers before a batch normalization without a bias: bias=False in PyTorch, "
      "use_bias=False in Keras";
  finding.evidence = {{"layers", static_cast<std::int64_t>(found.size())}};
  for (std::size_t i = 1; i < std::min(found.size(), kMostRelated + 1); ++i) {
    finding.related.push_back(
        {facts::NodeLocation(*flow.model, graph, found[i].weight->node), "the same here"});
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  const BiasByNode biases = Biases(facts);
  if (biases.empty()) return;
  for (const facts::GraphFlow& flow : facts.flows()) CheckGraph(flow, biases, sink);
}

}  // namespace

extern const Rule kBiasBeforeBatchnorm;
const Rule kBiasBeforeBatchnorm = {
    .id = "M012",
    .name = "bias-before-batchnorm",
    .family = Family::kModel,
    .severity = Severity::kInfo,
    .needs = kModel,
    .documentation =
        {.summary = "A layer with a bias is followed by a batch normalization.",
         .what = "Reports dense layers and convolutions with a bias whose result only a batch "
                 "normalization reads. One finding for all such layers of a graph.",
         .why = "Batch normalization subtracts the mean, and the bias with it: its gradient is "
                "zero in training. The parameters cost memory and time and do nothing; the "
                "normalization has a bias of its own.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y)
<float[2, 2] w = {0.5, -0.3, 0.2, 0.1}, float[2] b = {0.1, 0.2}, float[2] scale = {1.1, 0.9},
 float[2] shift = {0.2, 0.1}, float[2] mean = {0.3, 0.4}, float[2] var = {1.2, 0.8}> {
  h = Gemm(x, w, b)
  y = BatchNormalization(h, scale, shift, mean, var)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y)
<float[2, 2] w = {0.5, -0.3, 0.2, 0.1}, float[2] scale = {1.1, 0.9},
 float[2] shift = {0.2, 0.1}, float[2] mean = {0.3, 0.4}, float[2] var = {1.2, 0.8}> {
  h = Gemm(x, w)
  y = BatchNormalization(h, scale, shift, mean, var)
}
```)",
         .references = "Ioffe and Szegedy, Batch Normalization, section 3.2: "
                       "<https://arxiv.org/abs/1502.03167>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
