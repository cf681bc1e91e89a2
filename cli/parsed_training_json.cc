#include <cmath>
#include <string>
#include <vector>

#include "analyzer/facts/training.h"
#include "cli/parsed_json.h"

namespace onnxcheck::cli {
namespace {

Json ParametersJson(const std::vector<facts::Parameter>& parameters) {
  Json json = Json::array();
  for (const facts::Parameter& parameter : parameters) {
    json.push_back({{"name", parameter.name},
                    {"elements", parameter.elements ? Json(*parameter.elements) : Json(nullptr)}});
  }
  return json;
}

// JSON has no infinities.
Json NumberJson(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json OptimizerJson(const facts::Optimizer& optimizer) {
  Json json;
  json["name"] = optimizer.name;
  json["operator"] = optimizer.op_type;
  json["place"] = optimizer.location.logical;
  json["learning_rate"] =
      optimizer.learning_rate ? NumberJson(*optimizer.learning_rate) : Json(nullptr);
  json["learning_rate_input"] = optimizer.learning_rate_input;
  json["attributes"] = Json::object();
  for (const auto& [name, value] : optimizer.attributes) {
    json["attributes"][name] = NumberJson(value);
  }
  return json;
}

}  // namespace

Json TrainingJson(const facts::Training& training) {
  if (training.role == facts::GraphRole::kInference) return nullptr;
  Json json;
  json["loss_output"] = training.loss_output.empty() ? Json(nullptr) : Json(training.loss_output);
  json["losses"] = Json::array();
  for (const facts::TrainedLoss& loss : training.losses) {
    json["losses"].push_back({{"name", loss.name},
                              {"reduction", loss.reduction},
                              {"place", loss.location.logical},
                              {"scores", loss.scores_name},
                              {"targets", loss.targets_name}});
  }
  json["trained"] = ParametersJson(training.trained);
  json["frozen"] = ParametersJson(training.frozen);
  json["detached"] = Json::array();
  for (const facts::DetachedParameter& detached : training.detached) {
    json["detached"].push_back(detached.parameter.name);
  }
  json["optimizer"] = training.optimizer ? OptimizerJson(*training.optimizer) : Json(nullptr);
  return json;
}

}  // namespace onnxcheck::cli
