#include <type_traits>
#include <variant>

#include "cli/parsed_json.h"

namespace onnxcheck::cli {
namespace {

Json ScalarJson(const ir::Scalar& scalar) {
  return std::visit(
      [](const auto& value) -> Json {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<T, double>) {
          return NumberJson(value);
        } else {
          return value;
        }
      },
      scalar);
}

Json ValueJson(bool value) { return value; }
Json ValueJson(double value) { return NumberJson(value); }
Json ValueJson(const std::string& value) { return value; }
Json ValueJson(ir::LabelEncoding value) {
  switch (value) {
    case ir::LabelEncoding::kInteger:
      return "integer";
    case ir::LabelEncoding::kOneHot:
      return "one-hot";
    case ir::LabelEncoding::kBinary:
      return "binary";
    case ir::LabelEncoding::kMultiHot:
      return "multi-hot";
    case ir::LabelEncoding::kContinuous:
      break;
  }
  return "continuous";
}

template <typename T>
void AddField(Json& fields, const char* name, const std::optional<ir::Located<T>>& field) {
  if (!field.has_value()) return;
  fields[name] = {{"value", ValueJson(field->value)}, {"line", field->location.line}};
}

void AddNames(Json& fields, const char* name, const std::vector<ir::Located<std::string>>& names) {
  if (names.empty()) return;
  fields[name] = Json::array();
  for (const auto& it : names) fields[name].push_back(it.value);
}

Json FieldsJson(const ir::Config& config) {
  Json fields = Json::object();
  AddField(fields, "framework", config.framework);
  AddField(fields, "loss", config.loss);
  AddField(fields, "from_logits", config.from_logits);
  AddField(fields, "optimizer", config.optimizer);
  AddField(fields, "learning_rate", config.learning_rate);
  AddField(fields, "momentum", config.momentum);
  AddField(fields, "schedule", config.schedule);
  AddField(fields, "batch_size", config.batch_size);
  AddField(fields, "dataset_size", config.dataset_size);
  AddField(fields, "drop_last", config.drop_last);
  AddField(fields, "epochs", config.epochs);
  AddField(fields, "steps_per_epoch", config.steps_per_epoch);
  AddField(fields, "labels", config.labels);
  AddField(fields, "classes", config.classes);
  AddField(fields, "all_frozen", config.all_frozen);
  AddNames(fields, "frozen", config.frozen);
  AddNames(fields, "metrics", config.metrics);
  AddField(fields, "precision", config.precision);
  AddField(fields, "output_activation", config.output_activation);
  AddField(fields, "output_units", config.output_units);
  AddField(fields, "log_level", config.log_level);
  AddField(fields, "metric_level", config.metric_level);
  return fields;
}

Json HandlerJson(const ir::LogHandler& handler) {
  Json json = Json::object();
  AddField(json, "type", handler.type);
  AddField(json, "path", handler.path);
  AddField(json, "mode", handler.mode);
  AddField(json, "level", handler.level);
  return json;
}

}  // namespace

Json ConfigJson(const ir::Config& config) {
  Json json = UnknownJson(config.input);
  json["fields"] = FieldsJson(config);
  json["handlers"] = Json::array();
  for (const ir::LogHandler& handler : config.handlers) {
    json["handlers"].push_back(HandlerJson(handler));
  }
  json["entries"] = Json::array();
  for (const ir::Entry& entry : config.entries) {
    json["entries"].push_back({{"key", entry.key},
                               {"value", ScalarJson(entry.value)},
                               {"text", entry.text},
                               {"line", entry.location.line},
                               {"column", entry.location.column}});
  }
  return json;
}

}  // namespace onnxcheck::cli
