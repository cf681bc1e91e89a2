#include "parsers/config/logging.h"

#include <utility>

#include "parsers/config/python_logging.h"
#include "parsers/config/values.h"

namespace onnxcheck::parsers {
namespace {

constexpr std::string_view kSections[] = {"logging",          "log",           "logger",
                                          "training.logging", "train.logging", "trainer.logging"};
constexpr std::string_view kDictConfigs[] = {"logging", "logging_config", "log_config",
                                             "hydra.job_logging", "job_logging"};

using OptionalText = std::optional<ir::Located<std::string>>;

class Reader {
 public:
  Reader(const Document& document, ir::Config& config) : document_(document), config_(config) {}

  void OwnSchema(const Node& section, const std::string& prefix) {
    SetLevel(Named(section, prefix, {"level", "log_level"}), config_.log_level);
    SetLevel(Named(section, prefix, {"metric_level", "metrics_level"}), config_.metric_level);
    const Node* list = Find(document_, section, "handlers");
    if (list != nullptr && list->kind == Node::Kind::kSequence) {
      for (std::size_t i = 0; i < list->children.size(); ++i) {
        const Node& item = Resolve(document_, document_.nodes[list->children[i]]);
        if (item.kind != Node::Kind::kMapping) continue;
        Handler(item, prefix + "handlers[" + std::to_string(i) + "]");
      }
    } else if (list == nullptr && Named(section, prefix, {"filename", "file", "path"})) {
      ir::LogHandler handler = Describe(section, prefix);
      if (!handler.type) handler.type = {"file", handler.path->location};
      handler.level.reset();  // the logger's own
      config_.handlers.push_back(std::move(handler));
    }
  }

 private:
  struct Value {
    const Node* node = nullptr;
    std::string logical;
    explicit operator bool() const { return node != nullptr; }
  };

  Value Named(const Node& section, const std::string& prefix,
              std::initializer_list<const char*> names) {
    for (const char* name : names) {
      const Node* node = Find(document_, section, name);
      if (node != nullptr && node->kind == Node::Kind::kScalar) return {node, prefix + name};
    }
    return {};
  }

  ir::Location Where(const Value& value) const {
    ir::Location location = Place(*value.node, config_.input.path);
    location.logical = value.logical;
    return location;
  }

  OptionalText Text(const Value& value) const {
    if (!value) return std::nullopt;
    const std::optional<std::string> text = AsName(value.node->value);
    if (!text) return std::nullopt;
    return ir::Located<std::string>{*text, Where(value)};
  }

  void SetLevel(const Value& value, OptionalText& into) const {
    if (!value || into) return;
    const std::optional<std::string> level = LogLevel(value.node->value);
    if (level) into = {*level, Where(value)};
  }

  ir::LogHandler Describe(const Node& item, const std::string& prefix) {
    ir::LogHandler handler;
    handler.location = Place(item, config_.input.path);
    handler.type = Text(Named(item, prefix, {"type", "class", "class_name", "_target_"}));
    if (handler.type) {
      handler.rotates = IsRotatingHandler(handler.type->value);
      handler.type->value = HandlerType(handler.type->value);
    }
    handler.format = Text(Named(item, prefix, {"format", "fmt"}));
    handler.path = Text(Named(item, prefix, {"filename", "file", "path"}));
    handler.mode = Text(Named(item, prefix, {"mode", "filemode"}));
    // Keras's CSVLogger says it with a switch.
    if (const Value append = Named(item, prefix, {"append"}); append && !handler.mode) {
      if (const std::optional<bool> flag = AsBool(append.node->value)) {
        handler.mode = {*flag ? "a" : "w", Where(append)};
      }
    }
    SetLevel(Named(item, prefix, {"level"}), handler.level);
    return handler;
  }

  void Handler(const Node& item, const std::string& logical) {
    ir::LogHandler handler = Describe(item, logical + ".");
    handler.location.logical = logical;
    if (!handler.type && !handler.path) return;
    config_.handlers.push_back(std::move(handler));
  }

  const Document& document_;
  ir::Config& config_;
};

}  // namespace

void FillLogging(const Document& document, const Node& root, ir::Config& config) {
  if (IsDictConfig(document, root)) return FillDictConfig(document, root, "", config);
  if (IsFileConfig(document, root)) return FillFileConfig(document, root, config);
  for (const std::string_view path : kDictConfigs) {
    const Node* section = Find(document, root, path);
    if (section != nullptr && IsDictConfig(document, *section)) {
      return FillDictConfig(document, *section, std::string(path) + ".", config);
    }
  }
  Reader reader(document, config);
  for (const std::string_view path : kSections) {
    const Node* section = Find(document, root, path);
    if (section != nullptr && section->kind == Node::Kind::kMapping) {
      reader.OwnSchema(*section, std::string(path) + ".");
    }
  }
  if (config.log_level) return;
  for (const ir::Entry& entry : config.entries) {
    const std::string key = Canonical(entry.key);
    if (key != "log_level" && key != "logging_level" && key != "loglevel" &&
        key != "training.log_level" && key != "train.log_level") {
      continue;
    }
    if (const auto level = LogLevel(entry.value)) config.log_level = {*level, entry.location};
  }
}

}  // namespace onnxcheck::parsers
