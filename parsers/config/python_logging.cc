#include "parsers/config/python_logging.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "parsers/config/python_literal.h"
#include "parsers/config/values.h"

namespace onnxcheck::parsers {
namespace {

// More loggers, handlers, or handlers of one logger than this are left out, as are longer names:
// what reaches what takes the product of all three.
constexpr std::size_t kMost = 100;
constexpr std::size_t kMaxNameBytes = 200;

using OptionalText = std::optional<ir::Located<std::string>>;

class Reader {
 public:
  Reader(const Document& document, ir::Config& config) : document_(document), config_(config) {}

  void DictConfig(const Node& section, const std::string& prefix) {
    if (const Node* root = Find(document_, section, "root")) {
      AddLogger(*root, "", prefix + "root");
    }
    if (const Node* loggers = Find(document_, section, "loggers")) {
      for (const std::uint32_t index : loggers->children) {
        const Node& named = document_.nodes[index];
        AddLogger(Resolve(document_, named), named.key, prefix + "loggers." + named.key);
      }
    }
    ReadFormats(section, prefix);
    const Node* handlers = Find(document_, section, "handlers");
    if (handlers == nullptr || handlers->kind != Node::Kind::kMapping) return;
    for (const std::uint32_t index : handlers->children) {
      const Node& named = document_.nodes[index];
      const Node& item = Resolve(document_, named);
      if (item.kind != Node::Kind::kMapping || !IsUsed(named.key)) continue;
      AddHandler(item, named.key, prefix + "handlers." + named.key);
    }
  }

  void FileConfig(const Node& root) {
    for (const std::string& key : Names(root, "loggers", "keys")) {
      const std::string section = "logger_" + key;
      const Node* logger = Find(document_, root, section);
      if (logger == nullptr) continue;
      if (config_.loggers.size() >= kMost) break;
      const OptionalText qualified = Text(*logger, section, "qualname");
      AddLogger(*logger, key == "root" || !qualified ? "" : qualified->value, section);
      for (std::string& name : Names(root, section, "handlers")) Use(std::move(name));
    }
    for (const std::string& key : Names(root, "formatters", "keys")) {
      formats_[key] = Text(root, "", "formatter_" + key + ".format");
    }
    for (const std::string& key : Names(root, "handlers", "keys")) {
      const Node* handler = Find(document_, root, "handler_" + key);
      if (handler == nullptr || !IsUsed(key)) continue;
      AddHandler(*handler, key, "handler_" + key);
      Arguments(*handler, "handler_" + key);
    }
  }

 private:
  OptionalText Located(const Node* node, const std::string& logical) const {
    if (node == nullptr || node->kind != Node::Kind::kScalar) return std::nullopt;
    const std::optional<std::string> text = AsName(node->value);
    if (!text) return std::nullopt;
    ir::Location location = Place(*node, config_.input.path);
    location.logical = logical;
    return ir::Located<std::string>{*text, location};
  }

  OptionalText Text(const Node& section, const std::string& prefix, const std::string& key) const {
    return Located(Find(document_, section, key), prefix.empty() ? key : prefix + "." + key);
  }

  OptionalText Level(const Node& section, const std::string& prefix) const {
    const Node* node = Find(document_, section, "level");
    const auto level = node == nullptr ? std::nullopt : LogLevel(node->value);
    if (!level) return std::nullopt;
    ir::Location location = Place(*node, config_.input.path);
    location.logical = prefix + ".level";
    return ir::Located<std::string>{*level, location};
  }

  // "a, b" below a section of an INI file.
  std::vector<std::string> Names(const Node& root, const std::string& section,
                                 const char* key) const {
    std::vector<std::string> names;
    const Node* node = Find(document_, root, section);
    const OptionalText text = node == nullptr ? std::nullopt : Text(*node, section, key);
    std::string_view rest = text ? std::string_view(text->value) : std::string_view();
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      std::string_view name = rest.substr(0, comma);
      while (!name.empty() && absl::ascii_isspace(static_cast<unsigned char>(name.front())))
        name.remove_prefix(1);
      while (!name.empty() && absl::ascii_isspace(static_cast<unsigned char>(name.back())))
        name.remove_suffix(1);
      if (!name.empty()) names.emplace_back(name);
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    return names;
  }

  void AddLogger(const Node& node, std::string name, const std::string& logical) {
    if (config_.loggers.size() >= kMost || name.size() > kMaxNameBytes) return;
    ir::Logger logger;
    logger.location = Place(node, config_.input.path);
    logger.location.logical = logical;
    logger.name = std::move(name);
    logger.level = Level(node, logical);
    if (const Node* flag = Find(document_, node, "propagate")) {
      const auto number = AsNumber(flag->value);
      logger.propagate = number ? *number != 0 : AsBool(flag->value).value_or(true);
    }
    const Node* list = Find(document_, node, "handlers");
    if (list != nullptr && list->kind == Node::Kind::kSequence) {
      lists_ = true;
      for (const std::uint32_t index : list->children) {
        const auto* text =
            std::get_if<std::string>(&Resolve(document_, document_.nodes[index]).value);
        if (text == nullptr || logger.handlers.size() >= kMost) continue;
        logger.handlers.push_back(*text);
        used_.insert(*text);
      }
    }
    // Of the root, or of the logger named "", which is the same.
    if (logger.name.empty() && logger.level && !config_.log_level) {
      config_.log_level = logger.level;
    }
    config_.loggers.push_back(std::move(logger));
  }

  // A handler of the logger that was added last.
  void Use(std::string name) {
    if (config_.loggers.empty() || config_.loggers.back().handlers.size() >= kMost) return;
    lists_ = true;
    used_.insert(name);
    config_.loggers.back().handlers.push_back(std::move(name));
  }

  bool IsUsed(const std::string& handler) const { return !lists_ || used_.count(handler) > 0; }

  void ReadFormats(const Node& section, const std::string& prefix) {
    const Node* formatters = Find(document_, section, "formatters");
    if (formatters == nullptr) return;
    for (const std::uint32_t index : formatters->children) {
      const Node& named = document_.nodes[index];
      const std::string where = prefix + "formatters." + named.key;
      OptionalText format = Text(named, where, "format");
      if (!format) format = Text(named, where, "fmt");
      formats_[named.key] = std::move(format);
    }
  }

  void AddHandler(const Node& item, const std::string& name, const std::string& logical) {
    if (config_.handlers.size() >= kMost) return;
    ir::LogHandler handler;
    handler.location = Place(item, config_.input.path);
    handler.location.logical = logical;
    handler.name = name;
    handler.type = Text(item, logical, "class");
    if (!handler.type) handler.type = Text(item, logical, "()");
    if (handler.type) {
      handler.rotates = IsRotatingHandler(handler.type->value);
      handler.type->value = HandlerType(handler.type->value);
    }
    handler.path = Text(item, logical, "filename");
    handler.mode = Text(item, logical, "mode");
    handler.level = Level(item, logical);
    const OptionalText formatter = Text(item, logical, "formatter");
    const auto format = formatter ? formats_.find(formatter->value) : formats_.end();
    if (format != formats_.end()) handler.format = format->second;
    if (handler.type || handler.path) config_.handlers.push_back(std::move(handler));
  }

  // fileConfig's args=('run.log', 'w') and kwargs={'filename': 'run.log'}.
  void Arguments(const Node& section, const std::string& logical) {
    if (config_.handlers.empty() || config_.handlers.back().location.logical != logical) return;
    ir::LogHandler& handler = config_.handlers.back();
    const bool file = handler.rotates || (handler.type && handler.type->value == "file");
    const auto take = [&](const Node& node, const char* key, const Document& document,
                          const Node* found, OptionalText& into) {
      const auto* text =
          found == nullptr ? nullptr : std::get_if<std::string>(&Resolve(document, *found).value);
      if (text == nullptr || text->empty()) return;
      into = {*text, Place(node, config_.input.path)};
      into->location.logical = logical + "." + key;
    };
    if (const Node* args = Find(document_, section, "args"); args != nullptr && file) {
      const PythonLiteral list = ReadPythonLiteral(args->text, 0);
      if (!list.document.roots.empty()) {
        const auto& items = list.document.nodes[list.document.roots[0]].children;
        const auto at = [&](std::size_t i) {
          return i < items.size() ? &list.document.nodes[items[i]] : nullptr;
        };
        take(*args, "args", list.document, at(0), handler.path);
        // TimedRotatingFileHandler's second argument is when to rotate.
        const bool mode = !handler.rotates || handler.type->value == "RotatingFileHandler";
        if (mode) take(*args, "args", list.document, at(1), handler.mode);
      }
    }
    if (const Node* named = Find(document_, section, "kwargs"); named != nullptr && file) {
      const PythonLiteral table = ReadPythonLiteral(named->text, 0);
      if (!table.document.roots.empty()) {
        const Node& root = table.document.nodes[table.document.roots[0]];
        take(*named, "kwargs", table.document, Find(table.document, root, "filename"),
             handler.path);
        take(*named, "kwargs", table.document, Find(table.document, root, "mode"), handler.mode);
      }
    }
  }

  const Document& document_;
  ir::Config& config_;
  std::set<std::string> used_;
  bool lists_ = false;  // some logger names its handlers
  std::map<std::string, OptionalText> formats_;
};

}  // namespace

std::string HandlerType(std::string_view written) {
  std::string name = LastComponent(written);
  const std::string word = Canonical(name);
  if (word == "file" || word == "filehandler" || word == "watchedfilehandler") return "file";
  if (word == "console" || word == "stream" || word == "streamhandler" || word == "stdout" ||
      word == "stderr" || word == "richhandler") {
    return "console";
  }
  if (word == "csv" || word == "csvlogger") return "csv";
  if (word == "tensorboard" || word == "tensorboardlogger" || word == "tensorboardcallback") {
    return "tensorboard";
  }
  return name;
}

bool IsRotatingHandler(std::string_view written) {
  return Canonical(LastComponent(written)).find("rotating") != std::string::npos;
}

bool IsDictConfig(const Document& document, const Node& node) {
  const Node* version = Find(document, node, "version");
  if (version == nullptr || AsNumber(version->value) != 1.0) return false;
  const Node* handlers = Find(document, node, "handlers");
  if (handlers != nullptr && handlers->kind == Node::Kind::kMapping) {
    for (const std::uint32_t index : handlers->children) {
      const Node& item = Resolve(document, document.nodes[index]);
      if (Find(document, item, "class") != nullptr || Find(document, item, "()") != nullptr) {
        return true;
      }
    }
  }
  return Find(document, node, "root.level") != nullptr;
}

bool IsFileConfig(const Document& document, const Node& root) {
  return Find(document, root, "loggers.keys") != nullptr &&
         Find(document, root, "handlers.keys") != nullptr &&
         Find(document, root, "logger_root") != nullptr;
}

void FillDictConfig(const Document& document, const Node& section, const std::string& prefix,
                    ir::Config& config) {
  Reader(document, config).DictConfig(section, prefix);
}

void FillFileConfig(const Document& document, const Node& root, ir::Config& config) {
  Reader(document, config).FileConfig(root);
}

}  // namespace onnxcheck::parsers
