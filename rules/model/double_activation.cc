#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/flow.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/neighbours.h"

namespace onnxcheck::rules {
namespace {

// Where a pair is wrong. Inside a network a gate or attention weights may be
// squashed twice on purpose (Graph WaveNet's softmax of relu); what a model
// gives out as probabilities may not.
enum class Where { kAnywhere, kAtOutput };

struct Pair {
  std::string_view first;
  std::string_view second;
  Where where;
  std::string_view effect;
};

constexpr std::string_view kEvenLogits = "its logits are squeezed into [0, 1]";
constexpr std::string_view kTanhLogits = "its logits are squeezed into [-1, 1]";
constexpr std::string_view kCutLogits = "negative logits are cut off and get no gradient";
constexpr std::string_view kHigh = "the result is never below 0.5";

// Pairs that change nothing (softmax of log-softmax, relu of sigmoid) are none of this.
constexpr std::array<Pair, 15> kPairs = {{
    {"Softmax", "Softmax", Where::kAnywhere, kEvenLogits},
    {"Softmax", "LogSoftmax", Where::kAnywhere, kEvenLogits},
    {"Softmax", "Sigmoid", Where::kAnywhere, "the result stays within [0.5, 0.731]"},
    {"LogSoftmax", "Sigmoid", Where::kAnywhere, "the result is never above 0.5"},
    {"LogSoftmax", "Relu", Where::kAnywhere, "log-probabilities are not positive: the result is 0"},
    {"Sigmoid", "Sigmoid", Where::kAnywhere, "the result stays within [0.5, 0.731]"},
    {"Sigmoid", "Softmax", Where::kAtOutput, kEvenLogits},
    {"Sigmoid", "LogSoftmax", Where::kAtOutput, kEvenLogits},
    {"Tanh", "Softmax", Where::kAtOutput, kTanhLogits},
    {"Tanh", "LogSoftmax", Where::kAtOutput, kTanhLogits},
    {"Relu", "Softmax", Where::kAtOutput, kCutLogits},
    {"Relu", "LogSoftmax", Where::kAtOutput, kCutLogits},
    {"Relu", "Sigmoid", Where::kAtOutput, kHigh},
    {"Tanh", "Sigmoid", Where::kAtOutput, "the result stays within [0.269, 0.731]"},
    {"Relu", "Tanh", Where::kAtOutput, "the result is never below 0"},
}};

bool IsSoftmax(std::string_view type) { return type == "Softmax" || type == "LogSoftmax"; }

// Two softmaxes over different axes (dual softmax of a matching) are meant.
bool SameAxis(const ir::Graph& graph, const ir::Node& a, const ir::Node& b,
              std::optional<std::int64_t> opset) {
  const auto axis = facts::SoftmaxAxis(graph, a, opset);
  return axis && axis == facts::SoftmaxAxis(graph, b, opset);
}

// The node's result is given out and nothing else is made of it.
bool EndsAtOutput(const facts::Facts& facts, const facts::GraphFlow& flow, ir::NodeId id) {
  if (flow.outer != nullptr) return false;
  const bool head = std::any_of(facts.heads().begin(), facts.heads().end(), [&](const auto& it) {
    return it.model == flow.model && it.node == id;
  });
  if (!head) return false;
  const ir::Graph& graph = *flow.graph;
  const ir::ValueId output = facts::OutputOf(graph.nodes[static_cast<std::size_t>(id)], 0);
  const auto& readers = graph.values[static_cast<std::size_t>(output)].consumers;
  return std::all_of(readers.begin(), readers.end(), [&](ir::NodeId reader) {
    return facts::PassesOn(graph.nodes[static_cast<std::size_t>(reader)], facts::Passing::kMoved);
  });
}

// The largest probability that a softmax over C logits within [0, 1] or
// [-1, 1] can give: e^d / (e^d + C - 1) with d the width of that range.
std::optional<double> Ceiling(const ir::Graph& graph, const Pair& pair, const ir::Node& second,
                              std::optional<std::int64_t> opset) {
  if (pair.second != "Softmax" || pair.first == "Relu" || !opset) return std::nullopt;
  const auto* shape = facts::ShapeOf(graph, facts::InputOf(second, 0));
  const auto axis = facts::SoftmaxAxis(graph, second, opset);
  if (shape == nullptr || !axis || *axis + 1 != static_cast<std::int64_t>(shape->size())) return {};
  const auto size = shape->back().size;
  if (!size || *size < 2) return std::nullopt;
  const double largest = std::exp(pair.first == "Tanh" ? 2.0 : 1.0);
  return largest / (largest + static_cast<double>(*size) - 1);
}

void CheckNode(const facts::Facts& facts, const facts::GraphFlow& flow, ir::NodeId id,
               std::optional<std::int64_t> opset, Sink& sink) {
  const ir::Graph& graph = *flow.graph;
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
  if (!IsSoftmax(node.op_type) && node.op_type != "Sigmoid" && node.op_type != "Tanh" &&
      node.op_type != "Relu") {
    return;
  }
  // Moves keep single numbers what they are; which of them a softmax sums over they may change.
  const ir::ValueId moved = facts::Origin(graph, facts::InputOf(node, 0), facts::Passing::kMoved);
  const ir::Node* first = facts::ProducerOf(graph, moved);
  if (first == nullptr) return;
  const bool both = IsSoftmax(first->op_type) && IsSoftmax(node.op_type);
  if (both &&
      (!SameAxis(graph, *first, node, opset) ||
       facts::Origin(graph, facts::InputOf(node, 0), facts::Passing::kSamePlace) != moved)) {
    return;
  }
  for (const Pair& pair : kPairs) {
    if (!facts::IsOnnx(*first, pair.first) || !facts::IsOnnx(node, pair.second)) continue;
    const bool output = EndsAtOutput(facts, flow, id);
    if (pair.where == Where::kAtOutput && !output) return;
    Finding& finding = sink.Report(facts::NodeLocation(*flow.model, graph, id),
                                   std::string(pair.second) + " is applied to the result of " +
                                       std::string(pair.first) + ": " + std::string(pair.effect));
    finding.label = "second activation";
    finding.help = "keep one of the two: leave " + std::string(pair.first) +
                   " out, so that the layer's own numbers reach " + std::string(pair.second);
    const ir::NodeId at = graph.values[static_cast<std::size_t>(moved)].producer;
    finding.related.push_back(
        {facts::NodeLocation(*flow.model, graph, at), "the first activation"});
    finding.evidence = {{"first", std::string(pair.first)}, {"second", std::string(pair.second)}};
    if (const auto ceiling = Ceiling(graph, pair, node, opset)) {
      finding.evidence.emplace_back("largest_probability", *ceiling);
    }
    if (!output) finding.confidence = Confidence::kMedium;
    return;
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::GraphFlow& flow : facts.flows()) {
    const auto opset = facts::OnnxOpset(*flow.model);
    for (std::size_t n = 0; n < flow.graph->nodes.size(); ++n) {
      const ir::Node& node = flow.graph->nodes[n];
      if (flow.live_nodes[n] && node.inputs.size() == 1) {
        CheckNode(facts, flow, static_cast<ir::NodeId>(n), opset, sink);
      }
    }
  }
}

}  // namespace

extern const Rule kDoubleActivation;
const Rule kDoubleActivation = {
    .id = "M011",
    .name = "double-activation",
    .family = Family::kModel,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "An activation is applied to what another one has already squashed.",
         .what =
             "Reports softmax or sigmoid on the result of softmax, sigmoid on sigmoid or on "
             "log-softmax, and relu on log-softmax anywhere; and, where the second one is an "
             "output of the model, softmax on sigmoid, tanh or relu, sigmoid on relu or tanh, and "
             "tanh on relu. Casts, reshapes and dropout between them are looked through. Pairs "
             "that change nothing, such as softmax of log-softmax or relu of sigmoid, are passed "
             "over, and so are softmaxes over different axes.",
         .why = "The second activation sees numbers from a narrow range and can no longer express "
                "certainty: a softmax over ten sigmoids gives at most 0.23. A relu before it cuts "
                "off what speaks against a class, and its gradient. Training runs, more slowly, "
                "to a worse result.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] y) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
  p = Softmax(logits)
  y = Softmax(p)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] y) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
  y = Softmax(logits)
}
```)",
         .references = ""},
    .check = Check,
};

}  // namespace onnxcheck::rules
