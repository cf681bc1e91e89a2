// For people: the form of rustc and ruff.
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "analyzer/facts/text.h"
#include "cli/report/report.h"
#include "cli/terminal.h"

namespace onnxcheck::cli {
namespace {

Style StyleOf(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return Style::kError;
    case Severity::kWarning:
      return Style::kWarning;
    case Severity::kInfo:
      break;
  }
  return Style::kInfo;
}

// "config.yaml:4:7", "model.onnx graph/node[3]:Softmax", "run.log".
std::string Place(const ir::Location& location, const std::string& path) {
  std::string place = Printable(path);
  if (location.line > 0) {
    absl::StrAppend(&place, ":", location.line);
    if (location.column > 0) absl::StrAppend(&place, ":", location.column);
  } else if (!location.logical.empty()) {
    absl::StrAppend(&place, " ", Printable(location.logical));
  } else if (location.has_span) {
    absl::StrAppend(&place, " byte ", location.offset);
  }
  return place;
}

// A related file beside the finding's own is named without its folder.
std::string RelatedPlace(const ir::Location& related, const ir::Location& finding) {
  const std::filesystem::path path(related.path);
  const bool beside = path.parent_path() == std::filesystem::path(finding.path).parent_path();
  return Place(related, beside ? path.filename().string() : related.path);
}

void WriteSnippet(const Snippet& snippet, const Finding& finding, bool color, std::ostream& out) {
  if (snippet.text.empty()) return;
  const std::string number = snippet.line > 0 ? std::to_string(snippet.line) : " ";
  const std::string bar = Paint("|", Style::kFaint, color);
  out << "  " << Paint(number, Style::kFaint, color) << " " << bar << " " << snippet.text << "\n";
  const bool marks = finding.location.column > 0 || snippet.line == 0 || !finding.label.empty();
  if (!marks) return;
  std::string under(snippet.mark_width, '^');
  if (!finding.label.empty()) absl::StrAppend(&under, " ", Printable(finding.label));
  out << "  " << std::string(number.size(), ' ') << " " << bar << " "
      << std::string(snippet.mark, ' ') << Paint(under, StyleOf(finding.severity), color) << "\n";
}

void WriteNote(std::string_view kind, std::string_view text, bool color, std::ostream& out) {
  if (text.empty()) return;
  out << " " << Paint(absl::StrCat(std::string(kind), ":"), Style::kBold, color) << " "
      << Printable(text) << "\n";
}

// At most so many columns of a curve: they and the words before them stay below 80 characters.
constexpr std::size_t kCurvePoints = 6;
constexpr std::size_t kCurveWidth = 8;

// The losses of both runs after the same steps, first and last among them.
void WriteCurves(const Confirmation& confirmation, std::ostream& out) {
  const std::size_t count = confirmation.curve_steps.size();
  if (count == 0) return;
  const std::size_t shown = std::min(count, kCurvePoints);
  const auto row = [&](std::string_view name, const auto& values) {
    out << "       " << name << std::string(15 - name.size(), ' ');
    for (std::size_t i = 0; i < shown; ++i) {
      const std::size_t at = shown == 1 ? 0 : i * (count - 1) / (shown - 1);
      std::string cell = "-";  // stopped before
      if (at < values.size()) cell = facts::Number(static_cast<double>(values[at]));
      out << std::string(kCurveWidth - std::min(cell.size(), kCurveWidth - 1), ' ') << cell;
    }
    out << "\n";
  };
  row("loss at step", confirmation.curve_steps);
  row("as configured", confirmation.baseline_curve);
  row("with the change", confirmation.changed_curve);
}

void WriteFinding(const Finding& finding, const Snippet& snippet, bool color, std::ostream& out) {
  const std::string head =
      absl::StrCat(std::string(SeverityName(finding.severity)), "[", std::string(finding.id), "]");
  out << Paint(head, StyleOf(finding.severity), color)
      << Paint(absl::StrCat(": ", Printable(finding.message)), Style::kBold, color) << "\n";
  out << "  " << Paint("-->", Style::kFaint, color) << " "
      << Place(finding.location, finding.location.path) << "\n";
  WriteSnippet(snippet, finding, color, out);
  for (const Related& related : finding.related) {
    std::string text = related.message;
    if (!related.location.path.empty()) {
      absl::StrAppend(&text, text.empty() ? "" : ": ",
                      RelatedPlace(related.location, finding.location));
    }
    WriteNote("note", text, color, out);
  }
  if (finding.confidence != Confidence::kHigh) {
    WriteNote("note",
              absl::StrCat(std::string(ConfidenceName(finding.confidence)),
                           " confidence: inferred, not stated by the inputs"),
              color, out);
  }
  WriteNote("help", finding.help, color, out);
  if (finding.confirmation.status != ConfirmationStatus::kUntested) {
    const std::string& text = finding.confirmation.text;
    WriteNote("note",
              absl::StrCat(std::string(ConfirmationName(finding.confirmation.status)), " by replay",
                           text.empty() ? "" : ": ", text),
              color, out);
    WriteCurves(finding.confirmation, out);
  }
  out << "\n";
}

std::string Counted(std::size_t count, std::string_view what) {
  return absl::StrCat(count, " ", std::string(what), count == 1 ? "" : "s");
}

// "2 errors, 1 warning"; empty when there is nothing.
std::string CountsText(const Totals& totals) {
  std::vector<std::string> parts;
  if (totals.errors > 0) parts.push_back(Counted(totals.errors, "error"));
  if (totals.warnings > 0) parts.push_back(Counted(totals.warnings, "warning"));
  if (totals.infos > 0) parts.push_back(Counted(totals.infos, "info"));
  return absl::StrJoin(parts, ", ");
}

void WriteRunLines(const Report& report, bool color, std::ostream& out) {
  std::size_t width = 0;
  for (const RunReport& run : report.runs) width = std::max(width, DisplayWidth(run.path));
  for (const RunReport& run : report.runs) {
    const Verdict verdict = VerdictOf(run.findings);
    const Style style = verdict == Verdict::kBroken       ? Style::kError
                        : verdict == Verdict::kSuspicious ? Style::kWarning
                                                          : Style::kGood;
    const std::string name(VerdictName(verdict));
    const std::string counts = CountsText(TotalsOf(run));
    out << Paint(name, style, color) << std::string(12 - name.size(), ' ') << Printable(run.path);
    if (!counts.empty()) {
      out << std::string(width - DisplayWidth(run.path) + 2, ' ') << counts;
    }
    out << "\n";
  }
}

}  // namespace

void ReportText(const Report& report, const ReportOptions& options, std::ostream& out) {
  for (const RunReport& run : report.runs) {
    for (std::size_t i = 0; i < run.findings.size(); ++i) {
      WriteFinding(run.findings[i], run.snippets[i], options.color, out);
    }
  }
  if (options.quiet) return;
  if (report.runs.size() > 1) WriteRunLines(report, options.color, out);
  const Totals totals = TotalsOf(report);
  const std::string counts = CountsText(totals);
  out << "Found " << (counts.empty() ? "nothing wrong" : counts) << " in "
      << Counted(totals.files, "file");
  if (report.runs.size() > 1) out << " of " << Counted(report.runs.size(), "run");
  if (totals.suppressed > 0) out << " (" << totals.suppressed << " suppressed)";
  out << ".\n";
}

}  // namespace onnxcheck::cli
