// rules and explain: what the rules say of themselves.
#include <algorithm>
#include <ostream>
#include <vector>

#include "analyzer/engine/settings.h"
#include "cli/command.h"
#include "cli/did_you_mean.h"
#include "cli/report/json_finding.h"
#include "cli/report/report.h"
#include "cli/rule_page.h"

namespace onnxcheck::cli {
namespace {

Json RuleJson(const Rule& rule) {
  Json json;
  json["id"] = std::string(rule.id);
  json["name"] = std::string(rule.name);
  json["family"] = std::string(FamilyName(rule.family));
  json["severity"] = std::string(SeverityName(rule.severity));
  json["summary"] = std::string(rule.documentation.summary);
  json["replayable"] = rule.replayable;
  json["parameters"] = Json::array();
  for (const Parameter& parameter : rule.parameters) {
    json["parameters"].push_back({{"name", std::string(parameter.name)},
                                  {"default", NumberJson(parameter.value)},
                                  {"meaning", std::string(parameter.meaning)},
                                  {"source", std::string(parameter.source)}});
  }
  return json;
}

}  // namespace

int RulesCommand(const Options& options, std::ostream& out) {
  if (options.format == "json") {
    Json rules = Json::array();
    for (const Rule* rule : AllRules()) rules.push_back(RuleJson(*rule));
    out << Dump(rules) << "\n";
    return kClean;
  }
  std::size_t width = 0;
  for (const Rule* rule : AllRules()) width = std::max(width, rule->name.size());
  for (const Rule* rule : AllRules()) {
    const std::string severity(SeverityName(rule->severity));
    out << rule->id << "  " << rule->name << std::string(width - rule->name.size() + 2, ' ')
        << severity << std::string(9 - severity.size(), ' ') << rule->documentation.summary << "\n";
  }
  return kClean;
}

int ExplainCommand(const Options& options, std::ostream& out) {
  const std::string& name = options.paths[0];
  const Rule* rule = FindRule(AllRules(), name);
  if (rule == nullptr) {
    std::vector<std::string> names;
    for (const Rule* known : AllRules()) {
      names.emplace_back(known->id);
      names.emplace_back(known->name);
    }
    throw UsageError("no rule is called \"" + name + "\"" + DidYouMean(name, names));
  }
  out << RulePage(*rule);
  return kClean;
}

}  // namespace onnxcheck::cli
