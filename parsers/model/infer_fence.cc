#include "parsers/model/infer_fence.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "parsers/model/infer.h"

namespace onnxcheck::parsers {
namespace {

// An axis that no tensor has. ONNX's inference functions narrow some of them to
// int and write to where that points.
bool HasWildAxis(const pb::NodeProto& node) {
  const auto wild = [](std::int64_t axis) { return axis < -kMaxRank || axis > kMaxRank; };
  return std::any_of(node.attribute().begin(), node.attribute().end(),
                     [&](const pb::AttributeProto& attribute) {
                       const std::string& name = attribute.name();
                       if (!absl::StrContains(name, "axis") && !absl::StrContains(name, "axes") &&
                           !absl::StrContains(name, "perm")) {
                         return false;
                       }
                       return wild(attribute.i()) ||
                              std::any_of(attribute.ints().begin(), attribute.ints().end(), wild);
                     });
}

// An Einsum whose equation is not letters, commas, one arrow and one ellipsis a
// term: at anything else, even the space in "ij, jk", the inference function of
// ONNX 1.23 goes round for ever. Spaces mean nothing and are taken out.
bool HasWildEquation(pb::NodeProto* node) {
  if (!IsOnnx(*node) || node->op_type() != "Einsum") return false;
  for (pb::AttributeProto& attribute : *node->mutable_attribute()) {
    if (attribute.name() != "equation") continue;
    std::string* equation = attribute.mutable_s();
    absl::StrReplaceAll({{" ", ""}}, equation);
    const std::vector<std::string> sides = absl::StrSplit(*equation, absl::MaxSplits("->", 1));
    for (const std::string& side : sides) {
      for (const absl::string_view part : absl::StrSplit(side, ',')) {
        std::string term(part);
        const std::size_t ellipsis = term.find("...");
        if (ellipsis != std::string::npos) term.erase(ellipsis, 3);
        if (!std::all_of(term.begin(), term.end(), absl::ascii_isalpha)) return true;
      }
    }
  }
  return false;
}

// A Split that is to have more outputs than it has, or fewer: the inference function makes a list
// of as many lengths as num_outputs says (16 GiB for a node of 40 bytes) and reads one for each
// output.
bool HasWildCount(const pb::NodeProto& node) {
  if (!IsOnnx(node) || node.op_type() != "Split") return false;
  return std::any_of(
      node.attribute().begin(), node.attribute().end(), [&](const pb::AttributeProto& attribute) {
        return attribute.name() == "num_outputs" && attribute.i() != node.output_size();
      });
}

}  // namespace

bool IsOnnx(const pb::NodeProto& node) {
  return node.domain().empty() || node.domain() == "ai.onnx";
}

bool BreaksInference(pb::NodeProto* node) {
  return HasWildAxis(*node) || HasWildEquation(node) || HasWildCount(*node);
}

bool BreaksPropagation(const pb::NodeProto& node, PropagationContext* context) {
  if (!IsOnnx(node) || node.op_type() != "Slice" || node.input_size() < 5) return false;
  constexpr std::int64_t kLargestStep = std::int64_t{1} << 30;
  const pb::TensorShapeProto* steps = context->getInputData(4);
  return steps != nullptr &&
         std::any_of(steps->dim().begin(), steps->dim().end(), [](const auto& step) {
           return step.dim_value() < -kLargestStep || step.dim_value() > kLargestStep;
         });
}

}  // namespace onnxcheck::parsers
