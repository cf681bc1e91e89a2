#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/flow.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/layer_forms.h"
#include "analyzer/facts/neighbours.h"

namespace onnxcheck::rules {
namespace {

constexpr std::size_t kMostRelated = 8;  // places named beside the first
// Nodes between the two: a layer, its bias, an activation, pooling and moves.
constexpr int kMostBetween = 12;

constexpr std::array<std::string_view, 16> kUnary = {
    "Relu",      "LeakyRelu", "PRelu",   "Elu",         "Selu",
    "Celu",      "Gelu",      "Mish",    "Tanh",        "Sigmoid",
    "HardSwish", "Softplus",  "MaxPool", "AveragePool", "GlobalAveragePool",
    "Clip"};

bool IsWeighted(const ir::Node& node) {
  const facts::LayerForm* form = facts::FormOf(node);
  return form != nullptr &&
         (form->kind == facts::LayerKind::kDense || form->kind == facts::LayerKind::kConvolution ||
          form->kind == facts::LayerKind::kTransposedConvolution);
}

bool DropsNothing(const ir::Graph& graph, const ir::Node& dropout) {
  const ir::ValueId ratio = facts::InputOf(dropout, 1);
  if (ratio != ir::kNone) return facts::ConstantScalar(graph, ratio) == 0;
  const ir::Attribute* attribute = facts::FindAttribute(dropout, "ratio");
  const float* value = attribute == nullptr ? nullptr : std::get_if<float>(&attribute->value);
  return value != nullptr && *value == 0;
}

// Up from the normalization over activations, pooling and at most one layer.
ir::NodeId DropoutBefore(const ir::Graph& graph, const ir::Node& normalization) {
  bool weighted = false;
  ir::ValueId value = facts::InputOf(normalization, 0);
  for (int i = 0; i < kMostBetween; ++i) {
    const ir::Node* node = facts::ProducerOf(graph, value);
    if (node == nullptr) return ir::kNone;
    if (facts::IsOnnx(*node, "Dropout")) {
      return DropsNothing(graph, *node) ? ir::kNone
                                        : graph.values[static_cast<std::size_t>(value)].producer;
    }
    std::size_t from = 0;
    if (facts::IsOnnx(*node, "Add")) {
      // A bias; a sum of two branches ends the walk.
      const bool first = facts::IsConstant(graph, facts::InputOf(*node, 0));
      if (first == facts::IsConstant(graph, facts::InputOf(*node, 1))) return ir::kNone;
      from = first ? 1 : 0;
    } else if (IsWeighted(*node)) {
      if (std::exchange(weighted, true)) return ir::kNone;
    } else if (!facts::PassesOn(*node, facts::Passing::kMoved) &&
               std::none_of(kUnary.begin(), kUnary.end(),
                            [&](std::string_view type) { return facts::IsOnnx(*node, type); })) {
      return ir::kNone;
    }
    value = facts::InputOf(*node, from);
  }
  return ir::kNone;
}

void CheckGraph(const facts::GraphFlow& flow, Sink& sink) {
  const ir::Graph& graph = *flow.graph;
  std::vector<std::pair<ir::NodeId, ir::NodeId>> found;  // normalization, dropout
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (!flow.live_nodes[n] || !facts::IsOnnx(graph.nodes[n], "BatchNormalization")) continue;
    const ir::NodeId dropout = DropoutBefore(graph, graph.nodes[n]);
    if (dropout != ir::kNone) found.emplace_back(static_cast<ir::NodeId>(n), dropout);
  }
  if (found.empty()) return;
  const std::string what = found.size() == 1
                               ? "a batch normalization follows"
                               : std::to_string(found.size()) + " batch normalizations follow";
  Finding& finding =
      sink.Report(facts::NodeLocation(*flow.model, graph, found.front().first),
                  what + " dropout, which changes the variance between training and inference");
  finding.label = "after dropout";
  finding.help =
      "move dropout behind the last batch normalization, or leave it out: batch normalization "
      "regularises too";
  finding.related.push_back(
      {facts::NodeLocation(*flow.model, graph, found.front().second), "the dropout"});
  for (std::size_t i = 1; i < std::min(found.size(), kMostRelated); ++i) {
    finding.related.push_back(
        {facts::NodeLocation(*flow.model, graph, found[i].first), "the same here"});
  }
  finding.evidence = {{"normalizations", static_cast<std::int64_t>(found.size())}};
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::GraphFlow& flow : facts.flows()) CheckGraph(flow, sink);
}

}  // namespace

extern const Rule kDropoutBeforeBatchnorm;
const Rule kDropoutBeforeBatchnorm = {
    .id = "M019",
    .name = "dropout-before-batchnorm",
    .family = Family::kModel,
    .severity = Severity::kInfo,
    .needs = kModel,
    .documentation =
        {.summary = "Batch normalization follows dropout.",
         .what =
             "Reports batch normalization with a dropout before it and nothing between them but "
             "activations, pooling and at most one layer. Dropout with a ratio of 0 does not "
             "count. Most exporters leave dropout out of a model made for inference; then there "
             "is nothing to see.",
         .why = "Dropout scales what is left in training and does nothing in inference, so that "
                "the variance of its result differs between the two. The running variance that "
                "batch normalization gathered in training does not fit inference then.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y)
<float[2] scale = {1.1, 0.9}, float[2] shift = {0.2, 0.1}, float[2] mean = {0.3, 0.4},
 float[2] var = {1.2, 0.8}> {
  h = Dropout(x)
  y = BatchNormalization(h, scale, shift, mean, var)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y)
<float[2] scale = {1.1, 0.9}, float[2] shift = {0.2, 0.1}, float[2] mean = {0.3, 0.4},
 float[2] var = {1.2, 0.8}> {
  h = BatchNormalization(x, scale, shift, mean, var)
  y = Dropout(h)
}
```)",
         .references = "Li et al., Understanding the Disharmony between Dropout and Batch "
                       "Normalization by Variance Shift: <https://arxiv.org/abs/1801.05134>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
