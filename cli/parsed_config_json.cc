#include <type_traits>
#include <variant>

#include "analyzer/facts/logging.h"
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
  AddField(fields, "weight_decay", config.weight_decay);
  AddField(fields, "epsilon", config.epsilon);
  AddField(fields, "beta1", config.beta1);
  AddField(fields, "beta2", config.beta2);
  AddField(fields, "schedule", config.schedule);
  AddField(fields, "schedule_steps", config.schedule_steps);
  AddField(fields, "schedule_end", config.schedule_end);
  AddField(fields, "warmup_steps", config.warmup_steps);
  AddField(fields, "warmup_epochs", config.warmup_epochs);
  AddField(fields, "warmup_ratio", config.warmup_ratio);
  AddField(fields, "batch_size", config.batch_size);
  AddField(fields, "dataset_size", config.dataset_size);
  AddField(fields, "drop_last", config.drop_last);
  AddField(fields, "epochs", config.epochs);
  AddField(fields, "steps_per_epoch", config.steps_per_epoch);
  AddField(fields, "max_steps", config.max_steps);
  AddField(fields, "accumulation", config.accumulation);
  AddField(fields, "shuffle_train", config.shuffle_train);
  AddField(fields, "shuffle_validation", config.shuffle_validation);
  AddField(fields, "seed", config.seed);
  AddField(fields, "logging_steps", config.logging_steps);
  AddField(fields, "labels", config.labels);
  AddField(fields, "classes", config.classes);
  AddField(fields, "all_frozen", config.all_frozen);
  AddNames(fields, "frozen", config.frozen);
  AddNames(fields, "metrics", config.metrics);
  AddField(fields, "precision", config.precision);
  AddField(fields, "loss_scale", config.loss_scale);
  if (!config.dropout.empty()) {
    fields["dropout"] = Json::array();
    for (const auto& it : config.dropout) fields["dropout"].push_back(NumberJson(it.value));
  }
  for (const ir::Monitor& monitor : config.monitors) {
    Json one = {{"metric", monitor.metric.value}, {"watcher", monitor.watcher}};
    if (monitor.mode) one["mode"] = monitor.mode->value;
    fields["monitors"].push_back(std::move(one));
  }
  AddField(fields, "output_activation", config.output_activation);
  AddField(fields, "output_units", config.output_units);
  AddField(fields, "log_level", config.log_level);
  AddField(fields, "metric_level", config.metric_level);
  return fields;
}

// What the logging of the configuration does with a record of each level that is issued at a
// logger.
Json LoggersJson(const ir::Config& config) {
  Json loggers = Json::array();
  for (const ir::Logger& logger : config.loggers) {
    Json reached = Json::object();
    for (const ir::Level level : {ir::Level::kDebug, ir::Level::kInfo, ir::Level::kWarning,
                                  ir::Level::kError, ir::Level::kCritical}) {
      Json names = Json::array();
      for (const std::size_t i : facts::HandlersReached(config, logger.name, level)) {
        names.push_back(config.handlers[i].name);
      }
      reached[std::string(facts::LevelName(level))] = std::move(names);
    }
    loggers.push_back(
        {{"name", logger.name}, {"propagate", logger.propagate}, {"reaches", std::move(reached)}});
  }
  return loggers;
}

Json HandlerJson(const ir::LogHandler& handler) {
  Json json = Json::object();
  if (!handler.name.empty()) json["name"] = handler.name;
  AddField(json, "type", handler.type);
  AddField(json, "path", handler.path);
  AddField(json, "mode", handler.mode);
  AddField(json, "level", handler.level);
  AddField(json, "format", handler.format);
  json["rotates"] = handler.rotates;
  return json;
}

}  // namespace

Json ConfigJson(const ir::Config& config) {
  Json json = UnknownJson(config.input);
  if (!config.writer.empty()) json["writer"] = config.writer;
  json["fields"] = FieldsJson(config);
  json["handlers"] = Json::array();
  for (const ir::LogHandler& handler : config.handlers) {
    json["handlers"].push_back(HandlerJson(handler));
  }
  if (!config.loggers.empty()) json["loggers"] = LoggersJson(config);
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
