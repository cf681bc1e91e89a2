#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/flow.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/layers.h"
#include "analyzer/facts/neighbours.h"

namespace onnxcheck::rules {
namespace {

constexpr int kMostBetween = 8;  // casts and reshapes that an exporter writes around a product

// A layer that is a linear map and no more, and what it gives after its bias.
struct Linear {
  const facts::Layer* layer = nullptr;
  ir::ValueId result = ir::kNone;
  bool bias = false;
};

using LinearByNode = std::unordered_map<const ir::Node*, Linear>;

const ir::Node& NodeOf(const ir::Graph& graph, ir::NodeId id) {
  return graph.nodes[static_cast<std::size_t>(id)];
}

// Kernels over a neighbourhood in every direction, at full resolution. Pointwise and depthwise
// convolutions, strips (1 x k) and strides are parts that designs put beside another convolution
// on purpose: separable convolutions, MobileNet's linear bottlenecks, lateral connections, the
// quantisation convolutions of autoencoders, down-sampling.
bool IsFullConvolution(const ir::Node& node, const ir::Tensor& kernel) {
  if (facts::IntAttribute(node, "group").value_or(1) != 1 || kernel.dims.size() < 3) return false;
  const ir::Attribute* strides = facts::FindAttribute(node, "strides");
  const auto* steps =
      strides == nullptr ? nullptr : std::get_if<std::vector<std::int64_t>>(&strides->value);
  return std::all_of(kernel.dims.begin() + 2, kernel.dims.end(), [](auto k) { return k > 1; }) &&
         (steps == nullptr ||
          std::all_of(steps->begin(), steps->end(), [](std::int64_t step) { return step == 1; }));
}

// x W with a stored matrix W. A stored matrix on the left mixes rows: the
// neighbours of a graph, the frames of a filter bank.
bool IsDense(const ir::Graph& graph, const ir::Node& node) {
  if (!facts::IsOnnx(node, "MatMul") && !facts::IsOnnx(node, "Gemm")) return false;
  const auto* shape = facts::ShapeOf(graph, facts::InputOf(node, 1));
  return shape != nullptr && shape->size() == 2 &&
         facts::IntAttribute(node, "transA").value_or(0) == 0;
}

std::optional<Linear> AsLinear(const facts::Layer& layer) {
  const ir::Graph& graph = *layer.graph;
  const ir::Node& node = NodeOf(graph, layer.node);
  if (!layer.in_features || !layer.out_features) return std::nullopt;
  Linear linear;
  linear.layer = &layer;
  linear.result = facts::OutputOf(node, 0);
  bool weights = false;
  for (const facts::LayerWeight& weight : layer.weights) {
    if (weight.role == facts::WeightRole::kWeight && weight.input == 1) {
      weights = IsDense(graph, node) ||
                (facts::IsOnnx(node, "Conv") && IsFullConvolution(node, *weight.tensor));
    } else if (weight.role == facts::WeightRole::kBias) {
      linear.bias = true;
      linear.result = facts::OutputOf(NodeOf(graph, weight.node), 0);
    } else {
      return std::nullopt;
    }
  }
  return weights && linear.result != ir::kNone ? std::optional(linear) : std::nullopt;
}

// Keras's export casts between the product and the bias.
void LookForBias(const ir::Graph& graph, Linear* linear) {
  ir::ValueId value = linear->result;
  for (int i = 0; i < kMostBetween && !linear->bias; ++i) {
    const ir::NodeId reader = facts::OnlyReader(graph, value);
    if (reader == ir::kNone) return;
    const ir::Node& node = NodeOf(graph, reader);
    if (facts::IsOnnx(node, "Add") && node.inputs.size() == 2) {
      const ir::ValueId other = node.inputs[node.inputs[0] == value ? 1 : 0];
      const auto* shape = facts::ShapeOf(graph, other);
      if (shape == nullptr || shape->size() != 1 || !facts::IsConstant(graph, other)) return;
      if (shape->front().size != linear->layer->out_features) return;
      linear->bias = true;
      linear->result = facts::OutputOf(node, 0);
    } else if (facts::IsOnnx(node, "Cast") && facts::PassesOn(node, facts::Passing::kSamePlace)) {
      value = facts::OutputOf(node, 0);
    } else {
      return;
    }
  }
}

// A reshape that leaves the last axis alone, as around a product of matrices.
bool KeepsFeatures(const ir::Graph& graph, const ir::Node& node) {
  if (!facts::IsOnnx(node, "Reshape") && !facts::IsOnnx(node, "Flatten") &&
      !facts::IsOnnx(node, "Squeeze") && !facts::IsOnnx(node, "Unsqueeze")) {
    return false;
  }
  const auto* from = facts::ShapeOf(graph, facts::InputOf(node, 0));
  const auto* to = facts::ShapeOf(graph, facts::OutputOf(node, 0));
  return from != nullptr && to != nullptr && !from->empty() && !to->empty() && from->back().size &&
         from->back().size == to->back().size;
}

// The node that alone goes on with the value, behind casts and the like.
// Dropout between two layers shows that they are meant as two.
const ir::Node* NextNode(const facts::GraphFlow& flow, const std::vector<bool>& outputs,
                         ir::ValueId value) {
  const ir::Graph& graph = *flow.graph;
  for (int i = 0; i < kMostBetween; ++i) {
    const ir::NodeId reader = facts::OnlyReader(graph, value);
    if (reader == ir::kNone || outputs[static_cast<std::size_t>(value)]) return nullptr;
    const ir::Node& node = NodeOf(graph, reader);
    if (facts::InputOf(node, 0) != value) return nullptr;
    const bool passes =
        facts::PassesOn(node, facts::Passing::kSamePlace) && !facts::IsOnnx(node, "Dropout");
    if (!passes && !KeepsFeatures(graph, node)) return &node;
    value = facts::OutputOf(node, 0);
    if (value == ir::kNone) return nullptr;
  }
  return nullptr;
}

// The sum with another layer's product: gates of a recurrent cell that is
// written out, and their like, are one layer over two inputs.
bool IsAddedToAnother(const ir::Graph& graph, const Linear& linear,
                      const std::unordered_map<ir::ValueId, const facts::Layer*>& results) {
  const ir::NodeId reader = facts::OnlyReader(graph, linear.result);
  if (reader == ir::kNone || !facts::IsOnnx(NodeOf(graph, reader), "Add")) return false;
  const std::vector<ir::ValueId>& inputs = NodeOf(graph, reader).inputs;
  return std::any_of(inputs.begin(), inputs.end(), [&](ir::ValueId input) {
    return input != linear.result && results.contains(input);
  });
}

void CheckGraph(const facts::GraphFlow& flow, const std::vector<Linear>& layers,
                const LinearByNode& by_node, Sink& sink) {
  const ir::Graph& graph = *flow.graph;
  std::vector<bool> outputs(graph.values.size());
  for (const ir::ValueId output : graph.outputs) outputs[static_cast<std::size_t>(output)] = true;
  std::unordered_map<ir::ValueId, const facts::Layer*> results;
  for (const Linear& linear : layers) results.emplace(linear.result, linear.layer);
  for (const Linear& first : layers) {
    // A layer that is factorised into two leaves the first bias out.
    if (!first.bias || !flow.Live(first.layer->node)) continue;
    const auto next = by_node.find(NextNode(flow, outputs, first.result));
    if (next == by_node.end()) continue;
    const Linear& second = next->second;
    if (second.layer->kind != first.layer->kind) continue;
    const std::int64_t in = *first.layer->in_features;
    const std::int64_t inner = *first.layer->out_features;
    const std::int64_t out = *second.layer->out_features;
    if (inner < std::min(in, out) || IsAddedToAnother(graph, second, results)) continue;
    const bool dense = first.layer->kind == facts::LayerKind::kDense;
    const std::string widths =
        std::to_string(in) + " -> " + std::to_string(inner) + " -> " + std::to_string(out);
    Finding& finding = sink.Report(facts::NodeLocation(*flow.model, graph, second.layer->node),
                                   "nothing lies between two " +
                                       std::string(dense ? "dense layers" : "convolutions") + " (" +
                                       widths + "): together they compute no more than one");
    finding.label = "no activation before this";
    finding.help =
        "put an activation behind the first layer (activation=\"relu\" in Keras, nn.ReLU() in "
        "PyTorch), or make one layer of the two";
    finding.related.push_back(
        {facts::NodeLocation(*flow.model, graph, first.layer->node), "the first layer"});
    finding.evidence = {{"in", in}, {"inner", inner}, {"out", out}};
    if (!dense) finding.confidence = Confidence::kMedium;
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  std::unordered_map<const ir::Graph*, std::vector<Linear>> by_graph;
  LinearByNode by_node;
  for (const facts::Layer& layer : facts.layers()) {
    auto linear = AsLinear(layer);
    if (!linear) continue;
    LookForBias(*layer.graph, &*linear);
    if (linear->result == ir::kNone) continue;
    by_graph[layer.graph].push_back(*linear);
    by_node.emplace(&NodeOf(*layer.graph, layer.node), *linear);
  }
  for (const facts::GraphFlow& flow : facts.flows()) {
    const auto found = by_graph.find(flow.graph);
    if (found != by_graph.end()) CheckGraph(flow, found->second, by_node, sink);
  }
}

}  // namespace

extern const Rule kMissingNonlinearity;
const Rule kMissingNonlinearity = {
    .id = "M010",
    .name = "missing-nonlinearity",
    .family = Family::kModel,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "Two linear layers with nothing between them.",
         .what =
             "Reports two dense layers, or two convolutions with kernels wider than 1 and "
             "stride 1, where the second alone reads the first and only casts or reshapes lie "
             "between. Left alone is what is done on purpose: a width between them that is "
             "smaller than both outer ones (factorised and low-rank layers, bottlenecks, linear "
             "autoencoders), a first layer without bias (a factor), pointwise, depthwise and "
             "strided convolutions, dropout between the two, and gates of a recurrent cell.",
         .why = "The product of two matrices is a matrix: the network can express nothing that "
                "one layer could not, while it has the parameters of two. Mostly an activation "
                "was forgotten; Keras's Dense and Conv2D have none unless it is given.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y)
<float[2, 3] w1 = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}, float[3] b1 = {0.1, 0.2, 0.3},
 float[3, 2] w2 = {0.7, -0.2, 0.3, 0.6, -0.4, 0.8}, float[2] b2 = {0.1, 0.2}> {
  h = Gemm(x, w1, b1)
  y = Gemm(h, w2, b2)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 2] y)
<float[2, 3] w1 = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}, float[3] b1 = {0.1, 0.2, 0.3},
 float[3, 2] w2 = {0.7, -0.2, 0.3, 0.6, -0.4, 0.8}, float[2] b2 = {0.1, 0.2}> {
  h = Gemm(x, w1, b1)
  a = Relu(h)
  y = Gemm(a, w2, b2)
}
```)",
         .references = ""},
    .check = Check,
};

}  // namespace onnxcheck::rules
