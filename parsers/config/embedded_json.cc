#include "parsers/config/embedded_json.h"

#include <utility>

#include "parsers/config/readers.h"

namespace onnxcheck::parsers {

Document AddEmbeddedJson(std::string_view text, const std::string& member, const std::string& key,
                         ir::Config& config) {
  const std::size_t problems = config.input.problems.size();
  const std::size_t entries = config.entries.size();
  Document document = ReadJson(text, config.input.path, config.input.problems);
  Flatten(document, config.input.path, config);
  const auto relocate = [&](ir::Location& location) {
    std::string logical = member;
    if (!location.logical.empty()) logical += ":" + location.logical;
    location = {};
    location.path = config.input.path;
    location.logical = std::move(logical);
  };
  for (std::size_t i = problems; i < config.input.problems.size(); ++i) {
    ir::Problem& problem = config.input.problems[i];
    problem.message += " (" + member + ":" + std::to_string(problem.location.line) + ":" +
                       std::to_string(problem.location.column) + ")";
    relocate(problem.location);
  }
  for (std::size_t i = entries; i < config.entries.size(); ++i) {
    relocate(config.entries[i].location);
    config.entries[i].key = key + config.entries[i].key;
  }
  return document;
}

}  // namespace onnxcheck::parsers
