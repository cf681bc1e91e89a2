#include "cli/settings_file.h"

#include <absl/strings/str_cat.h>

#include <toml++/toml.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/did_you_mean.h"

namespace onnxcheck::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOwnFile = "onnxcheck.toml";
constexpr const char* kPythonFile = "pyproject.toml";

std::string ReadAll(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw UsageError(file + ": cannot be read");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The table of a pyproject.toml, or the file itself; null if it has none.
const toml::table* OwnTable(const toml::table& root, const std::string& file) {
  if (fs::path(file).filename() != kPythonFile) return &root;
  return root["tool"]["onnxcheck"].as_table();
}

class Reader {
 public:
  Reader(std::string file, std::span<const Rule* const> rules)
      : file_(std::move(file)), rules_(rules) {}

  Settings Read(const toml::table& table) const {
    Settings settings;
    for (const auto& [key, value] : table) {
      const std::string name(key.str());
      if (name == "select") {
        settings.select = Selectors(value, name);
      } else if (name == "ignore") {
        settings.ignore = Selectors(value, name);
      } else if (name == "exclude") {
        settings.exclude = Strings(value, name);
      } else if (name == "fail-on") {
        settings.fail_on = FailOn(value);
      } else if (name == "weights") {
        settings.weights = Weights(value);
      } else if (name == "per-path-ignores") {
        for (const auto& [glob, selectors] : Table(value, name)) {
          settings.per_path_ignores.push_back(
              {std::string(glob.str()), Selectors(selectors, std::string(glob.str()))});
        }
      } else if (name == "parameters") {
        for (const auto& [rule, numbers] : Table(value, name)) {
          ReadParameters(std::string(rule.str()), numbers, settings);
        }
      } else {
        Fail(key.source(),
             absl::StrCat("unknown key \"", name, "\"",
                          DidYouMean(name, {"select", "ignore", "exclude", "fail-on", "weights",
                                            "per-path-ignores", "parameters"})));
      }
    }
    return settings;
  }

 private:
  [[noreturn]] void Fail(const toml::source_region& at, const std::string& message) const {
    throw UsageError(absl::StrCat(file_, ":", at.begin.line, ":", at.begin.column, ": ", message));
  }

  const toml::table& Table(const toml::node& node, const std::string& name) const {
    if (node.as_table() == nullptr) Fail(node.source(), absl::StrCat("\"", name, "\" is a table"));
    return *node.as_table();
  }

  std::vector<std::string> Strings(const toml::node& node, const std::string& name) const {
    std::vector<std::string> strings;
    if (node.as_array() == nullptr) {
      Fail(node.source(), absl::StrCat("\"", name, "\" is a list of strings"));
    }
    for (const toml::node& item : *node.as_array()) {
      const auto text = item.value<std::string>();
      if (!text.has_value()) {
        Fail(item.source(), absl::StrCat("\"", name, "\" is a list of strings"));
      }
      strings.push_back(*text);
    }
    return strings;
  }

  std::vector<std::string> Selectors(const toml::node& node, const std::string& name) const {
    std::vector<std::string> selectors = Strings(node, name);
    for (const std::string& selector : selectors) {
      RequireSelector(selector, rules_,
                      absl::StrCat(file_, ":", node.source().begin.line, ": ", name));
    }
    return selectors;
  }

  Severity FailOn(const toml::node& node) const {
    const std::string text = node.value<std::string>().value_or("");
    if (text == "error") return Severity::kError;
    if (text == "warning") return Severity::kWarning;
    if (text == "info") return Severity::kInfo;
    Fail(node.source(), "\"fail-on\" is \"error\", \"warning\" or \"info\"" +
                            DidYouMean(text, {"error", "warning", "info"}));
  }

  ir::WeightMode Weights(const toml::node& node) const {
    const std::string text = node.value<std::string>().value_or("");
    if (text == "auto") return ir::WeightMode::kAuto;
    if (text == "always") return ir::WeightMode::kAlways;
    if (text == "never") return ir::WeightMode::kNever;
    Fail(node.source(), "\"weights\" is \"auto\", \"always\" or \"never\"" +
                            DidYouMean(text, {"auto", "always", "never"}));
  }

  void ReadParameters(const std::string& name, const toml::node& numbers,
                      Settings& settings) const {
    const Rule* rule = FindRule(rules_, name);
    if (rule == nullptr) {
      std::vector<std::string> names;
      for (const Rule* known : rules_) {
        names.emplace_back(known->id);
        names.emplace_back(known->name);
      }
      Fail(numbers.source(),
           absl::StrCat("no rule is called \"", name, "\"", DidYouMean(name, names)));
    }
    std::vector<std::string> known;
    for (const Parameter& parameter : rule->parameters) known.emplace_back(parameter.name);
    for (const auto& [key, value] : Table(numbers, name)) {
      const std::string parameter(key.str());
      if (std::find(known.begin(), known.end(), parameter) == known.end()) {
        Fail(key.source(), absl::StrCat(name, " has no parameter \"", parameter, "\"",
                                        DidYouMean(parameter, known)));
      }
      const auto number = value.value<double>();
      if (!number.has_value()) {
        Fail(value.source(), absl::StrCat("\"", parameter, "\" is a number"));
      }
      settings.parameters.push_back({name, parameter, *number});
    }
  }

  std::string file_;
  std::span<const Rule* const> rules_;
};

bool HasOwnTable(const fs::path& python_file) {
  try {
    const toml::table root = toml::parse(ReadAll(python_file.string()));
    return OwnTable(root, python_file.string()) != nullptr;
  } catch (const toml::parse_error&) {
    return false;  // broken for everybody: not ours to complain about
  } catch (const UsageError&) {
    return false;
  }
}

}  // namespace

std::string FindSettingsFile(const std::string& path) {
  std::error_code error;
  fs::path folder = fs::absolute(path, error).lexically_normal();
  if (!fs::is_directory(folder, error)) folder = folder.parent_path();
  while (true) {
    if (fs::is_regular_file(folder / kOwnFile, error)) return (folder / kOwnFile).string();
    const fs::path python = folder / kPythonFile;
    if (fs::is_regular_file(python, error) && HasOwnTable(python)) return python.string();
    if (!folder.has_relative_path()) return "";
    folder = folder.parent_path();
  }
}

Settings ReadSettings(std::string_view text, const std::string& file,
                      std::span<const Rule* const> rules) {
  Settings settings;
  try {
    const toml::table root = toml::parse(text);
    const toml::table* table = OwnTable(root, file);
    if (table != nullptr) settings = Reader(file, rules).Read(*table);
  } catch (const toml::parse_error& error) {
    throw UsageError(absl::StrCat(file, ":", error.source().begin.line, ":",
                                  error.source().begin.column, ": ",
                                  std::string(error.description())));
  }
  settings.base = fs::path(file).parent_path().string();
  return settings;
}

Settings ReadSettingsFile(const std::string& file, std::span<const Rule* const> rules) {
  return ReadSettings(ReadAll(file), file, rules);
}

void RequireSelector(const std::string& selector, std::span<const Rule* const> rules,
                     const std::string& where) {
  std::vector<std::string> names = {"ALL"};
  for (const Rule* rule : rules) {
    if (MatchStrength(selector, rule->id, rule->name) > 0) return;
    names.emplace_back(rule->id);
    names.emplace_back(rule->name);
  }
  throw UsageError(
      absl::StrCat(where, ": no rule matches \"", selector, "\"", DidYouMean(selector, names)));
}

}  // namespace onnxcheck::cli
