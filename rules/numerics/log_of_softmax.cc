#include "analyzer/engine/rule.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/hazard.h"
#include "analyzer/facts/relations.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using facts::Reach;

// What picks probabilities out and leaves them as they are.
bool IsChoice(const ir::Node& node) {
  for (const char* type : {"Gather", "GatherElements", "GatherND", "Slice", "Transpose"}) {
    if (facts::IsOnnx(node, type)) return true;
  }
  return false;
}

const ir::Node* MakerOf(const ir::Graph& graph, ir::ValueId value) {
  for (int step = 0; step < 8; ++step) {
    const ir::Node* node = facts::ProducerOf(graph, facts::UnwrapMoves(graph, value));
    if (node == nullptr || !IsChoice(*node)) return node;
    value = facts::InputOf(*node, 0);
  }
  return nullptr;
}

bool IsSoftmax(const ir::Graph& graph, const ir::Node& node) {
  if (facts::IsOnnx(node, "Softmax")) return true;
  if (!facts::IsOnnx(node, "Div")) return false;
  const ir::Node* exponential =
      facts::ProducerOf(graph, facts::Unwrap(graph, facts::InputOf(node, 0)));
  const ir::Node* sum =
      facts::ProducerOf(graph, facts::UnwrapMoves(graph, facts::InputOf(node, 1)));
  return exponential != nullptr && sum != nullptr && facts::IsOnnx(*exponential, "Exp") &&
         facts::IsOnnx(*sum, "ReduceSum") &&
         facts::SameNumbers(graph, facts::InputOf(*sum, 0), facts::InputOf(node, 0));
}

void Check(const facts::Facts& facts, Sink& sink) {
  std::vector<facts::Hazard> hazards;
  facts::ForEachNode(facts, [&](const auto& ranges, const ir::Graph& graph, ir::NodeId id) {
    const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
    if (!facts::IsOnnx(node, "Log") || facts::IsSelectedAway(graph, node)) return;
    const ir::Node* maker = MakerOf(graph, facts::InputOf(node, 0));
    if (maker == nullptr || !IsSoftmax(graph, *maker)) return;
    facts::Hazard& hazard = hazards.emplace_back();
    hazard.ranges = &ranges;
    hazard.graph = &graph;
    hazard.node = id;
    hazard.reach = Reach::kCertain;
    hazard.message = facts::Cat(
        "the logarithm is taken of a softmax: probabilities that underflow to 0 give -inf");
    hazard.label = "logarithm of a softmax";
    hazard.help =
        "use the LogSoftmax operator on the logits (log_softmax, or the cross-entropy that takes "
        "logits, in the framework)";
  });
  ReportHazards(facts, hazards, sink);
}

}  // namespace

extern const Rule kLogOfSoftmax;
const Rule kLogOfSoftmax = {
    .id = "N008",
    .name = "log-of-softmax",
    .family = Family::kNumerics,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "Log(Softmax(x)) instead of LogSoftmax(x).",
         .what = "Reports a logarithm of a softmax, also one in pieces and behind reshapes, casts "
                 "and the choice of the label's probability. With an epsilon or a Clip between "
                 "them it is left alone.",
         .why = "A probability below 1e-38 (6e-8 in float16) is 0 and its logarithm -inf; the "
                "gradient "
                "is lost well before. LogSoftmax computes x - max - log(sum(exp(x - max))) and is "
                "exact there, for less work.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] logits) => (float[N, 4] y) {
  p = Softmax<axis = 1>(logits)
  y = Log(p)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] logits) => (float[N, 4] y) { y = LogSoftmax<axis = 1>(logits) }
```)",
         .references =
             "ONNX, LogSoftmax: <https://onnx.ai/onnx/operators/onnx__LogSoftmax.html>; "
             "Blanchard, Higham and Higham, IMA Journal of Numerical Analysis 41 (2021)."},
    .check = Check,
};

}  // namespace onnxcheck::rules
