#include "analyzer/engine/rule.h"

#include <cstdlib>
#include <utility>

namespace onnxcheck {

Finding& Sink::Report(ir::Location location, std::string message) {
  Finding& finding = findings_.emplace_back();
  finding.id = rule_.id;
  finding.name = rule_.name;
  finding.severity = rule_.severity;
  finding.location = std::move(location);
  finding.message = std::move(message);
  return finding;
}

double Sink::Parameter(std::string_view name) const {
  for (std::size_t i = 0; i < rule_.parameters.size(); ++i) {
    if (rule_.parameters[i].name == name) return parameters_[i];
  }
  std::abort();  // a rule asked for a parameter that it does not declare
}

void ReportProblems(const facts::Facts& facts, ir::ProblemKind kind, Sink& sink) {
  const auto report = [&](const ir::Input& input) {
    for (const ir::Problem& problem : input.problems) {
      if (problem.kind != kind) continue;
      ir::Location location = problem.location;
      if (location.path.empty()) location.path = input.path;
      Finding& finding = sink.Report(std::move(location), problem.message);
      finding.help = problem.help;
    }
  };
  const ir::Run& run = facts.run();
  for (const ir::Model& model : run.models) report(model.input);
  for (const ir::Config& config : run.configs) report(config.input);
  for (const ir::Script& script : run.scripts) report(script.input);
  for (const ir::Log& log : run.logs) report(log.input);
  for (const ir::Input& other : run.others) report(other);
}

}  // namespace onnxcheck
