// parse: one object for a file.
#include <algorithm>
#include <fstream>
#include <ostream>
#include <string>

#include "analyzer/facts/macs.h"
#include "analyzer/facts/training.h"
#include "cli/command.h"
#include "cli/did_you_mean.h"
#include "cli/parsed_json.h"
#include "parsers/load.h"

namespace onnxcheck::cli {
namespace {

// Damage of the file itself: what `check` would call an error of the P rules.
bool IsUnreadable(const ir::Input& input) {
  return std::any_of(input.problems.begin(), input.problems.end(), [](const ir::Problem& problem) {
    return problem.kind == ir::ProblemKind::kUnreadable;
  });
}

}  // namespace

int ParseCommand(const Options& options, std::ostream& out, std::ostream& err) {
  const std::string& path = options.paths[0];
  parsers::InputPath named{path, std::nullopt, true};
  parsers::LoadOptions load;
  load.weights.mode = options.weights.value_or(ir::WeightMode::kAuto);
  if (path.ends_with(".onnx")) named.kind = ir::Kind::kModel;
  const ir::Run run = parsers::LoadRun(path, {named}, load);
  Json json;
  const ir::Input* input = nullptr;
  if (!run.models.empty()) {
    load.weights.mode = ir::WeightMode::kNever;
    load.model.open_sizes_are_one = true;
    const bool open = facts::CountMacs(facts::ReadTraining(run.models[0])).open_sizes;
    const ir::Run closed = open ? parsers::LoadRun(path, {named}, load) : ir::Run();
    json = ModelJson(run.models[0], closed.models.empty() ? nullptr : closed.models.data());
    input = &run.models[0].input;
  } else if (!run.configs.empty() && run.logs.empty()) {
    json = ConfigJson(run.configs[0]);
    input = &run.configs[0].input;
  } else if (!run.scripts.empty()) {
    json = ScriptJson(run.scripts[0]);
    input = &run.scripts[0].input;
  } else if (!run.logs.empty()) {
    json = LogJson(run.logs[0], options.points);
    if (!run.configs.empty()) json["settings"] = ConfigJson(run.configs[0])["fields"];
    input = &run.logs[0].input;
  } else if (!run.others.empty()) {
    json = UnknownJson(run.others[0]);
    input = &run.others[0];
  } else {
    err << "onnxcheck: no parser took the file\n";
    return kFailure;
  }
  const std::string text = Dump(json) + "\n";
  if (options.output_file.empty()) {
    out << text;
  } else {
    std::ofstream file(options.output_file, std::ios::binary);
    file << text;
    file.close();
    if (!file) throw UsageError(options.output_file + ": cannot be written");
  }
  return IsUnreadable(*input) ? kFindings : kClean;
}

}  // namespace onnxcheck::cli
