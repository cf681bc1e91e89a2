#include "analyzer/facts/script/logging.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::facts {
namespace {

using ir::script::Value;

constexpr std::array<std::pair<std::string_view, double>, 7> kLevels = {
    {{"DEBUG", kDebugLevel},
     {"INFO", kInfoLevel},
     {"WARNING", kWarningLevel},
     {"WARN", kWarningLevel},
     {"ERROR", kErrorLevel},
     {"CRITICAL", kCriticalLevel},
     {"FATAL", kCriticalLevel}}};

constexpr std::array<std::pair<std::string_view, double>, 8> kMethods = {
    {{"debug", kDebugLevel},
     {"info", kInfoLevel},
     {"warning", kWarningLevel},
     {"warn", kWarningLevel},
     {"error", kErrorLevel},
     {"exception", kErrorLevel},
     {"critical", kCriticalLevel},
     {"fatal", kCriticalLevel}}};

template <std::size_t N>
std::optional<double> Look(const std::array<std::pair<std::string_view, double>, N>& table,
                           std::string_view word) {
  const auto* found = std::find_if(table.begin(), table.end(),
                                   [&](const auto& entry) { return entry.first == word; });
  return found == table.end() ? std::nullopt : std::optional(found->second);
}

bool NamesMetric(const std::string& text) {
  const std::string lower = absl::AsciiStrToLower(text);
  for (const std::string_view word : {"loss", "acc", "metric", "score", "mae", "mse", "f1", "auc",
                                      "perplexity", "bleu", "iou", "error:"}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

std::optional<double> LevelOf(const ir::Script& script, ir::script::ValueId id) {
  const Value& value = script.values[id];
  if (value.kind == Value::Kind::kName && value.text.starts_with("logging."))
    return Look(kLevels, std::string_view(value.text).substr(8));
  if (const std::optional<std::string> text = TextOf(script, id)) return Look(kLevels, *text);
  const std::optional<double> number = NumberOf(script, id);
  return number && *number > 0 ? number : std::nullopt;
}

std::string LevelText(double level) {
  for (const auto& [name, number] : kLevels) {
    if (number == level) return std::string(name);
  }
  return Cat("level ", level);
}

std::optional<std::string> LoggerOf(const ir::Script& script, ir::script::ValueId id) {
  const Value& value = script.values[id];
  if (value.kind == Value::Kind::kName && value.text == "logging.root") return std::string();
  const ir::script::Step* step = MadeBy(script, id);
  if (step == nullptr || !IsCall(*step, {"logging.getLogger"})) return std::nullopt;
  if (step->arguments.empty()) return std::string();
  const ir::script::Argument* name = FindArgument(*step, "name", 0);
  if (name == nullptr) return std::nullopt;
  if (IsNoneValue(script, name->value)) return std::string();
  if (const std::optional<std::string> text = TextOf(script, name->value))
    return *text == "root" ? "" : *text;
  const Value& named = script.values[name->value];
  if (named.kind == Value::Kind::kName) return named.text;  // __name__
  return Cat("#", static_cast<double>(name->value));
}

std::optional<Logged> LoggedBy(const ir::Script& script, const ir::script::Step& step) {
  if (step.kind != ir::script::Step::Kind::kCall) return std::nullopt;
  Logged logged;
  std::string_view method = step.name;
  if (!step.is_method) {
    if (!method.starts_with("logging.")) return std::nullopt;
    method.remove_prefix(8);
    logged.through_module = true;
  } else {
    std::optional<std::string> logger = LoggerOf(script, step.receiver);
    if (!logger) return std::nullopt;
    logged.logger = *std::move(logger);
  }
  std::optional<double> level = Look(kMethods, method);
  if (method == "log") {
    const ir::script::Argument* given = FindArgument(step, "level", 0);
    if (given != nullptr) level = LevelOf(script, given->value);
  }
  if (!level) return std::nullopt;
  logged.level = *level;
  return logged;
}

bool RecordsMetric(const ir::Script& script, const Step& step) {
  bool names = false;
  bool fills = false;
  for (const Argument& argument : step.arguments) {
    const std::optional<std::string> text = TextOf(script, argument.value);
    fills = fills || !text;
    names = names || (text && NamesMetric(*text));
    for (const ValueId part : script.values[argument.value].items) {
      const std::optional<std::string> piece = TextOf(script, part);
      names = names || (piece && NamesMetric(*piece));
    }
  }
  return names && fills;
}

}  // namespace onnxcheck::facts
