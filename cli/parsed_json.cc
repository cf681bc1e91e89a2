#include "cli/parsed_json.h"

#include <string_view>

namespace onnxcheck::cli {
namespace {

std::string_view KindName(ir::Kind kind) {
  switch (kind) {
    case ir::Kind::kModel:
      return "model";
    case ir::Kind::kConfig:
      return "config";
    case ir::Kind::kLog:
      return "log";
    case ir::Kind::kScript:
      return "script";
    case ir::Kind::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace

Json UnknownJson(const ir::Input& input) {
  Json json;
  json["path"] = input.path;
  json["kind"] = std::string(KindName(input.kind));
  json["format"] = input.format.empty() ? "unknown" : input.format;
  json["bytes"] = input.bytes;
  json["problems"] = Json::array();
  for (const ir::Problem& problem : input.problems) {
    json["problems"].push_back(
        {{"message", problem.message}, {"location", LocationJson(problem.location)}});
  }
  return json;
}

}  // namespace onnxcheck::cli
