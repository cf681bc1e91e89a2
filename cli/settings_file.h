// onnxcheck.toml, or [tool.onnxcheck] of pyproject.toml.
//
//   select = ["ALL"]                 rules to check (ids, beginnings of ids, names)
//   ignore = ["L009"]
//   fail-on = "warning"
//   weights = "auto"                 read the weights of models: auto, always, never
//   exclude = ["**/old/**"]          what a walk through folders passes over
//   [per-path-ignores]
//   "experiments/2019/**" = ["T"]
//   [parameters.C001]                numbers of a rule, see `onnxcheck explain C001`
//   smallest_relative_update = 1e-9
#ifndef ONNXCHECK_CLI_SETTINGS_FILE_H_
#define ONNXCHECK_CLI_SETTINGS_FILE_H_

#include <span>
#include <string>
#include <string_view>

#include "analyzer/engine/settings.h"

namespace onnxcheck::cli {

// The settings file in the folder of `path` or in the nearest one above it;
// empty when there is none. A pyproject.toml without the table does not count.
std::string FindSettingsFile(const std::string& path);

// Throws UsageError, with file and line, for syntax errors, unknown keys,
// rules and parameters (with the one that may have been meant), and values of
// the wrong type.
Settings ReadSettingsFile(const std::string& file, std::span<const Rule* const> rules);

// The same for text; `file` names it in errors, and its folder is the base of globs.
Settings ReadSettings(std::string_view text, const std::string& file,
                      std::span<const Rule* const> rules);

// Throws UsageError when no rule matches the selector; `where` begins the message.
void RequireSelector(const std::string& selector, std::span<const Rule* const> rules,
                     const std::string& where);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_SETTINGS_FILE_H_
