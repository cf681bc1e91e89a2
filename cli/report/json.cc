// For programs: docs/schema/report-1.json describes it.
#include <ostream>
#include <utility>

#include "cli/report/json_finding.h"
#include "cli/report/report.h"
#include "cli/version.h"

namespace onnxcheck::cli {
namespace {

constexpr int kSchema = 1;

Json RunJson(const RunReport& run) {
  Json json;
  json["path"] = run.path;
  json["inputs"] = Json::array();
  for (const InputSummary& input : run.inputs) {
    json["inputs"].push_back(
        {{"path", input.path}, {"format", input.format.empty() ? "unknown" : input.format}});
  }
  json["verdict"] = std::string(VerdictName(VerdictOf(run.findings)));
  json["findings"] = Json::array();
  for (const Finding& finding : run.findings) json["findings"].push_back(FindingJson(finding));
  return json;
}

}  // namespace

void ReportJson(const Report& report, const ReportOptions& /*options*/, std::ostream& out) {
  Json json;
  json["schema"] = kSchema;
  json["tool"] = {{"name", "onnxcheck"}, {"version", std::string(Version())}};
  json["runs"] = Json::array();
  for (const RunReport& run : report.runs) json["runs"].push_back(RunJson(run));
  const Totals totals = TotalsOf(report);
  Json& summary = json["summary"];
  summary["runs"] = report.runs.size();
  summary["files"] = totals.files;
  summary["errors"] = totals.errors;
  summary["warnings"] = totals.warnings;
  summary["infos"] = totals.infos;
  summary["suppressed"] = totals.suppressed;
  summary["seconds"] = report.seconds.has_value() ? Json(*report.seconds) : Json(nullptr);
  out << Dump(json) << "\n";
}

}  // namespace onnxcheck::cli
