// What a reporter gets: every run's findings, and what stands at their places.
#ifndef ONNXCHECK_CLI_REPORT_REPORT_H_
#define ONNXCHECK_CLI_REPORT_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/check.h"
#include "cli/snippet.h"

namespace onnxcheck::cli {

struct InputSummary {
  std::string path;
  std::string format;  // "onnx", "keras-progress", ...; empty: unknown
  // Bytes of a model's weights that were not read; 0: all were.
  std::uint64_t unread_weights = 0;
};

struct RunReport {
  std::string path;
  std::vector<InputSummary> inputs;
  std::vector<Finding> findings;
  std::vector<Snippet> snippets;  // parallel to findings
  std::size_t suppressed = 0;
  std::vector<RuleFailure> failures;
};

struct Report {
  std::vector<RunReport> runs;
  // Absent unless it was asked for: two runs over the same files are to give
  // the same bytes.
  std::optional<double> seconds;
};

struct Totals {
  std::size_t files = 0;
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t infos = 0;
  std::size_t suppressed = 0;
};

Totals TotalsOf(const RunReport& run);
Totals TotalsOf(const Report& report);

struct ReportOptions {
  bool color = false;
  bool quiet = false;  // text: findings only, no summary
  std::span<const Rule* const> rules;
};

// Writes one format. Linear in the report; deterministic.
using Reporter = void (*)(const Report& report, const ReportOptions& options, std::ostream& out);

void ReportText(const Report& report, const ReportOptions& options, std::ostream& out);
void ReportJson(const Report& report, const ReportOptions& options, std::ostream& out);
void ReportJsonLines(const Report& report, const ReportOptions& options, std::ostream& out);
void ReportSarif(const Report& report, const ReportOptions& options, std::ostream& out);
void ReportGithub(const Report& report, const ReportOptions& options, std::ostream& out);

struct NamedReporter {
  std::string_view name;
  Reporter report;
};

// The formats there are: a new one is a file beside this one, and a line in report.cc.
std::span<const NamedReporter> Reporters();

// "error", "warning", "info"; "high", "medium", "low"; "healthy", ...
std::string_view SeverityName(Severity severity);
std::string_view ConfidenceName(Confidence confidence);
std::string_view VerdictName(Verdict verdict);
std::string_view ConfirmationName(ConfirmationStatus status);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_REPORT_REPORT_H_
