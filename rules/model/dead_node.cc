#include <algorithm>
#include <cstdint>
#include <string>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/flow.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/groups.h"

namespace onnxcheck::rules {
namespace {

struct Group {
  std::int64_t nodes = 0;
  bool constants_only = true;
  bool foreign = false;  // an operator that may do something besides its outputs
};

void CheckGraph(const facts::GraphFlow& flow, Sink& sink) {
  const std::vector<ir::Node>& nodes = flow.graph->nodes;
  if (std::find(flow.live_nodes.begin(), flow.live_nodes.end(), false) == flow.live_nodes.end()) {
    return;
  }
  facts::Groups groups(nodes.size());
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (flow.live_nodes[n]) continue;
    for (const ir::ValueId input : nodes[n].inputs) {
      if (input == ir::kNone) continue;
      const ir::NodeId from = flow.graph->values[static_cast<std::size_t>(input)].producer;
      if (from != ir::kNone && !flow.Live(from)) groups.Join(static_cast<std::size_t>(from), n);
    }
  }
  std::vector<Group> found(nodes.size());
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (flow.live_nodes[n]) continue;
    Group& group = found[groups.Of(n)];
    ++group.nodes;
    group.constants_only = group.constants_only && facts::IsOnnx(nodes[n], "Constant");
    group.foreign = group.foreign || nodes[n].outputs.empty() ||
                    (!nodes[n].domain.empty() && !nodes[n].domain.starts_with("ai.onnx"));
  }
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const Group& group = found[n];
    if (group.nodes == 0 || group.constants_only || group.foreign) continue;
    const std::string what = group.nodes == 1 ? "the result of this node reaches no output"
                                              : "the results of this node and " +
                                                    std::to_string(group.nodes - 1) +
                                                    " before it reach no output";
    Finding& finding = sink.Report(
        facts::NodeLocation(*flow.model, *flow.graph, static_cast<ir::NodeId>(n)), what);
    finding.label = "not used";
    finding.help =
        "leave the unused part out of the model, or make its result an output if it was meant "
        "to be one";
    finding.evidence = {{"nodes", group.nodes}};
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::GraphFlow& flow : facts.flows()) {
    if (flow.live && flow.outputs_defined) CheckGraph(flow, sink);
  }
}

}  // namespace

extern const Rule kDeadNode;
const Rule kDeadNode = {
    .id = "M004",
    .name = "dead-node",
    .family = Family::kModel,
    .severity = Severity::kInfo,
    .needs = kModel,
    .documentation =
        {.summary = "A node's result reaches no output of the model.",
         .what = "Reports nodes on whose results no graph output depends, subgraphs included: one "
                 "finding for each connected group, at its last node. Groups of nothing but "
                 "constants are passed over, and so are groups with operators of other domains, "
                 "which may have effects of their own.",
         .why = "A runtime drops these nodes or computes them in vain. Sometimes they are a layer "
                "or a head that was meant to be used: an output forgotten at export, a variable "
                "overwritten before its value was read.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 4] y) {
  h = Tanh(x)
  confidence = Sigmoid(x)
  y = Relu(h)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] x) => (float[N, 4] y, float[N, 4] confidence) {
  h = Tanh(x)
  confidence = Sigmoid(x)
  y = Relu(h)
}
```)",
         .references = ""},
    .check = Check,
};

}  // namespace onnxcheck::rules
