#include "analyzer/engine/settings.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace onnxcheck {
namespace {

constexpr int kExact = 1000;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// Whole-path pattern of a glob; what follows a matched folder is covered too.
std::string PatternOf(std::string_view glob) {
  std::string pattern;
  for (std::size_t i = 0; i < glob.size(); ++i) {
    const std::string_view rest = glob.substr(i);
    if (rest.substr(0, 3) == "**/") {
      pattern += "(?:.*/)?";
      i += 2;
    } else if (rest.substr(0, 2) == "**") {
      pattern += ".*";
      ++i;
    } else if (glob[i] == '*') {
      pattern += "[^/]*";
    } else if (glob[i] == '?') {
      pattern += "[^/]";
    } else if (glob[i] == '[') {
      const std::size_t end = glob.find(']', i + 2);
      if (end == std::string_view::npos) {
        pattern += "\\[";
        continue;
      }
      std::string set(glob.substr(i + 1, end - i - 1));
      const bool negated = set[0] == '!' || set[0] == '^';
      pattern += negated ? "[^" : "[";
      for (const char c : negated ? set.substr(1) : set) {
        if (c == '[' || c == '\\' || c == '^') pattern += '\\';
        pattern += c;
      }
      pattern += ']';
      i = end;
    } else {
      pattern += RE2::QuoteMeta(std::string(1, glob[i]));
    }
  }
  return pattern + "(?:/.*)?";
}

// The strongest selector of a list; 0 if none names the rule.
int Strongest(const std::vector<std::string>& selectors, const Rule& rule) {
  int strongest = 0;
  for (const std::string& selector : selectors) {
    strongest = std::max(strongest, MatchStrength(selector, rule.id, rule.name));
  }
  return strongest;
}

}  // namespace

int MatchStrength(std::string_view selector, std::string_view id, std::string_view name) {
  if (selector.empty()) return 0;
  if (absl::EqualsIgnoreCase(View(selector), View(id)) ||
      absl::EqualsIgnoreCase(View(selector), View(name))) {
    return kExact;
  }
  if (absl::EqualsIgnoreCase(View(selector), "ALL")) return 1;
  if (absl::StartsWithIgnoreCase(View(id), View(selector))) {
    return 1 + static_cast<int>(selector.size());
  }
  return 0;
}

bool IsSelected(const Settings& settings, const Rule& rule) {
  const int selected = settings.select.empty() ? 1 : Strongest(settings.select, rule);
  const int ignored = Strongest(settings.ignore, rule);
  return selected > 0 && selected > ignored;
}

bool GlobMatches(std::string_view glob, std::string_view path) {
  while (glob.substr(0, 2) == "./") glob.remove_prefix(2);
  while (path.substr(0, 2) == "./") path.remove_prefix(2);
  while (!glob.empty() && glob.back() == '/') glob.remove_suffix(1);
  if (glob.empty()) return false;
  std::string pattern = PatternOf(glob);
  if (glob.find('/') == std::string_view::npos) pattern = "(?:.*/)?" + pattern;
  // Bytes, not characters: file names need not be UTF-8.
  RE2::Options options(RE2::Latin1);
  options.set_dot_nl(true);
  options.set_log_errors(false);
  const RE2 expression(pattern, options);
  return expression.ok() && RE2::FullMatch(re2::StringPiece(path.data(), path.size()), expression);
}

bool PathMatches(const Settings& settings, std::string_view glob, std::string_view path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path base = settings.base.empty() ? fs::current_path(error) : fs::path(settings.base);
  const fs::path absolute = fs::absolute(fs::path(path), error).lexically_normal();
  const fs::path relative =
      absolute.lexically_relative(fs::absolute(base, error).lexically_normal());
  // What lies outside the base is compared as it was named.
  const std::string seen = relative.empty() || *relative.begin() == ".."
                               ? fs::path(path).lexically_normal().generic_string()
                               : relative.generic_string();
  return GlobMatches(glob, seen);
}

std::vector<double> ParametersOf(const Settings& settings, const Rule& rule) {
  std::vector<double> values;
  for (const Parameter& parameter : rule.parameters) {
    double value = parameter.value;
    for (const ParameterOverride& change : settings.parameters) {
      const bool named = MatchStrength(change.rule, rule.id, rule.name) == kExact;
      if (named && change.parameter == parameter.name) value = change.value;
    }
    values.push_back(value);
  }
  return values;
}

const Rule* FindRule(std::span<const Rule* const> rules, std::string_view id_or_name) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule* rule) {
    return MatchStrength(id_or_name, rule->id, rule->name) == kExact;
  });
  return found == rules.end() ? nullptr : *found;
}

}  // namespace onnxcheck
