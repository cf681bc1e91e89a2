#include "cli/check_runs.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "parsers/load.h"
#include "parsers/parallel.h"

namespace onnxcheck::cli {
namespace {

std::vector<InputSummary> InputsOf(const ir::Run& run) {
  std::vector<InputSummary> inputs;
  const auto add = [&](const ir::Input& input) { inputs.push_back({input.path, input.format}); };
  for (const ir::Model& model : run.models) {
    add(model.input);
    if (!model.weights.read) inputs.back().unread_weights = model.weights.bytes;
  }
  // The settings that a log states, an event file among them, are no file of their own.
  for (const ir::Config& config : run.configs) {
    const std::string& format = config.input.format;
    if (format != "log-preamble" && format != "tensorboard-hparams") add(config.input);
  }
  for (const ir::Log& log : run.logs) add(log.input);
  for (const ir::Script& script : run.scripts) add(script.input);
  for (const ir::Input& other : run.others) add(other);
  return inputs;
}

// Nothing for a walked folder without any usable input.
std::optional<RunReport> CheckOne(const RunInputs& inputs, std::span<const Rule* const> rules,
                                  const Settings& settings, unsigned threads) {
  parsers::LoadOptions options;
  options.weights.mode = settings.weights;
  options.weights.threads = options.threads = threads;
  const ir::Run run = parsers::LoadRun(inputs.path, inputs.inputs, options);
  RunReport report;
  report.path = inputs.path;
  report.inputs = InputsOf(run);
  if (inputs.walked && report.inputs.empty()) return std::nullopt;
  SourceLines lines;
  RunFindings found = CheckRun(run, rules, settings, [&](const ir::Location& location) {
    return std::string(lines.LineAt(location));
  });
  for (const Finding& finding : found.findings) {
    report.snippets.push_back(SnippetAt(run, finding.location, lines));
  }
  report.findings = std::move(found.findings);
  report.suppressed = found.suppressed;
  report.failures = std::move(found.failures);
  return report;
}

}  // namespace

CheckedRuns CheckRuns(std::span<const RunInputs> runs, std::span<const Rule* const> rules,
                      const Settings& settings, unsigned jobs) {
  std::vector<std::optional<RunReport>> reports(runs.size());
  std::vector<std::string> errors(runs.size());
  const std::size_t wanted = std::min<std::size_t>(std::max(1U, jobs), runs.size());
  // One run alone is read on every thread.
  const auto share = static_cast<unsigned>(std::max(1U, jobs) / std::max<std::size_t>(1, wanted));
  parsers::InParallel(runs.size(), jobs, [&](std::size_t i) {
    try {
      reports[i] = CheckOne(runs[i], rules, settings, share);
    } catch (const std::exception& error) {
      errors[i] = absl::StrCat(runs[i].path, ": ", error.what());
    }
  });

  CheckedRuns checked;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (reports[i].has_value()) checked.runs.push_back(std::move(*reports[i]));
    if (!errors[i].empty()) checked.errors.push_back(std::move(errors[i]));
  }
  return checked;
}

}  // namespace onnxcheck::cli
