// One finding a line, with the run that it belongs to: for grep, jq and databases.
#include <ostream>

#include "cli/report/json_finding.h"
#include "cli/report/report.h"

namespace onnxcheck::cli {

void ReportJsonLines(const Report& report, const ReportOptions& /*options*/, std::ostream& out) {
  for (const RunReport& run : report.runs) {
    for (const Finding& finding : run.findings) {
      Json json = FindingJson(finding);
      json["run"] = run.path;
      out << Dump(json, -1) << "\n";
    }
  }
}

}  // namespace onnxcheck::cli
