// Runs the rules over one run.
#ifndef ONNXCHECK_ANALYZER_ENGINE_CHECK_H_
#define ONNXCHECK_ANALYZER_ENGINE_CHECK_H_

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/rule.h"
#include "analyzer/engine/settings.h"
#include "analyzer/ir/run.h"

namespace onnxcheck {

// Healthy: no error and no warning. Suspicious: warnings only.
enum class Verdict { kHealthy, kSuspicious, kBroken };

// A rule that threw: a defect of onnxcheck. What the others found is kept.
struct RuleFailure {
  std::string_view rule_id;
  std::string message;
};

struct RunFindings {
  std::vector<Finding> findings;  // by path, place, then rule
  std::size_t suppressed = 0;     // by comments, metadata and per-path settings
  std::vector<RuleFailure> failures;
};

// The text at a location of a text file, or nothing: what a fingerprint holds
// on to when lines move. The engine opens no file itself.
using TextAt = std::function<std::string(const ir::Location&)>;

// Runs every selected rule whose needs the run meets. Never throws.
RunFindings CheckRun(const ir::Run& run, std::span<const Rule* const> rules,
                     const Settings& settings, const TextAt& text_at);

// A model that states its own loss or optimizer counts as a configuration, too.
bool NeedsAreMet(const Rule& rule, const facts::Facts& facts);

Verdict VerdictOf(std::span<const Finding> findings);

}  // namespace onnxcheck

#endif  // ONNXCHECK_ANALYZER_ENGINE_CHECK_H_
