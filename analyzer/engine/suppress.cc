#include "analyzer/engine/suppress.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <utility>

#include "analyzer/engine/settings.h"

namespace onnxcheck {

namespace {

struct Entry {
  const ir::Suppression* suppression = nullptr;
  const ir::Input* input = nullptr;
  std::vector<bool> used;  // parallel to suppression->rules
};

void Collect(const ir::Input& input, std::vector<Entry>& entries) {
  for (const ir::Suppression& suppression : input.suppressions) {
    entries.push_back({&suppression, &input, std::vector<bool>(suppression.rules.size())});
  }
}

bool Touches(const Finding& finding, const std::string& path) {
  if (finding.location.path == path) return true;
  return std::any_of(finding.related.begin(), finding.related.end(),
                     [&](const Related& related) { return related.location.path == path; });
}

bool Covers(const Entry& entry, const Finding& finding) {
  if (entry.suppression->line == 0) return Touches(finding, entry.input->path);
  return finding.location.path == entry.input->path &&
         finding.location.line == entry.suppression->line;
}

// Marks every selector that the finding falls under.
bool Suppresses(Entry& entry, const Finding& finding) {
  if (!Covers(entry, finding)) return false;
  bool hit = false;
  for (std::size_t i = 0; i < entry.suppression->rules.size(); ++i) {
    if (MatchStrength(entry.suppression->rules[i], finding.id, finding.name) == 0) continue;
    entry.used[i] = true;
    hit = true;
  }
  return hit;
}

Finding Unused(const Rule& rule, const ir::Suppression& suppression, std::string message,
               std::string help) {
  Finding finding;
  finding.id = rule.id;
  finding.name = rule.name;
  finding.severity = rule.severity;
  finding.location = suppression.location;
  finding.message = std::move(message);
  finding.help = std::move(help);
  return finding;
}

void ReportUnused(const Rule& rule, const Entry& entry, std::span<const Rule* const> known,
                  const std::function<bool(const Rule&)>& has_run, std::vector<Finding>& findings) {
  const ir::Suppression& suppression = *entry.suppression;
  if (suppression.rules.empty()) {
    findings.push_back(Unused(rule, suppression, "suppression names no rule",
                              "name the rules in brackets: onnxcheck: ignore[A001]"));
  }
  for (std::size_t i = 0; i < suppression.rules.size(); ++i) {
    if (entry.used[i]) continue;
    const std::string& selector = suppression.rules[i];
    bool exists = false;
    bool all_ran = true;
    for (const Rule* named : known) {
      if (MatchStrength(selector, named->id, named->name) == 0) continue;
      exists = true;
      all_ran = all_ran && has_run(*named);
    }
    if (!exists) {
      findings.push_back(Unused(rule, suppression,
                                absl::StrCat("suppression of \"", selector, "\", which no rule is"),
                                "`onnxcheck rules` lists ids and names"));
    } else if (all_ran) {
      findings.push_back(Unused(rule, suppression,
                                absl::StrCat("nothing here needs the suppression of ", selector),
                                "remove it"));
    }
  }
}

}  // namespace

std::size_t ApplySuppressions(const ir::Run& run, std::span<const Rule* const> known,
                              const std::function<bool(const Rule&)>& has_run,
                              std::vector<Finding>& findings) {
  std::vector<Entry> entries;
  for (const ir::Model& model : run.models) Collect(model.input, entries);
  for (const ir::Config& config : run.configs) Collect(config.input, entries);
  for (const ir::Script& script : run.scripts) Collect(script.input, entries);
  for (const ir::Log& log : run.logs) Collect(log.input, entries);
  for (const ir::Input& input : run.others) Collect(input, entries);

  const auto suppressed =
      std::stable_partition(findings.begin(), findings.end(), [&](const Finding& finding) {
        bool covered = false;
        for (Entry& entry : entries) covered = Suppresses(entry, finding) || covered;
        return !covered;
      });
  const auto count = static_cast<std::size_t>(findings.end() - suppressed);
  findings.erase(suppressed, findings.end());
  const Rule* rule = FindRule(known, kUnusedSuppressionId);
  if (rule != nullptr && has_run(*rule)) {
    for (const Entry& entry : entries) ReportUnused(*rule, entry, known, has_run, findings);
  }
  return count;
}

}  // namespace onnxcheck
