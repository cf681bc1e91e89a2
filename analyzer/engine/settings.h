// What the user asks of the engine: plain data, however it was written down.
#ifndef ONNXCHECK_ANALYZER_ENGINE_SETTINGS_H_
#define ONNXCHECK_ANALYZER_ENGINE_SETTINGS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/rule.h"
#include "analyzer/ir/tensor.h"

namespace onnxcheck {

// A selector names rules: an id ("A001"), the beginning of ids ("A", "C0"), a
// name ("softmax-with-mse"), or "ALL".

struct PathIgnore {
  std::string glob;
  std::vector<std::string> rules;  // selectors
};

struct ParameterOverride {
  std::string rule;  // id or name
  std::string parameter;
  double value = 0;
};

struct Settings {
  std::vector<std::string> select;  // empty: every rule
  std::vector<std::string> ignore;
  Severity fail_on = Severity::kWarning;
  ir::WeightMode weights = ir::WeightMode::kAuto;
  std::vector<PathIgnore> per_path_ignores;
  std::vector<ParameterOverride> parameters;
  std::vector<std::string> exclude;  // globs of what a directory walk passes over
  // The folder that globs are relative to; empty: the working directory.
  std::string base;
};

// How closely the selector names the rule: 0 not at all, 1 "ALL", more the
// longer the prefix; a full id and a name are closest.
int MatchStrength(std::string_view selector, std::string_view id, std::string_view name);

// The closest selector decides; between equally close ones `ignore` wins. So
// "select A001, ignore A" checks A001 alone of its family.
bool IsSelected(const Settings& settings, const Rule& rule);

// `*` and `?` stay within a path component, `**` does not, `[abc]` is a set. A
// glob without a slash is compared with every component of the path, so that
// "old" and "*.bak" match at any depth; a glob that names a folder covers
// what is in it.
bool GlobMatches(std::string_view glob, std::string_view path);

// GlobMatches on the path as seen from settings.base.
bool PathMatches(const Settings& settings, std::string_view glob, std::string_view path);

// Values in force of the rule's parameters, in their order.
std::vector<double> ParametersOf(const Settings& settings, const Rule& rule);

// The rule with this id or name (case does not matter for ids); null for none.
const Rule* FindRule(std::span<const Rule* const> rules, std::string_view id_or_name);

}  // namespace onnxcheck

#endif  // ONNXCHECK_ANALYZER_ENGINE_SETTINGS_H_
