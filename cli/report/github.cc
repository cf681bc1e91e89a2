// Workflow commands of GitHub Actions: annotations on the lines of a pull request.
#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>

#include <ostream>

#include "cli/report/report.h"
#include "cli/terminal.h"

namespace onnxcheck::cli {
namespace {

// actions/toolkit, packages/core/src/command.ts: escapeData and escapeProperty.
std::string EscapeData(std::string_view text) {
  return absl::StrReplaceAll(absl::string_view(text.data(), text.size()),
                             {{"%", "%25"}, {"\r", "%0D"}, {"\n", "%0A"}});
}

std::string EscapeProperty(std::string_view text) {
  return absl::StrReplaceAll(EscapeData(text), {{":", "%3A"}, {",", "%2C"}});
}

std::string_view CommandOf(Severity severity) {
  return severity == Severity::kInfo ? "notice" : SeverityName(severity);
}

std::string MessageOf(const Finding& finding) {
  std::string text = Printable(finding.message);
  if (finding.location.line == 0 && !finding.location.logical.empty()) {
    absl::StrAppend(&text, " (at ", Printable(finding.location.logical), ")");
  }
  if (!finding.help.empty()) absl::StrAppend(&text, "\nhelp: ", Printable(finding.help));
  return text;
}

}  // namespace

void ReportGithub(const Report& report, const ReportOptions& /*options*/, std::ostream& out) {
  for (const RunReport& run : report.runs) {
    for (const Finding& finding : run.findings) {
      const ir::Location& at = finding.location;
      out << "::" << CommandOf(finding.severity) << " file=" << EscapeProperty(Printable(at.path));
      if (at.line > 0) out << ",line=" << at.line;
      if (at.line > 0 && at.column > 0) out << ",col=" << at.column;
      const std::string title =
          absl::StrCat(std::string(finding.id), " ", std::string(finding.name));
      out << ",title=" << EscapeProperty(title) << "::" << EscapeData(MessageOf(finding)) << "\n";
    }
  }
}

}  // namespace onnxcheck::cli
