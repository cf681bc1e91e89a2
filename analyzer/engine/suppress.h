// Suppressions written in the inputs themselves, and those that do nothing.
#ifndef ONNXCHECK_ANALYZER_ENGINE_SUPPRESS_H_
#define ONNXCHECK_ANALYZER_ENGINE_SUPPRESS_H_

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "analyzer/engine/rule.h"
#include "analyzer/ir/run.h"

namespace onnxcheck {

// The rule in the catalogue whose findings the engine makes: whether a
// suppression is of use is known only after the other rules have run.
inline constexpr std::string_view kUnusedSuppressionId = "U001";

// Removes the findings that a suppression of the run covers and returns how
// many. A suppression covers findings of its rules in its file: at its line,
// or, when it is for the whole file, wherever the finding or one of its
// related places is in that file. One that is not used is reported at the end
// of `findings`, provided that every rule it names has run (`has_run`), so that
// linting a single file does not call the suppressions of others unused.
// `known` is every rule there is; without U001 among them nothing is reported.
std::size_t ApplySuppressions(const ir::Run& run, std::span<const Rule* const> known,
                              const std::function<bool(const Rule&)>& has_run,
                              std::vector<Finding>& findings);

}  // namespace onnxcheck

#endif  // ONNXCHECK_ANALYZER_ENGINE_SUPPRESS_H_
