#include "parsers/config/command_line.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parsers/config/values.h"

namespace onnxcheck::parsers {
namespace {

// "args[3]"
bool IsArgument(const ir::Entry& entry) {
  return entry.key.starts_with("args[") && entry.key.ends_with(']');
}

// Beside the arguments: what was run, and when.
bool KeepsCommandLine(const ir::Config& config) {
  const auto has = [&](std::string_view key) {
    return std::any_of(config.entries.begin(), config.entries.end(),
                       [&](const ir::Entry& entry) { return entry.key == key; });
  };
  return has("program") && has("startedAt") && has("args[0]");
}

// "--learning-rate" is learning_rate, "-0.5" a number.
bool IsOption(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && (word[1] < '0' || word[1] > '9') && word[1] != '.';
}

bool IsName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '/';
  });
}

void Put(std::string_view name, std::string_view value, const ir::Entry& at,
         std::vector<ir::Entry>* settings) {
  if (!IsName(name)) return;
  ir::Entry entry = at;
  entry.key = name;
  std::replace(entry.key.begin(), entry.key.end(), '-', '_');
  entry.text = value;
  entry.value = PrintedScalar(entry.text);
  settings->push_back(std::move(entry));
}

}  // namespace

void AddCommandLine(ir::Config& config) {
  if (!KeepsCommandLine(config)) return;
  std::vector<ir::Entry> settings;
  const std::vector<ir::Entry>& all = config.entries;
  const auto word = [&](std::size_t i) -> std::string_view {
    if (i >= all.size() || !IsArgument(all[i])) return {};
    const auto* const text = std::get_if<std::string>(&all[i].value);
    return text == nullptr ? std::string_view() : std::string_view(*text);
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string_view option = word(i);
    if (option.empty()) continue;
    const std::size_t equals = option.find('=');
    const bool dashed = IsOption(option);
    const std::size_t front = std::min(option.find_first_not_of(dashed ? "-" : "+"), option.size());
    if (equals != std::string_view::npos && equals > front) {
      Put(option.substr(front, equals - front), option.substr(equals + 1), all[i], &settings);
    } else if (dashed && equals == std::string_view::npos) {
      const std::string_view next = word(i + 1);
      const bool takes =
          !next.empty() && !IsOption(next) && next.find('=') == std::string_view::npos;
      Put(option.substr(front), takes ? next : "true", all[takes ? i + 1 : i], &settings);
      if (takes) ++i;
    }
  }
  std::move(settings.begin(), settings.end(), std::back_inserter(config.entries));
}

}  // namespace onnxcheck::parsers
