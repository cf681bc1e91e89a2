// A rule's documentation as it is shown, published and carried in SARIF.
#ifndef ONNXCHECK_CLI_RULE_PAGE_H_
#define ONNXCHECK_CLI_RULE_PAGE_H_

#include <span>
#include <string>
#include <string_view>

#include "analyzer/engine/rule.h"

namespace onnxcheck::cli {

// The catalogue, by id.
std::span<const Rule* const> AllRules();

// "objective", "log", ...
std::string_view FamilyName(Family family);

// The whole page in Markdown: what `explain` prints.
std::string RulePage(const Rule& rule);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_RULE_PAGE_H_
