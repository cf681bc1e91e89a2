#include "cli/report/json_finding.h"

#include <cmath>
#include <type_traits>
#include <variant>

#include "cli/report/report.h"

namespace onnxcheck::cli {

Json NumberJson(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

Json EvidenceJson(const Evidence& evidence) {
  Json json = Json::object();
  for (const auto& [name, value] : evidence) {
    json[name] = std::visit(
        [](const auto& it) -> Json {
          if constexpr (std::is_same_v<std::decay_t<decltype(it)>, double>) {
            return NumberJson(it);
          } else {
            return it;
          }
        },
        value);
  }
  return json;
}

Json LocationJson(const ir::Location& location) {
  Json json;
  json["path"] = location.path;
  if (location.line > 0) json["line"] = location.line;
  if (location.line > 0 && location.column > 0) json["column"] = location.column;
  if (location.has_span) {
    json["offset"] = location.offset;
    json["length"] = location.length;
  }
  if (!location.logical.empty()) json["logical"] = location.logical;
  return json;
}

Json ConfirmationJson(const Confirmation& confirmation) {
  Json json;
  json["status"] = std::string(ConfirmationName(confirmation.status));
  if (!confirmation.text.empty()) json["text"] = confirmation.text;
  json.update(EvidenceJson(confirmation.figures));
  const auto curve = [&](const char* name, const std::vector<double>& values) {
    if (values.empty()) return;
    Json points = Json::array();
    for (const double value : values) points.push_back(NumberJson(value));
    json[name] = std::move(points);
  };
  if (!confirmation.curve_steps.empty()) json["curve_steps"] = confirmation.curve_steps;
  curve("baseline_curve", confirmation.baseline_curve);
  curve("changed_curve", confirmation.changed_curve);
  return json;
}

Json FindingJson(const Finding& finding) {
  Json json;
  json["id"] = std::string(finding.id);
  json["name"] = std::string(finding.name);
  json["severity"] = std::string(SeverityName(finding.severity));
  json["message"] = finding.message;
  json["help"] = finding.help;
  json["location"] = LocationJson(finding.location);
  json["related"] = Json::array();
  for (const Related& related : finding.related) {
    json["related"].push_back(
        {{"location", LocationJson(related.location)}, {"message", related.message}});
  }
  json["evidence"] = EvidenceJson(finding.evidence);
  json["confidence"] = std::string(ConfidenceName(finding.confidence));
  json["confirmation"] = ConfirmationJson(finding.confirmation);
  json["fingerprint"] = finding.fingerprint;
  return json;
}

std::string Dump(const Json& json, int indent) {
  return json.dump(indent, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

}  // namespace onnxcheck::cli
