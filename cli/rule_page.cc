#include "cli/rule_page.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <vector>

#include "cli/report/report.h"
#include "rules/catalogue.h"

namespace onnxcheck::cli {
namespace {

std::string NeedsText(const Rule& rule) {
  const auto names = [](Needs needs) {
    std::vector<std::string> list;
    if ((needs & kModel) != 0) list.emplace_back("a model");
    if ((needs & kConfig) != 0) list.emplace_back("a configuration");
    if ((needs & kLog) != 0) list.emplace_back("a log");
    return list;
  };
  std::vector<std::string> all = names(rule.needs);
  const std::vector<std::string> any = names(rule.needs_any);
  if (!any.empty()) all.push_back(absl::StrJoin(any, " or "));
  return all.empty() ? "nothing in particular" : absl::StrJoin(all, " and ");
}

void AppendSection(std::string& page, std::string_view title, std::string_view body) {
  const absl::string_view text =
      absl::StripAsciiWhitespace(absl::string_view(body.data(), body.size()));
  if (text.empty()) return;
  absl::StrAppend(&page, "\n## ", std::string(title), "\n\n", text, "\n");
}

std::string ParameterTable(const Rule& rule) {
  if (rule.parameters.empty()) return "";
  std::string table = "| name | default | meaning | source |\n|---|---|---|---|\n";
  for (const Parameter& parameter : rule.parameters) {
    absl::StrAppend(&table, "| `", std::string(parameter.name), "` | ",
                    absl::StrFormat("%.10g", parameter.value), " | ",
                    std::string(parameter.meaning), " | ", std::string(parameter.source), " |\n");
  }
  absl::StrAppend(&table, "\nChange one in `onnxcheck.toml`: `[parameters.", std::string(rule.id),
                  "]`, `", std::string(rule.parameters[0].name), " = ...`.\n");
  return table;
}

}  // namespace

std::span<const Rule* const> AllRules() {
  static const std::vector<const Rule*> kRules = [] {
    const auto catalogue = rules::Catalogue();
    std::vector<const Rule*> rules(catalogue.begin(), catalogue.end());
    std::stable_sort(rules.begin(), rules.end(),
                     [](const Rule* a, const Rule* b) { return a->id < b->id; });
    return rules;
  }();
  return kRules;
}

std::string_view FamilyName(Family family) {
  switch (family) {
    case Family::kInput:
      return "input";
    case Family::kModel:
      return "model";
    case Family::kNumerics:
      return "numerics";
    case Family::kWeights:
      return "weights";
    case Family::kObjective:
      return "objective";
    case Family::kConfiguration:
      return "configuration";
    case Family::kData:
      return "data";
    case Family::kLog:
      return "log";
    case Family::kDynamics:
      return "dynamics";
    case Family::kConsistency:
      return "consistency";
    case Family::kScript:
      break;
  }
  return "script";
}

std::string RulePage(const Rule& rule) {
  const Documentation& documentation = rule.documentation;
  std::string page = absl::StrCat("# ", std::string(rule.id), " ", std::string(rule.name), "\n\n",
                                  std::string(documentation.summary),
                                  "\n\nSeverity: ", std::string(SeverityName(rule.severity)),
                                  ". Family: ", std::string(FamilyName(rule.family)), ". Needs ",
                                  NeedsText(rule), ".");
  if (rule.replayable) absl::StrAppend(&page, " `--confirm` can settle it by replay.");
  page += "\n";
  AppendSection(page, "What it does", documentation.what);
  AppendSection(page, "Why it matters", documentation.why);
  AppendSection(page, "Example", documentation.bad);
  AppendSection(page, "Use instead", documentation.good);
  AppendSection(page, "Parameters", ParameterTable(rule));
  AppendSection(page, "References", documentation.references);
  return page;
}

}  // namespace onnxcheck::cli
