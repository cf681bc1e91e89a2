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

}  // namespace onnxcheck
