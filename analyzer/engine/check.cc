#include "analyzer/engine/check.h"

#include <absl/strings/str_format.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "analyzer/engine/suppress.h"

namespace onnxcheck {
namespace {

// A model that holds its own training states what a configuration would. Should reading it fail,
// the rules that ask again are the ones to be named.
bool ModelsStateTraining(const facts::Facts& facts) {
  try {
    return std::any_of(facts.trainings().begin(), facts.trainings().end(),
                       [](const facts::Training& training) {
                         return !training.losses.empty() || training.optimizer.has_value();
                       });
  } catch (...) {
    return false;
  }
}

Needs Available(const facts::Facts& facts) {
  const ir::Run& run = facts.run();
  Needs available = kNothing;
  if (!run.models.empty()) available |= kModel;
  if (!run.configs.empty() || ModelsStateTraining(facts)) available |= kConfig;
  if (!run.logs.empty()) available |= kLog;
  if (!run.scripts.empty()) available |= kScript | kConfig;
  return available;
}

auto Order(const Finding& finding) {
  const ir::Location& at = finding.location;
  return std::tie(at.path, at.line, at.column, at.offset, at.logical, finding.id, finding.message);
}

bool IsPathIgnored(const Settings& settings, const Finding& finding) {
  return std::any_of(
      settings.per_path_ignores.begin(), settings.per_path_ignores.end(),
      [&](const PathIgnore& ignore) {
        const bool named =
            std::any_of(ignore.rules.begin(), ignore.rules.end(), [&](const std::string& selector) {
              return MatchStrength(selector, finding.id, finding.name) > 0;
            });
        return named && PathMatches(settings, ignore.glob, finding.location.path);
      });
}

// FNV-1a, 64 bit: the fingerprint must be the same on every machine and in
// every release, which std::hash and absl::Hash do not promise.
std::uint64_t Hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3;
  return hash;
}

// `findings` are in their final order: equal ones are numbered in it.
void Fingerprint(std::vector<Finding>& findings, const TextAt& text_at) {
  std::map<std::string, int> seen;
  for (Finding& finding : findings) {
    const ir::Location& at = finding.location;
    // A logical place outlives edits above it, except where it counts ("@step=12").
    std::string place = at.line > 0 && text_at ? text_at(at) : "";
    if (place.empty()) place = at.logical;
    const std::string path = std::filesystem::path(at.path).lexically_normal().generic_string();
    std::string key;
    for (const std::string_view part :
         {std::string_view(finding.id), std::string_view(path), std::string_view(place)}) {
      key.append(part).push_back('\0');
    }
    const int number = ++seen[key];
    if (number > 1) key += std::to_string(number);
    finding.fingerprint = absl::StrFormat("%016x", Hash(key));
  }
}

void RunRule(const Rule& rule, const facts::Facts& facts, const Settings& settings,
             RunFindings& result) {
  Sink sink(rule, ParametersOf(settings, rule));
  std::string failure;
  try {
    rule.check(facts, sink);
  } catch (const std::exception& error) {
    failure = error.what();
    if (failure.empty()) failure = "unknown exception";
  } catch (...) {
    failure = "unknown exception";
  }
  if (!failure.empty()) result.failures.push_back({rule.id, std::move(failure)});
  std::vector<Finding> found = sink.Take();
  std::move(found.begin(), found.end(), std::back_inserter(result.findings));
}

}  // namespace

bool NeedsAreMet(const Rule& rule, const facts::Facts& facts) {
  const Needs available = Available(facts);
  return (rule.needs & available) == rule.needs &&
         (rule.needs_any == kNothing || (rule.needs_any & available) != 0);
}

RunFindings CheckRun(const ir::Run& run, std::span<const Rule* const> rules,
                     const Settings& settings, const TextAt& text_at) {
  RunFindings result;
  const facts::Facts facts(run);
  const auto runs = [&](const Rule& rule) {
    return IsSelected(settings, rule) && NeedsAreMet(rule, facts);
  };
  for (const Rule* rule : rules) {
    if (runs(*rule)) RunRule(*rule, facts, settings, result);
  }
  std::vector<Finding>& findings = result.findings;
  result.suppressed = ApplySuppressions(run, rules, runs, findings);

  const auto ignored = std::stable_partition(
      findings.begin(), findings.end(),
      [&](const Finding& finding) { return !IsPathIgnored(settings, finding); });
  result.suppressed += static_cast<std::size_t>(findings.end() - ignored);
  findings.erase(ignored, findings.end());

  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return Order(a) < Order(b); });
  findings.erase(
      std::unique(findings.begin(), findings.end(),
                  [](const Finding& a, const Finding& b) { return Order(a) == Order(b); }),
      findings.end());
  Fingerprint(findings, text_at);
  return result;
}

Verdict VerdictOf(std::span<const Finding> findings) {
  Verdict verdict = Verdict::kHealthy;
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::kError) return Verdict::kBroken;
    if (finding.severity == Severity::kWarning) verdict = Verdict::kSuspicious;
  }
  return verdict;
}

}  // namespace onnxcheck
