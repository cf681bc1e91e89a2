#include "cli/report/report.h"

#include <array>

namespace onnxcheck::cli {

std::span<const NamedReporter> Reporters() {
  static constexpr std::array<NamedReporter, 5> kReporters = {{{"text", ReportText},
                                                               {"json", ReportJson},
                                                               {"jsonl", ReportJsonLines},
                                                               {"sarif", ReportSarif},
                                                               {"github", ReportGithub}}};
  return kReporters;
}

Totals TotalsOf(const RunReport& run) {
  Totals totals;
  totals.files = run.inputs.size();
  totals.suppressed = run.suppressed;
  for (const Finding& finding : run.findings) {
    switch (finding.severity) {
      case Severity::kError:
        ++totals.errors;
        break;
      case Severity::kWarning:
        ++totals.warnings;
        break;
      case Severity::kInfo:
        ++totals.infos;
        break;
    }
  }
  return totals;
}

Totals TotalsOf(const Report& report) {
  Totals sum;
  for (const RunReport& run : report.runs) {
    const Totals totals = TotalsOf(run);
    sum.files += totals.files;
    sum.errors += totals.errors;
    sum.warnings += totals.warnings;
    sum.infos += totals.infos;
    sum.suppressed += totals.suppressed;
  }
  return sum;
}

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kInfo:
      break;
  }
  return "info";
}

std::string_view ConfidenceName(Confidence confidence) {
  switch (confidence) {
    case Confidence::kHigh:
      return "high";
    case Confidence::kMedium:
      return "medium";
    case Confidence::kLow:
      break;
  }
  return "low";
}

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kBroken:
      return "broken";
    case Verdict::kSuspicious:
      return "suspicious";
    case Verdict::kHealthy:
      break;
  }
  return "healthy";
}

std::string_view ConfirmationName(ConfirmationStatus status) {
  switch (status) {
    case ConfirmationStatus::kConfirmed:
      return "confirmed";
    case ConfirmationStatus::kRefuted:
      return "refuted";
    case ConfirmationStatus::kInconclusive:
      return "inconclusive";
    case ConfirmationStatus::kUntested:
      break;
  }
  return "untested";
}

}  // namespace onnxcheck::cli
