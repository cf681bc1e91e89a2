#include <algorithm>
#include <optional>
#include <string>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/batch_axis.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/neighbours.h"

namespace onnxcheck::rules {
namespace {

// A batch for certain. An open first axis alone may be the steps of a sequence or the nodes of a
// graph: then weights must be applied to each row, and no operator may combine rows anywhere, as
// pooling over steps or nodes would.
bool IsBatch(const facts::BatchEvidence& evidence) {
  if (evidence.mixed) return false;
  return evidence.by_operator || evidence.by_name || (evidence.only_open && evidence.by_layer);
}

// Units, classes or channels beside the batch; without them the softmax is over what stands in the
// batch's place on purpose, such as the documents of a ranking.
bool HasUnits(const std::vector<ir::Dimension>& shape, std::int64_t batch) {
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (static_cast<std::int64_t>(i) != batch && shape[i].size.value_or(1) > 1) return true;
  }
  return false;
}

// Softmax up to opset 12 takes all axes from its own on together: with axis 0 of one example that
// is the softmax over its units.
std::optional<std::int64_t> BatchInSoftmax(const facts::BatchAxes& axes, const ir::Graph& graph,
                                           const ir::Node& node, std::int64_t opset) {
  const ir::ValueId operand = facts::InputOf(node, 0);
  const facts::BatchEvidence* evidence = axes.Of(operand);
  const auto* shape = facts::ShapeOf(graph, operand);
  const auto axis = facts::SoftmaxAxis(graph, node, opset);
  if (evidence == nullptr || shape == nullptr || !axis || !IsBatch(*evidence)) return std::nullopt;
  const std::int64_t batch = axes.values[static_cast<std::size_t>(operand)].axis;
  if (batch >= static_cast<std::int64_t>(shape->size()) || !HasUnits(*shape, batch)) return {};
  const bool together = opset < facts::kSingleAxisSoftmax;
  if (together && (*shape)[static_cast<std::size_t>(batch)].size == 1) return std::nullopt;
  return (together ? *axis <= batch : *axis == batch) ? std::optional(batch) : std::nullopt;
}

// A convolution with one output channel, then at most what keeps channels apart.
bool HasOneChannel(const ir::Graph& graph, ir::ValueId value) {
  value = facts::Origin(graph, value, facts::Passing::kSamePlace);
  const ir::Node* node = facts::ProducerOf(graph, value);
  if (node != nullptr && facts::IsOnnx(*node, "BatchNormalization")) {
    value = facts::Origin(graph, facts::InputOf(*node, 0), facts::Passing::kSamePlace);
    node = facts::ProducerOf(graph, value);
  }
  if (node == nullptr || !facts::IsOnnx(*node, "Conv")) return false;
  const auto* kernel = facts::ShapeOf(graph, facts::InputOf(*node, 1));
  return kernel != nullptr && !kernel->empty() && kernel->front().size == 1;
}

bool IsOverOneChannel(const ir::Graph& graph, const ir::Node& node, std::int64_t opset) {
  const auto* shape = facts::ShapeOf(graph, facts::InputOf(node, 0));
  if (shape == nullptr || shape->size() < 3 || (*shape)[1].size != 1) return false;
  if (facts::SoftmaxAxis(graph, node, opset) != 1) return false;
  const bool alone =
      opset >= facts::kSingleAxisSoftmax ||
      std::all_of(shape->begin() + 2, shape->end(), [](const auto& it) { return it.size == 1; });
  return alone && HasOneChannel(graph, facts::InputOf(node, 0));
}

std::string SizeText(const ir::Dimension& dimension) {
  if (dimension.size) return "size " + std::to_string(*dimension.size);
  return dimension.symbol.empty() ? "open size" : "size \"" + dimension.symbol + "\"";
}

void ReportBatch(const facts::BatchAxes& axes, const ir::Node& node, ir::NodeId id,
                 std::int64_t batch, Sink& sink) {
  const ir::Graph& graph = axes.model->graph;
  const auto& shape = *facts::ShapeOf(graph, facts::InputOf(node, 0));
  const auto& dimension = shape[static_cast<std::size_t>(batch)];
  const std::string effect = dimension.size == 1
                                 ? "every result is constant"
                                 : "each result depends on the other examples of the batch";
  Finding& finding =
      sink.Report(facts::NodeLocation(*axes.model, graph, id),
                  node.op_type + " goes over the batch, axis " + std::to_string(batch) + " of " +
                      SizeText(dimension) + ": " + effect);
  finding.label = "over the batch";
  finding.help =
      "give the axis of the classes: dim=-1 in PyTorch (without it, softmax of a tensor of 1 or 3 "
      "axes goes over the first), axis=-1 in Keras";
  finding.evidence = {{"axis", batch}};
  if (dimension.size) finding.evidence.emplace_back("axis_size", *dimension.size);
}

void ReportChannel(const ir::Model& model, const ir::Node& node, ir::NodeId id, Sink& sink) {
  Finding& finding = sink.Report(
      facts::NodeLocation(model, model.graph, id),
      node.op_type + " goes over the single channel of a convolution: every result is " +
          (node.op_type == "Softmax" ? "1" : "0"));
  finding.label = "one channel";
  finding.help =
      "use a sigmoid, give the convolution a channel per class, or take the softmax over the axes "
      "that were meant";
  finding.evidence = {{"axis", std::int64_t{1}}, {"axis_size", std::int64_t{1}}};
}

void CheckModel(const facts::Facts& facts, const facts::BatchAxes& axes, Sink& sink) {
  const ir::Model& model = *axes.model;
  const ir::Graph& graph = model.graph;
  const auto opset = facts::OnnxOpset(model);
  if (!opset) return;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const ir::Node& node = graph.nodes[n];
    if (!facts::IsOnnx(node, "Softmax") && !facts::IsOnnx(node, "LogSoftmax")) continue;
    const auto id = static_cast<ir::NodeId>(n);
    // A007 speaks of the output that a known loss is trained on.
    if (facts::IsTrainedHead(facts.objectives(), facts.heads(), model, id) &&
        IsOverOneChannel(graph, node, *opset)) {
      continue;
    }
    if (const auto batch = BatchInSoftmax(axes, graph, node, *opset)) {
      ReportBatch(axes, node, id, *batch, sink);
    } else if (IsOverOneChannel(graph, node, *opset)) {
      ReportChannel(model, node, id, sink);
    }
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::BatchAxes& axes : facts.batch_axes()) CheckModel(facts, axes, sink);
}

}  // namespace

extern const Rule kSoftmaxWrongAxis;
const Rule kSoftmaxWrongAxis = {
    .id = "M013",
    .name = "softmax-wrong-axis",
    .family = Family::kModel,
    .severity = Severity::kError,
    .needs = kModel,
    .documentation =
        {.summary = "A softmax goes over the batch, or over a single channel.",
         .what =
             "Follows the first axis of the inputs through the graph and reports Softmax and "
             "LogSoftmax over it where it is the batch for certain: a convolution, a pooling or a "
             "recurrent layer takes it for that, it is declared under the name of a batch, or it "
             "is the one axis of open size and weights are applied to each of its rows. Where rows "
             "are summed, sorted or picked anywhere, they may be steps or nodes and the rule is "
             "silent. Also reports a softmax over the channels of a convolution that has one. "
             "Dense layers of one unit are M014's.",
         .why = "Over the batch, the probabilities of an example depend on which others are with "
                "it, and do not sum to 1 over the classes; alone, each is exactly 1. Over one "
                "channel the result is 1 everywhere, and nothing before it gets a gradient.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[batch, 2] x) => (float[batch, 3] y)
<float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
  y = Softmax<axis = 0>(logits)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[batch, 2] x) => (float[batch, 3] y)
<float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
  y = Softmax<axis = 1>(logits)
}
```)",
         .references = "PyTorch, `torch.nn.functional.softmax`, `dim`: "
                       "<https://pytorch.org/docs/stable/generated/"
                       "torch.nn.functional.softmax.html>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
