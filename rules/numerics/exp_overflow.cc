#include <algorithm>
#include <cmath>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/hazard.h"
#include "analyzer/facts/relations.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using facts::Reach;

constexpr std::size_t kFollowed = 16;  // values that an exponential is followed to

bool Holds(const std::vector<ir::ValueId>& values, ir::ValueId value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool IsSumOrMove(const ir::Node& node) {
  for (const char* type : {"ReduceSum", "ReduceMean", "Add", "Sub", "Sum", "Identity", "Cast",
                           "Unsqueeze", "Squeeze", "Reshape", "Expand"}) {
    if (facts::IsOnnx(node, type)) return true;
  }
  return false;
}

// What an infinite exponential does: "" where it may well be harmless, as in
// 1 / (1 + exp(-x)).
enum class Use { kOther, kRatio, kLogarithm };

// Looks at what is made of the exponential by sums and moves alone.
Use UseOf(const ir::Graph& graph, ir::ValueId exponential) {
  std::vector<ir::ValueId> reached = {exponential};
  Use use = Use::kOther;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    const auto& consumers = graph.values[static_cast<std::size_t>(reached[i])].consumers;
    for (std::size_t c = 0; c < std::min(consumers.size(), kFollowed); ++c) {
      const ir::Node& node = graph.nodes[static_cast<std::size_t>(consumers[c])];
      const ir::ValueId output = facts::OutputOf(node, 0);
      if (facts::IsOnnx(node, "Log")) use = Use::kLogarithm;
      if (output != ir::kNone && IsSumOrMove(node) && reached.size() < kFollowed &&
          !Holds(reached, output)) {
        reached.push_back(output);
      }
    }
  }
  for (const ir::ValueId value : reached) {
    const auto& consumers = graph.values[static_cast<std::size_t>(value)].consumers;
    for (std::size_t c = 0; c < std::min(consumers.size(), kFollowed); ++c) {
      const ir::Node& node = graph.nodes[static_cast<std::size_t>(consumers[c])];
      if (facts::IsOnnx(node, "Div") && Holds(reached, facts::InputOf(node, 0)) &&
          Holds(reached, facts::InputOf(node, 1))) {
        return Use::kRatio;
      }
    }
  }
  return use;
}

facts::Hazard Examine(const facts::Ranges& ranges, const ir::Graph& graph, ir::NodeId id) {
  facts::Hazard hazard{.ranges = &ranges, .graph = &graph, .node = id};
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
  if (!facts::IsOnnx(node, "Exp") || facts::IsSelectedAway(graph, node)) return hazard;
  const ir::ValueId operand = facts::InputOf(node, 0);
  const ir::ValueId output = facts::OutputOf(node, 0);
  if (operand == ir::kNone || output == ir::kNone) return hazard;
  const facts::Range& range = ranges.Of(graph, operand);
  const ir::ElementType type = graph.values[static_cast<std::size_t>(operand)].type.element;
  if (range.unknown || !facts::IsFloatingType(type)) return hazard;
  const double limit = std::log(facts::LargestOfType(type));
  if (range.proved.high <= limit) return hazard;
  const Use use = UseOf(graph, output);
  const bool met = range.high == facts::Bound::kReached && std::isfinite(range.proved.high);
  if (range.proved.low > limit || met) {
    hazard.reach = Reach::kCertain;
  } else if (use != Use::kOther) {
    hazard.reach = Reach::kLikely;
  } else if (range.assumed.high > limit) {
    hazard.reach = Reach::kAssumed;
  } else {
    return hazard;
  }
  const std::string name = graph.values[static_cast<std::size_t>(operand)].name;
  const std::string bound = facts::Number(std::floor(limit * 100) / 100);
  if (use == Use::kRatio && hazard.reach == Reach::kLikely) {
    hazard.message = facts::Cat("exponentials of \"", name,
                                "\" are divided by each other without taking its maximum off: "
                                "inf / inf is NaN above ",
                                bound);
    hazard.help =
        "use the Softmax operator (Tanh or Sigmoid, where that is meant), or subtract "
        "ReduceMax of the operand over the same axis before the Exp";
  } else if (use == Use::kLogarithm && hazard.reach == Reach::kLikely) {
    hazard.message = facts::Cat("the logarithm of a sum takes exponentials of \"", name,
                                "\" as they are: inf above ", bound);
    hazard.help =
        "use ReduceLogSumExp (Softplus for log(1 + exp(x)), LogSoftmax for x - log(sum)), "
        "or subtract the maximum before the Exp and add it after the Log";
  } else {
    hazard.message = facts::Cat("the exponential is taken of \"", name, "\", which lies in ",
                                facts::Show(facts::Telling(range, hazard.reach)),
                                " and overflows above ", bound);
    hazard.help =
        facts::Cat("bound the operand with Clip (max = ", facts::Number(std::floor(limit)),
                   " or less) before the Exp");
  }
  hazard.label = "exponential overflows";
  return hazard;
}

void Check(const facts::Facts& facts, Sink& sink) {
  std::vector<facts::Hazard> hazards;
  facts::ForEachNode(facts, [&](const auto& ranges, const ir::Graph& graph, ir::NodeId node) {
    facts::Hazard hazard = Examine(ranges, graph, node);
    if (hazard.reach != Reach::kNone) hazards.push_back(std::move(hazard));
  });
  ReportHazards(facts, hazards, sink);
}

}  // namespace

extern const Rule kExpOverflow;
const Rule kExpOverflow = {
    .id = "N004",
    .name = "exp-overflow",
    .family = Family::kNumerics,
    .severity = Severity::kWarning,
    .needs = kModel,
    .documentation =
        {.summary = "An exponential overflows: a softmax without its maximum taken off, and the "
                    "like.",
         .what =
             "Reports an Exp whose result is divided by a sum of itself (a softmax or tanh in "
             "pieces) or goes into a logarithm (log-sum-exp, softplus in pieces) while its operand "
             "has no bound below the type's limit: 88.72 for float, 11.09 for float16. Reports an "
             "Exp whose operand is known to pass the limit. Exponentials of x - max(x), of "
             "clipped and of negative values, and 1 / (1 + exp(-x)), which is right even at inf, "
             "are fine. The exp(log-variance) of a variational autoencoder is reported where the "
             "run's loss ended in NaN.",
         .why = "exp(89) is inf in single precision, and inf / inf is NaN. A network in training "
                "reaches such logits easily.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] logits) => (float[N, 4] p) <int64[1] axes = {1}> {
  e = Exp(logits)
  sum = ReduceSum(e, axes)
  p = Div(e, sum)
}
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 4] logits) => (float[N, 4] p) <int64[1] axes = {1}> {
  top = ReduceMax<axes = [1]>(logits)
  rest = Sub(logits, top)
  e = Exp(rest)
  sum = ReduceSum(e, axes)
  p = Div(e, sum)
}
```)",
         .references = "Blanchard, Higham and Higham, Accurately computing the log-sum-exp and "
                       "softmax functions, IMA Journal of Numerical Analysis 41 (2021)."},
    .check = Check,
};

}  // namespace onnxcheck::rules
