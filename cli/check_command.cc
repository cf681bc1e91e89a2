// check: options -> runs -> engine -> replay -> report.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <ostream>
#include <thread>
#include <utility>

#include "cli/check_runs.h"
#include "cli/command.h"
#include "cli/confirm.h"
#include "cli/did_you_mean.h"
#include "cli/report/report.h"
#include "cli/rule_page.h"
#include "cli/settings_file.h"
#include "cli/terminal.h"

namespace onnxcheck::cli {
namespace {

std::string FirstPath(const Options& options) {
  if (!options.paths.empty()) return options.paths[0];
  if (!options.logs.empty()) return options.logs[0];
  return options.configs.empty() ? options.scripts[0] : options.configs[0];
}

// The settings file's, with what the command line says in its place.
Settings SettingsOf(const Options& options, std::ostream& err) {
  Settings settings;
  if (!options.no_config) {
    const std::string file = FindSettingsFile(FirstPath(options));
    if (!file.empty()) settings = ReadSettingsFile(file, AllRules());
    if (!file.empty() && options.verbose) err << "settings: " << Printable(file) << "\n";
  }
  for (const std::string& selector : options.select) {
    RequireSelector(selector, AllRules(), "--select");
  }
  for (const std::string& selector : options.ignore) {
    RequireSelector(selector, AllRules(), "--ignore");
  }
  if (!options.select.empty()) settings.select = options.select;
  if (!options.ignore.empty()) settings.ignore = options.ignore;
  if (options.fail_on.has_value()) settings.fail_on = *options.fail_on;
  if (options.weights.has_value()) settings.weights = *options.weights;
  return settings;
}

// Says what went wrong inside; true if anything did.
bool TellFailures(const CheckedRuns& checked, std::ostream& err) {
  bool failed = false;
  for (const std::string& error : checked.errors) {
    err << "onnxcheck: internal error: " << Printable(error) << "\n";
    failed = true;
  }
  for (const RunReport& run : checked.runs) {
    for (const RuleFailure& failure : run.failures) {
      err << "onnxcheck: internal error in rule " << failure.rule_id << " on "
          << Printable(run.path) << ": " << Printable(failure.message) << "\n";
      failed = true;
    }
  }
  return failed;
}

void TellInputs(const std::vector<RunReport>& runs, std::ostream& err) {
  for (const RunReport& run : runs) {
    err << "run " << Printable(run.path) << "\n";
    for (const InputSummary& input : run.inputs) {
      err << "  " << Printable(input.path) << ": "
          << (input.format.empty() ? "unknown format" : input.format);
      if (input.unread_weights > 0) {
        err << ", " << input.unread_weights << " bytes of weights not read (see --weights)";
      }
      err << "\n";
    }
  }
}

void Write(const Report& report, const Options& options, std::ostream& out) {
  const auto reporters = Reporters();
  const auto reporter = std::find_if(reporters.begin(), reporters.end(),
                                     [&](const auto& it) { return it.name == options.format; });
  ReportOptions report_options;
  report_options.quiet = options.quiet;
  report_options.rules = AllRules();
  if (options.output_file.empty()) {
    report_options.color = UseColor(options.color, out);
    reporter->report(report, report_options, out);
    return;
  }
  std::ofstream file(options.output_file, std::ios::binary);
  report_options.color = options.color == ColorMode::kAlways;
  if (file) reporter->report(report, report_options, file);
  file.close();
  if (!file) throw UsageError(options.output_file + ": cannot be written");
}

bool Fails(const std::vector<RunReport>& runs, Severity threshold) {
  return std::any_of(runs.begin(), runs.end(), [&](const RunReport& run) {
    return std::any_of(run.findings.begin(), run.findings.end(),
                       [&](const Finding& finding) { return finding.severity >= threshold; });
  });
}

}  // namespace

int CheckCommand(const Options& options, std::ostream& out, std::ostream& err) {
  const auto start = std::chrono::steady_clock::now();
  const Settings settings = SettingsOf(options, err);
  const std::vector<RunInputs> inputs =
      Discover(options.paths, {options.logs, options.configs, options.scripts}, settings);
  const unsigned jobs = options.jobs > 0 ? options.jobs : std::thread::hardware_concurrency();
  CheckedRuns checked = CheckRuns(inputs, AllRules(), settings, jobs);
  if (checked.runs.empty() && checked.errors.empty()) {
    err << "onnxcheck: no model, log, configuration or script found\n";
  }
  if (options.verbose) TellInputs(checked.runs, err);

  if (options.confirm) {
    ConfirmOptions confirm;
    confirm.data = options.data;
    confirm.notes = &err;
    confirm.jobs = jobs;
    std::vector<Finding*> findings;
    for (RunReport& run : checked.runs) {
      for (Finding& finding : run.findings) findings.push_back(&finding);
    }
    Confirm(findings, confirm);  // says what is missing
  }
  const bool failed = TellFailures(checked, err);
  Report report;
  report.runs = std::move(checked.runs);
  if (options.verbose) {
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  Write(report, options, out);
  if (failed) return kFailure;
  return !options.exit_zero && Fails(report.runs, settings.fail_on) ? kFindings : kClean;
}

}  // namespace onnxcheck::cli
