#include "analyzer/engine/rule.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/heads.h"

namespace onnxcheck::rules {
namespace {

// The softmax goes over the last axis and its operand is a layer of one unit:
// weights of width 1, then at most a bias. A size of 1 that comes from an
// input (a sequence of one step, a fixed batch) is none of this.
bool HasOneUnit(const ir::Graph& graph, ir::ValueId value) {
  const ir::Node* node = facts::ProducerOf(graph, value);
  if (node != nullptr && facts::IsOnnx(*node, "Add")) {
    const bool bias_last = facts::IsConstant(graph, facts::InputOf(*node, 1));
    node = facts::ProducerOf(graph, facts::InputOf(*node, bias_last ? 0 : 1));
  }
  if (node == nullptr || (!facts::IsOnnx(*node, "Gemm") && !facts::IsOnnx(*node, "MatMul"))) {
    return false;
  }
  const ir::ValueId weights = facts::InputOf(*node, 1);
  const auto* shape = facts::ShapeOf(graph, weights);
  if (!facts::IsConstant(graph, weights) || shape == nullptr || shape->size() != 2) return false;
  const bool transposed = facts::IntAttribute(*node, "transB").value_or(0) != 0;
  return (*shape)[transposed ? 0 : 1].size == 1;
}

bool GoesOverLastAxis(const ir::Graph& graph, const ir::Node& softmax,
                      std::optional<std::int64_t> opset) {
  constexpr std::int64_t kLastAxisByDefault = 13;
  const auto* shape = facts::ShapeOf(graph, facts::InputOf(softmax, 0));
  if (!opset || shape == nullptr || shape->empty()) return false;
  const auto rank = static_cast<std::int64_t>(shape->size());
  const std::int64_t axis =
      facts::IntAttribute(softmax, "axis").value_or(*opset >= kLastAxisByDefault ? -1 : 1);
  return axis == -1 || axis == rank - 1;
}

void CheckModel(const facts::Facts& facts, const ir::Model& model, Sink& sink) {
  const ir::Graph& graph = model.graph;
  const auto opset = facts::OnnxOpset(model);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const ir::Node& node = graph.nodes[i];
    if (!facts::IsOnnx(node, "Softmax") && !facts::IsOnnx(node, "LogSoftmax")) continue;
    const auto id = static_cast<ir::NodeId>(i);
    if (!GoesOverLastAxis(graph, node, opset) || !HasOneUnit(graph, facts::InputOf(node, 0)) ||
        // A007 speaks of the output that a known loss is trained on.
        facts::IsTrainedHead(facts.objectives(), facts.heads(), model, id)) {
      continue;
    }
    Finding& finding = sink.Report(
        facts::NodeLocation(model, graph, id),
        node.op_type == "Softmax" ? "softmax over a single unit is always 1 and has no gradient"
                                  : "log-softmax over a single unit is always 0 and has no "
                                    "gradient");
    finding.label = "one unit";
    finding.help =
        "use a sigmoid, give the layer a unit per class, or take the softmax over the axis that "
        "was meant";
    finding.evidence = {{"axis_size", std::int64_t{1}}};
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Model& model : facts.run().models) CheckModel(facts, model, sink);
}

}  // namespace

extern const Rule kSoftmaxSingleUnit;
const Rule kSoftmaxSingleUnit = {
    .id = "M014",
    .name = "softmax-single-unit",
    .family = Family::kModel,
    .severity = Severity::kError,
    .needs = kModel,
    .documentation =
        {.summary = "A softmax goes over the single unit of a layer.",
         .what = "Reports Softmax and LogSoftmax over the last axis of a layer whose weights have "
                 "width 1, be it the model's output or attention weights inside it. An axis whose "
                 "size is 1 for other reasons, such as a sequence of one step, is left alone. The "
                 "output that a configured loss is trained on is A007's.",
         .why =
             "Softmax divides by the sum over its axis; over one value the result is 1, whatever "
             "the weights are. Everything before it gets a gradient of exactly zero and never "
             "learns.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 1] p) <float[2, 1] w = {0.5, -0.3}> {
  logit = MatMul(x, w)
  p = Softmax(logit)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 1] p) <float[2, 1] w = {0.5, -0.3}> {
  logit = MatMul(x, w)
  p = Sigmoid(logit)
}
```)",
         .references = "ONNX, Softmax: <https://onnx.ai/onnx/operators/onnx__Softmax.html>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
