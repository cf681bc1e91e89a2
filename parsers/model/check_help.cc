#include "parsers/model/check_help.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "parsers/closest.h"
#include "parsers/model/schema_table.h"

namespace onnxcheck::parsers {
namespace {

std::string Named(const pb::OpSchema& schema) {
  return absl::StrCat(schema.Name(), " (since opset ", schema.since_version(), ")");
}

std::string Range(int least, int most) {
  if (most == std::numeric_limits<int>::max()) return absl::StrCat("at least ", least);
  return least == most ? absl::StrCat(least) : absl::StrCat(least, " to ", most);
}

// "2 inputs: A, B"; a trailing ? for what may be left out, ... for what may be repeated.
std::string Parameters(const std::vector<pb::OpSchema::FormalParameter>& formal, int least,
                       int most, absl::string_view what) {
  std::vector<std::string> names;
  for (const auto& parameter : formal) {
    const auto option = parameter.GetOption();
    names.push_back(absl::StrCat(parameter.GetName(), option == pb::OpSchema::Optional   ? "?"
                                                      : option == pb::OpSchema::Variadic ? "..."
                                                                                         : ""));
  }
  return absl::StrCat(Range(least, most), " ", what, most == 1 ? "" : "s",
                      names.empty() ? "" : ": ", absl::StrJoin(names, ", "));
}

// What stands in the message between two texts; empty when it is not so.
absl::string_view Between(absl::string_view message, absl::string_view before,
                          absl::string_view after) {
  const std::size_t begin = message.find(before);
  if (begin == absl::string_view::npos) return {};
  message.remove_prefix(begin + before.size());
  return message.substr(0, message.find(after));
}

}  // namespace

std::string HelpFor(const pb::OpSchema& schema, const pb::NodeProto& node,
                    absl::string_view message) {
  const std::string op = Named(schema);
  if (absl::StrContains(message, "input size")) {
    return absl::StrCat(
        op, " takes ",
        Parameters(schema.inputs(), schema.min_input(), schema.max_input(), "input"));
  }
  if (absl::StrContains(message, "output size")) {
    return absl::StrCat(
        op, " gives ",
        Parameters(schema.outputs(), schema.min_output(), schema.max_output(), "output"));
  }
  if (absl::StrContains(message, " input ") || absl::StrContains(message, "'s input")) {
    return absl::StrCat(
        op, " needs its inputs: ",
        Parameters(schema.inputs(), schema.min_input(), schema.max_input(), "input"));
  }
  if (absl::StrContains(message, " output ") || absl::StrContains(message, "'s output")) {
    return absl::StrCat(
        op, " needs its outputs: ",
        Parameters(schema.outputs(), schema.min_output(), schema.max_output(), "output"));
  }
  std::vector<std::string> names;
  for (const auto& [name, attribute] : schema.attributes()) names.push_back(name);
  std::sort(names.begin(), names.end());
  std::string help = absl::StrCat(
      op, " has ", names.empty() ? "no attributes" : "attributes: ", absl::StrJoin(names, ", "));
  const absl::string_view unknown = Between(message, "nrecognized attribute: ", " for operator");
  if (unknown.empty()) return help;
  const pb::OpSchema* newest = FindSchema(schema.Name(), schema.domain());
  if (newest != nullptr && newest->attributes().count(std::string(unknown)) > 0 &&
      newest->since_version() > schema.since_version()) {
    return absl::StrCat("the attribute came with a newer opset than is imported (", schema.Name(),
                        " was last changed in opset ", newest->since_version(), "); ", help);
  }
  const std::string closest = Closest(std::string(unknown), names);
  const bool there = std::any_of(node.attribute().begin(), node.attribute().end(),
                                 [&](const auto& have) { return have.name() == closest; });
  return closest.empty() || there ? help : absl::StrCat("did you mean '", closest, "'? ", help);
}

std::string HelpForUnknown(const pb::NodeProto& node, int version) {
  const std::string domain = node.domain() == "ai.onnx" ? "" : node.domain();
  if (const std::optional<int> first = FirstVersion(node.op_type(), domain)) {
    if (*first > version) {
      return absl::StrCat(node.op_type(), " exists since opset ", *first,
                          ": import that one (the model imports ", version,
                          "), or export for the older opset");
    }
  }
  for (const char* other : {pb::ONNX_DOMAIN, pb::AI_ONNX_ML_DOMAIN}) {
    if (domain != other && FirstVersion(node.op_type(), other)) {
      return absl::StrCat(node.op_type(), " is in domain '", *other == 0 ? "ai.onnx" : other,
                          "': set the node's domain and import it");
    }
  }
  const std::string closest = Closest(node.op_type(), OperatorNames(domain));
  if (closest.empty()) {
    return "check the operator's name, and that the opset imported is the one that has it; an "
           "operator of your own needs a domain of its own";
  }
  return absl::StrCat(
      "did you mean '", closest, "'?",
      absl::EqualsIgnoreCase(closest, node.op_type()) ? " The case of letters matters" : "");
}

std::string HelpForDeprecated(const std::string& op_type) {
  struct Replacement {
    absl::string_view op_type;
    const char* by;
  };
  // As ONNX's Operators-ml.md and Changelog.md name them.
  constexpr Replacement kReplacements[] = {
      {"Upsample", "Resize"},
      {"Scatter", "ScatterElements"},
      {"TreeEnsembleClassifier", "TreeEnsemble"},
      {"TreeEnsembleRegressor", "TreeEnsemble"},
  };
  for (const Replacement& replacement : kReplacements) {
    if (op_type == replacement.op_type) {
      return absl::StrCat("nothing is wrong yet; for a newer opset use ", replacement.by);
    }
  }
  return "nothing is wrong yet; a newer opset needs what replaces it";
}

std::string HelpForTypes(const pb::OpSchema& schema, absl::string_view message) {
  for (const bool input : {true, false}) {
    for (const auto& parameter : input ? schema.inputs() : schema.outputs()) {
      const bool meant = absl::StrContains(message, absl::StrCat(" ", parameter.GetName(), " ")) ||
                         absl::StrContains(message, absl::StrCat("'", parameter.GetName(), "'")) ||
                         absl::StrContains(message, absl::StrCat("(", parameter.GetTypeStr(), ")"));
      if (!meant) continue;
      std::vector<std::string> types;
      for (const auto* type : parameter.GetTypes()) types.push_back(*type);
      std::sort(types.begin(), types.end());
      return absl::StrCat(Named(schema), input ? " takes " : " gives ", parameter.GetName(), " as ",
                          absl::StrJoin(types, ", "));
    }
  }
  return "";
}

}  // namespace onnxcheck::parsers
