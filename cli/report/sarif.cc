// SARIF 2.1.0, with what GitHub code scanning reads: rules with help, regions,
// fingerprints. It wants a line of every result, so what has none stands at the
// first; a place inside a model is in logicalLocations and in the message.
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <cctype>
#include <ostream>
#include <utility>

#include "cli/report/json_finding.h"
#include "cli/report/report.h"
#include "cli/rule_page.h"
#include "cli/version.h"

namespace onnxcheck::cli {
namespace {

std::string_view LevelOf(Severity severity) {
  return severity == Severity::kInfo ? "note" : SeverityName(severity);
}

// RFC 3986: what is not unreserved is escaped, byte for byte.
std::string UriOf(std::string_view path) {
  while (path.substr(0, 2) == "./") path.remove_prefix(2);
  std::string uri = path.substr(0, 1) == "/" ? "file://" : "";
  for (const unsigned char c : path) {
    if (std::isalnum(c) != 0 ||
        std::string_view("-._~/").find(static_cast<char>(c)) != std::string_view::npos) {
      uri += static_cast<char>(c);
    } else {
      absl::StrAppendFormat(&uri, "%%%02X", c);
    }
  }
  return uri;
}

Json LocationOf(const ir::Location& location, const Snippet* snippet) {
  Json json;
  json["physicalLocation"]["artifactLocation"]["uri"] = UriOf(location.path);
  Json& region = json["physicalLocation"]["region"];
  region["startLine"] = std::max(location.line, 1U);
  if (location.line > 0 && location.column > 0 && snippet != nullptr && !snippet->text.empty()) {
    region["startColumn"] = snippet->utf16_column;
    region["endColumn"] = snippet->utf16_end;
  }
  if (!location.logical.empty()) {
    json["logicalLocations"] = Json::array(
        {{{"fullyQualifiedName", location.logical},
          {"kind", absl::StartsWith(location.logical, "graph") ? "element" : "member"}}});
  }
  return json;
}

// Without a line the reader sees only the file's name: say where in it.
std::string MessageOf(const Finding& finding) {
  std::string text = finding.message;
  if (finding.location.line == 0 && !finding.location.logical.empty()) {
    absl::StrAppend(&text, " (at ", finding.location.logical, ")");
  }
  if (!finding.help.empty()) absl::StrAppend(&text, "\nhelp: ", finding.help);
  return text;
}

Json ResultOf(const Finding& finding, const Snippet& snippet, std::size_t rule_index) {
  Json json;
  json["ruleId"] = std::string(finding.id);
  json["ruleIndex"] = rule_index;
  json["level"] = std::string(LevelOf(finding.severity));
  json["message"]["text"] = MessageOf(finding);
  json["locations"] = Json::array({LocationOf(finding.location, &snippet)});
  if (!finding.related.empty()) {
    json["relatedLocations"] = Json::array();
    for (const Related& related : finding.related) {
      Json place = LocationOf(related.location, nullptr);
      place["id"] = json["relatedLocations"].size();
      place["message"]["text"] = related.message;
      json["relatedLocations"].push_back(std::move(place));
    }
  }
  json["partialFingerprints"]["onnxcheck/v1"] = finding.fingerprint;
  Json& properties = json["properties"];
  properties["confidence"] = std::string(ConfidenceName(finding.confidence));
  properties["evidence"] = EvidenceJson(finding.evidence);
  properties["confirmation"] = ConfirmationJson(finding.confirmation);
  return json;
}

Json RuleOf(const Rule& rule) {
  const std::string page = RulePage(rule);
  Json json;
  json["id"] = std::string(rule.id);
  json["name"] = std::string(rule.name);
  json["shortDescription"]["text"] = std::string(rule.documentation.summary);
  json["fullDescription"]["text"] = std::string(rule.documentation.what);
  json["help"] = {{"text", page}, {"markdown", page}};
  json["defaultConfiguration"]["level"] = std::string(LevelOf(rule.severity));
  json["properties"]["tags"] = Json::array({std::string(FamilyName(rule.family))});
  json["properties"]["problem.severity"] = rule.severity == Severity::kInfo
                                               ? "recommendation"
                                               : std::string(SeverityName(rule.severity));
  return json;
}

}  // namespace

void ReportSarif(const Report& report, const ReportOptions& options, std::ostream& out) {
  Json driver;
  driver["name"] = "onnxcheck";
  driver["version"] = std::string(Version());
  driver["semanticVersion"] = std::string(Version());
  driver["rules"] = Json::array();
  for (const Rule* rule : options.rules) driver["rules"].push_back(RuleOf(*rule));

  Json results = Json::array();
  bool failed = false;
  Json notifications = Json::array();
  for (const RunReport& run : report.runs) {
    for (std::size_t i = 0; i < run.findings.size(); ++i) {
      std::size_t index = 0;
      while (index < options.rules.size() && options.rules[index]->id != run.findings[i].id)
        ++index;
      results.push_back(ResultOf(run.findings[i], run.snippets[i], index));
    }
    for (const RuleFailure& failure : run.failures) {
      failed = true;
      notifications.push_back(
          {{"level", "error"},
           {"message",
            {{"text", absl::StrCat(std::string(failure.rule_id), ": ", failure.message)}}}});
    }
  }
  Json invocation;
  invocation["executionSuccessful"] = !failed;
  if (failed) invocation["toolExecutionNotifications"] = std::move(notifications);

  Json run;
  run["tool"]["driver"] = std::move(driver);
  run["columnKind"] = "utf16CodeUnits";
  run["invocations"] = Json::array({std::move(invocation)});
  run["results"] = std::move(results);
  Json log;
  log["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  log["version"] = "2.1.0";
  log["runs"] = Json::array({std::move(run)});
  out << Dump(log) << "\n";
}

}  // namespace onnxcheck::cli
