#include <string>
#include <vector>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/duplicates.h"
#include "analyzer/facts/flow.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/groups.h"
#include "analyzer/facts/layer_forms.h"

namespace onnxcheck::rules {
namespace {

bool IsLayer(const ir::Node& node) {
  const facts::LayerForm* form = facts::FormOf(node);
  return form != nullptr &&
         (form->kind == facts::LayerKind::kDense || form->kind == facts::LayerKind::kConvolution ||
          form->kind == facts::LayerKind::kTransposedConvolution ||
          form->kind == facts::LayerKind::kRecurrent);
}

void CheckGraph(const facts::GraphFlow& flow, Sink& sink) {
  const ir::Graph& graph = *flow.graph;
  const std::vector<ir::NodeId> originals = facts::DuplicateNodes(graph);
  const auto repeats = [&](std::size_t node) {
    return originals[node] != ir::kNone && flow.live_nodes[node];
  };
  facts::Groups groups(graph.nodes.size());
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (!repeats(n)) continue;
    for (const ir::ValueId input : graph.nodes[n].inputs) {
      if (input == ir::kNone) continue;
      const ir::NodeId from = graph.values[static_cast<std::size_t>(input)].producer;
      if (from != ir::kNone && repeats(static_cast<std::size_t>(from))) {
        groups.Join(static_cast<std::size_t>(from), n);
      }
    }
  }
  std::vector<std::int64_t> nodes(graph.nodes.size());
  std::vector<std::int64_t> layers(graph.nodes.size());
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (!repeats(n)) continue;
    ++nodes[groups.Of(n)];
    layers[groups.Of(n)] += IsLayer(graph.nodes[n]) ? 1 : 0;
  }
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (layers[n] == 0) continue;
    const std::string what =
        nodes[n] == 1 ? "this node repeats"
                      : "this node and " + std::to_string(nodes[n] - 1) + " before it repeat";
    Finding& finding =
        sink.Report(facts::NodeLocation(*flow.model, graph, static_cast<ir::NodeId>(n)),
                    what + " what the model has computed already, " + std::to_string(layers[n]) +
                        (layers[n] == 1 ? " layer" : " layers") + " among it");
    finding.label = "computed twice";
    finding.help =
        "call the layers once and use the result twice; if the second branch was meant to differ, "
        "it has the same weights and the same input";
    finding.related.push_back(
        {facts::NodeLocation(*flow.model, graph, originals[n]), "the same result"});
    finding.evidence = {{"nodes", nodes[n]}, {"layers", layers[n]}};
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::GraphFlow& flow : facts.flows()) {
    if (flow.live) CheckGraph(flow, sink);
  }
}

}  // namespace

extern const Rule kUnusedOutputBranch;
const Rule kUnusedOutputBranch = {
    .id = "M020",
    .name = "unused-output-branch",
    .family = Family::kModel,
    .severity = Severity::kInfo,
    .needs = kModel,
    .documentation =
        {.summary = "A part of the model is computed twice.",
         .what = "Compares every node with those before it, by operator, attributes and what its "
                 "operands are made of, and reports each connected part that repeats another and "
                 "has a dense, convolutional or recurrent layer in it: one finding, at its last "
                 "node. Repeated shapes, constants and reshapes alone are passed over; so are "
                 "random operators, those of other domains and nodes with subgraphs.",
         .why = "The second computation costs as much as the first and gives the same. Often a "
                "second tower or head was meant to have weights or an input of its own.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] mean, float[N, 2] spread)
<float[2, 2] w = {0.5, -0.3, 0.2, 0.1}> {
  a = MatMul(x, w)
  mean = Tanh(a)
  b = MatMul(x, w)
  spread = Softplus(b)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] mean, float[N, 2] spread)
<float[2, 2] w = {0.5, -0.3, 0.2, 0.1}, float[2, 2] v = {0.4, 0.6, -0.2, 0.3}> {
  a = MatMul(x, w)
  mean = Tanh(a)
  b = MatMul(x, v)
  spread = Softplus(b)
}
```)",
         .references = ""},
    .check = Check,
};

}  // namespace onnxcheck::rules
