#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>

#include "analyzer/facts/losses.h"
#include "analyzer/facts/parameters.h"
#include "cli/node_text.h"
#include "cli/parsed_json.h"

namespace onnxcheck::cli {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

// Elements of a shape; saturates, as dims come from the file.
std::uint64_t ElementsOf(const ir::Tensor& tensor) {
  std::uint64_t count = 1;
  for (const std::int64_t dim : tensor.dims) {
    if (dim <= 0) return 0;
    const auto size = static_cast<std::uint64_t>(dim);
    count = count > kMost / size ? kMost : count * size;
  }
  return count;
}

Json ValuesJson(const ir::Graph& graph, const std::vector<ir::ValueId>& ids) {
  Json json = Json::array();
  for (const ir::ValueId id : ids) {
    if (id < 0) continue;
    const ir::Value& value = graph.values[static_cast<std::size_t>(id)];
    json.push_back({{"name", value.name}, {"type", TypeText(value.type)}});
  }
  return json;
}

std::string DomainName(const std::string& domain) { return domain.empty() ? "ai.onnx" : domain; }

Json HeadJson(const facts::Head& head) {
  Json json;
  json["output"] = head.name;
  json["activation"] = std::string(facts::ActivationName(head.activation));
  json["place"] = head.location.logical;
  if (head.width.has_value()) json["width"] = *head.width;
  if (head.axis_size.has_value()) json["axis_size"] = *head.axis_size;
  return json;
}

}  // namespace

Json ModelJson(const ir::Model& model) {
  Json json = UnknownJson(model.input);
  json["decoded"] = model.decoded;
  json["ir_version"] = model.ir_version;
  json["producer"] = {{"name", model.producer_name}, {"version", model.producer_version}};
  json["opsets"] = Json::object();
  for (const auto& [domain, version] : model.opset_imports) {
    json["opsets"][DomainName(domain)] = version;
  }
  const ir::Graph& graph = model.graph;
  std::map<std::string, std::uint64_t> operators;
  for (const ir::Node& node : graph.nodes) {
    ++operators[node.domain.empty() ? node.op_type : node.domain + "." + node.op_type];
  }
  std::uint64_t parameters = 0;
  for (const ir::Tensor& tensor : graph.initializers) {
    const std::uint64_t elements = ElementsOf(tensor);
    parameters = parameters > kMost - elements ? kMost : parameters + elements;
  }
  json["graph"] = graph.name;
  json["nodes"] = graph.nodes.size();
  json["initializers"] = graph.initializers.size();
  json["parameters"] = parameters;
  json["trainable_parameters"] = facts::CountParameters(model).trainable;
  json["functions"] = model.functions.size();
  json["training_graphs"] = model.training.size();
  json["operators"] = operators;
  json["inputs"] = ValuesJson(graph, graph.inputs);
  json["outputs"] = ValuesJson(graph, graph.outputs);
  json["heads"] = Json::array();
  for (const facts::Head& head : facts::OutputHeads(model)) json["heads"].push_back(HeadJson(head));
  json["metadata"] = Json::object();
  for (const auto& [key, value] : model.metadata) json["metadata"][key] = value;
  return json;
}

}  // namespace onnxcheck::cli
