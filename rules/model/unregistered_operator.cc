#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/graph_query.h"

namespace onnxcheck::rules {
namespace {

constexpr std::string_view kRuntime = "ONNX Runtime";

// Domains that runtimes, exporters and toolkits document, by their first parts.
constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kVendors = {{
    {"com.microsoft", kRuntime},
    {"ai.onnx.contrib", "onnxruntime-extensions"},
    {"ai.onnx", "ONNX"},
    {"com.ms", kRuntime},
    {"org.pytorch", "PyTorch"},
    {"pkg.onnxscript", "onnxscript"},
    {"pkg.torch", "PyTorch"},
    {"aten", "PyTorch"},
    {"trt.plugins", "TensorRT"},
    {"com.nvidia", "TensorRT"},
    {"org.openvinotoolkit", "OpenVINO"},
    {"com.intel", "Intel"},
    {"com.amd", "AMD"},
    {"com.xilinx", "Vitis AI"},
    {"qti_aisw", "Qualcomm"},
    {"ai.graphcore", "Graphcore"},
    {"mmdeploy", "MMDeploy"},
    {"qonnx", "QONNX"},
}};

std::string_view VendorOf(std::string_view domain) {
  for (const auto& [prefix, vendor] : kVendors) {
    if (domain.substr(0, prefix.size()) != prefix) continue;
    if (domain.size() == prefix.size() || domain[prefix.size()] == '.') return vendor;
  }
  return {};
}

struct Use {
  const ir::Graph* graph = nullptr;
  ir::NodeId node = ir::kNone;
  std::set<std::uint64_t> nodes;  // by their place in the file: a called function counts once
};
using Uses = std::map<std::pair<std::string_view, std::string_view>, Use>;

Uses Collect(const ir::Model& model) {
  Uses uses;
  std::vector<const ir::Graph*> graphs = {&model.graph};
  for (const ir::TrainingInfo& training : model.training) {
    graphs.push_back(&training.initialization);
    graphs.push_back(&training.algorithm);
  }
  for (std::size_t next = 0; next < graphs.size(); ++next) {
    const ir::Graph& graph = *graphs[next];
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      const ir::Node& node = graph.nodes[i];
      if (node.known == ir::Operator::kUnknown) {
        Use& use = uses[{node.domain, node.op_type}];
        if (use.graph == nullptr) {
          use.graph = &graph;
          use.node = static_cast<ir::NodeId>(i);
        }
        use.nodes.insert(node.offset);
      }
      for (const ir::Attribute& attribute : node.attributes) {
        const auto* inner = std::get_if<std::vector<ir::Graph>>(&attribute.value);
        if (inner == nullptr) continue;
        for (const ir::Graph& subgraph : *inner) graphs.push_back(&subgraph);
      }
    }
  }
  return uses;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::Training& training : facts.trainings()) {
    const ir::Model& model = *training.model;
    for (const auto& [key, use] : Collect(model)) {
      const auto& [domain, op_type] = key;
      const std::string_view vendor = VendorOf(domain);
      // The graphs that ONNX Runtime trains with are for it alone.
      if (vendor == kRuntime && training.role != facts::GraphRole::kInference) continue;
      std::string message = std::string(op_type) + " of domain '" + std::string(domain) +
                            "' is described by no schema";
      const std::size_t count = use.nodes.size();
      if (count > 1) message += " (" + std::to_string(count) + " nodes)";
      Finding& finding =
          sink.Report(facts::NodeLocation(model, *use.graph, use.node), std::move(message));
      finding.label = "not checked";
      finding.evidence = {{"nodes", static_cast<std::int64_t>(count)}};
      if (vendor.empty()) {
        finding.help =
            "see that whoever loads the model has this operator; if it stands for others, "
            "add it to the model as a function";
      } else {
        finding.severity = Severity::kInfo;
        finding.help = "the model needs " + std::string(vendor) +
                       "; what this operator does with shapes and values is not known here";
      }
    }
  }
}

}  // namespace

extern const Rule kUnregisteredOperator;
const Rule kUnregisteredOperator = {
    .id = "M003",
    .name = "unregistered-operator",
    .family = Family::kModel,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "An operator is of a domain that no schema describes.",
         .what =
             "Reports operators of domains other than ONNX's that are no function of the model "
             "either, each once with its number of nodes. For domains of known runtimes and "
             "exporters (com.microsoft, ai.onnx.contrib, org.pytorch, ...) it is an info: such a "
             "model is sound, and runs there alone; in the graphs that ONNX Runtime trains with, "
             "its "
             "own operators are nothing to report. An unknown operator in ONNX's own domain "
             "is M001's.",
         .why = "No runtime loads the model unless somebody gives it the operator, and neither the "
                "node nor what comes after it can be checked.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17, "my.lab" : 1]>
net (float[N, 4] x) => (float[N, 4] y) { y = my.lab.FastRelu(x) }
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17, "my.lab" : 1]>
net (float[N, 4] x) => (float[N, 4] y) { y = my.lab.FastRelu(x) }
<domain: "my.lab", opset_import: ["" : 17]>
FastRelu (a) => (b) { b = Relu(a) }
```)",
         .references = "ONNX, Extensibility: <https://onnx.ai/onnx/repo-docs/IR.html>"},
    .check = Check,
};

}  // namespace onnxcheck::rules
