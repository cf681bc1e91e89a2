#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/layers.h"
#include "analyzer/facts/losses.h"
#include "analyzer/facts/macs.h"
#include "analyzer/facts/objective.h"
#include "analyzer/facts/parameters.h"
#include "analyzer/facts/training.h"
#include "analyzer/ir/path.h"
#include "cli/node_text.h"
#include "cli/parsed_json.h"

namespace onnxcheck::cli {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

void AddTo(std::uint64_t* sum, std::uint64_t more) {
  *sum = *sum > kMost - more ? kMost : *sum + more;
}

std::uint64_t ElementsOf(const ir::Tensor& tensor) {
  return static_cast<std::uint64_t>(facts::ElementCount(tensor).value_or(0));
}

template <typename T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

// Sizes; a symbol or null where there is none. Null when the rank is not known.
Json ShapeJson(const ir::Type& type) {
  if (!type.is_tensor || !type.shape) return nullptr;
  Json json = Json::array();
  for (const ir::Dimension& dimension : *type.shape) {
    if (dimension.size) {
      json.push_back(*dimension.size);
    } else {
      json.push_back(dimension.symbol.empty() ? Json(nullptr) : Json(dimension.symbol));
    }
  }
  return json;
}

Json ValuesJson(const ir::Graph& graph, const std::vector<ir::ValueId>& ids) {
  Json json = Json::array();
  for (const ir::ValueId id : ids) {
    if (id < 0) continue;
    const ir::Value& value = graph.values[static_cast<std::size_t>(id)];
    json.push_back(
        {{"name", value.name}, {"type", TypeText(value.type)}, {"shape", ShapeJson(value.type)}});
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

// Classes that the model's own output stands for; null when it says nothing of the kind.
Json ClassesJson(const facts::Training& training, const std::vector<facts::Head>& heads) {
  const ir::Run run;
  const ir::Config config = facts::TrainingConfig({training});
  const auto counts = facts::ClassCounts(run, config, heads, facts::Objectives(run, config, heads));
  return counts.empty() ? Json(nullptr) : Json(counts.front().count);
}

facts::MacCount MacsOf(const facts::Training& training, const ir::Model* closed) {
  const facts::MacCount open = facts::CountMacs(training);
  if (closed == nullptr) return open;
  facts::MacCount count = facts::CountMacs(facts::ReadTraining(*closed));
  // Sizes that do not fit each other at 1 leave shapes unknown.
  if (count.uncounted > open.uncounted) return open;
  count.open_sizes = true;
  return count;
}

Json TiedJson(const std::vector<facts::Layer>& layers) {
  Json json = Json::array();
  for (const facts::TiedWeight& tied : facts::TiedWeights(layers)) {
    Json places = Json::array();
    for (const facts::Layer* layer : tied.layers) {
      places.push_back(ir::NodePath(*layer->graph, layer->node));
    }
    json.push_back({{"tensor", tied.tensor->name},
                    {"elements", ElementsOf(*tied.tensor)},
                    {"layers", std::move(places)}});
  }
  return json;
}

// Every tensor of the model: initializers and tensors in attributes, subgraphs and functions too.
template <typename Visit>
void ForEachTensor(const ir::Model& model, Visit visit) {
  std::vector<const ir::Graph*> open = {&model.graph};
  for (const ir::Function& function : model.functions) open.push_back(&function.body);
  for (const ir::TrainingInfo& info : model.training) {
    open.push_back(&info.initialization);
    open.push_back(&info.algorithm);
  }
  while (!open.empty()) {
    const ir::Graph& graph = *open.back();
    open.pop_back();
    for (const ir::Tensor& tensor : graph.initializers) visit(tensor);
    for (const ir::Node& node : graph.nodes) {
      for (const ir::Attribute& attribute : node.attributes) {
        if (const auto* one = std::get_if<ir::Tensor>(&attribute.value)) visit(*one);
        if (const auto* list = std::get_if<std::vector<ir::Tensor>>(&attribute.value)) {
          for (const ir::Tensor& tensor : *list) visit(tensor);
        }
        if (const auto* inner = std::get_if<std::vector<ir::Graph>>(&attribute.value)) {
          for (const ir::Graph& body : *inner) open.push_back(&body);
        }
      }
    }
  }
}

struct Amount {
  std::uint64_t tensors = 0;
  std::uint64_t size = 0;  // elements or bytes
};

void AddTensors(const ir::Model& model, Json* json) {
  std::map<std::string, Amount> types;
  std::map<std::string, Amount> files;
  Amount read;
  std::uint64_t nonfinite = 0;
  std::uint64_t zeros = 0;
  std::optional<double> least;
  std::optional<double> greatest;
  ForEachTensor(model, [&](const ir::Tensor& tensor) {
    Amount& type = types[ElementName(tensor.element)];
    ++type.tensors;
    AddTo(&type.size, ElementsOf(tensor));
    if (tensor.payload.encoding == ir::PayloadEncoding::kExternal) {
      Amount& file = files[tensor.payload.file];
      ++file.tensors;
      AddTo(&file.size, tensor.payload.length);
    }
    if (tensor.statistics == nullptr) return;
    const ir::TensorStatistics& statistics = *tensor.statistics;
    ++read.tensors;
    AddTo(&read.size, statistics.count);
    AddTo(&nonfinite, statistics.nan);
    AddTo(&nonfinite, statistics.infinite);
    AddTo(&zeros, statistics.zeros);
    if (statistics.count > statistics.nan + statistics.infinite) {
      least = std::min(least.value_or(statistics.min), statistics.min);
      greatest = std::max(greatest.value_or(statistics.max), statistics.max);
    }
  });
  (*json)["data_types"] = Json::object();
  for (const auto& [name, amount] : types) {
    (*json)["data_types"][name] = {{"tensors", amount.tensors}, {"elements", amount.size}};
  }
  (*json)["external_data"] = Json::array();
  for (const auto& [name, amount] : files) {
    (*json)["external_data"].push_back(
        {{"file", name}, {"tensors", amount.tensors}, {"bytes", amount.size}});
  }
  (*json)["statistics"] = nullptr;
  if (read.tensors == 0) return;
  (*json)["statistics"] = {{"tensors", read.tensors}, {"elements", read.size},
                           {"nonfinite", nonfinite},  {"zeros", zeros},
                           {"min", OrNull(least)},    {"max", OrNull(greatest)}};
}

Json FunctionsJson(const ir::Model& model) {
  Json json = Json::array();
  for (const ir::Function& function : model.functions) {
    json.push_back({{"domain", function.domain},
                    {"name", function.name},
                    {"nodes", function.body.nodes.size()}});
  }
  return json;
}

}  // namespace

Json ModelJson(const ir::Model& model, const ir::Model* closed) {
  Json json = UnknownJson(model.input);
  json["schema"] = 1;
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
  for (const ir::Tensor& tensor : graph.initializers) AddTo(&parameters, ElementsOf(tensor));
  const facts::Training training = facts::ReadTraining(model);
  const std::vector<facts::Layer> layers = facts::Layers(model);
  const facts::ParameterCount count = facts::CountParameters(training, layers);
  const facts::MacCount macs = MacsOf(training, closed);
  json["graph"] = graph.name;
  json["role"] = std::string(facts::RoleName(training.role));
  json["nodes"] = graph.nodes.size();
  json["initializers"] = graph.initializers.size();
  json["parameters"] = parameters;
  json["trainable_parameters"] = count.trainable;
  json["non_trainable_parameters"] = count.not_trainable;
  json["macs"] = {{"total", macs.total},
                  {"uncounted_nodes", macs.uncounted},
                  {"open_sizes", macs.open_sizes},
                  {"repeated_bodies", macs.repeated}};
  json["functions"] = model.functions.size();
  json["local_functions"] = FunctionsJson(model);
  json["training_graphs"] = model.training.size();
  json["operators"] = operators;
  json["inputs"] = ValuesJson(graph, graph.inputs);
  json["outputs"] = ValuesJson(graph, graph.outputs);
  const std::vector<facts::Head> heads = facts::OutputHeads(training);
  json["heads"] = Json::array();
  for (const facts::Head& head : heads) json["heads"].push_back(HeadJson(head));
  json["classes"] = ClassesJson(training, heads);
  json["tied_weights"] = TiedJson(layers);
  json["training"] = TrainingJson(training);
  AddTensors(model, &json);
  json["metadata"] = Json::object();
  for (const auto& [key, value] : model.metadata) json["metadata"][key] = value;
  return json;
}

}  // namespace onnxcheck::cli
