// Numerical hazards: how sure it is that an operand meets numbers that its
// operator cannot take, why, and what the run's log says of it.
#ifndef ONNXCHECK_ANALYZER_FACTS_HAZARD_H_
#define ONNXCHECK_ANALYZER_FACTS_HAZARD_H_

#include <functional>
#include <string>
#include <vector>

#include "analyzer/facts/facts.h"
#include "analyzer/facts/ranges.h"
#include "analyzer/ir/location.h"

namespace onnxcheck::facts {

enum class Reach {
  kNone,     // the operand never meets such a number
  kAssumed,  // only as far as the assumptions on inputs and unread weights say so
  kLikely,   // it rests on a layer's result, which takes both signs
  kCertain,  // for any model of this form: a ReLU gives 0, a constant is 0
};

// One node that may fail.
struct Hazard {
  const Ranges* ranges = nullptr;
  const ir::Graph* graph = nullptr;
  ir::NodeId node = ir::kNone;
  std::size_t operand = 0;  // index of the input that is to blame
  Reach reach = Reach::kNone;
  std::string message;  // as Finding's
  std::string label;
  std::string help;
};

// The range of the node's operand.
const Range& OperandRange(const Ranges& ranges, const ir::Graph& graph, const ir::Node& node,
                          std::size_t operand);

Reach ReachesNegative(const Range& range);
// `saturating`: the 0 of a sigmoid that underflows counts as well.
Reach ReachesZero(const Range& range, bool saturating);

// Every node of every graph that the analysis entered, in order.
using VisitNode = std::function<void(const Ranges&, const ir::Graph&, ir::NodeId)>;
void ForEachNode(const Facts& facts, const VisitNode& visit);

// Where chooses among the results, perhaps after some elementwise arithmetic, or
// they are tested for NaN: what the node gives for operands it cannot take is
// not used.
bool IsSelectedAway(const ir::Graph& graph, const ir::Node& node);

// The value is another one plus a small positive constant, so that whoever
// wrote it takes that one for not negative.
bool HasEpsilon(const ir::Graph& graph, ir::ValueId value);

// The range rests on the weights of a layer that were not read.
bool RestsOnUnreadWeights(const Range& range);

// The node adds an epsilon that is 0 in its type, or bounds from below with one
// (N007): Add(x, 0), in half precision also Max(x, 0) and Clip(x, 0), of an x
// that is not negative and may be 0.
bool AddsVanishedEpsilon(const Ranges& ranges, const ir::Graph& graph, const ir::Node& node);

// The value is what such a node gives, also behind moves and a square root.
bool HasVanishedEpsilon(const Ranges& ranges, const ir::Graph& graph, ir::ValueId value);

// The type's nearest number to a positive one is 0.
bool VanishesIn(double value, ir::ElementType type);

// The model holds its loss or is a training graph: gradients flow through it.
bool IsTrainingGraph(const Ranges& ranges);

// "[-50, 50]"; bounds that no float reaches are infinite.
std::string Show(const Interval& interval);
// The interval that matters for the hazard: what was proved, if that is enough.
const Interval& Telling(const Range& range, Reach reach);

// A place and what it has to do with it.
struct Reason {
  ir::Location location;
  std::string text;
};
// The node, input or initializer that makes the operand what it is, and the
// assumption that was made; most telling first.
std::vector<Reason> Reasons(const Hazard& hazard);

// Equal for hazards of one form: the operators from the node back to its cause.
std::string FormOf(const Hazard& hazard);

// What the logs of the run say of NaN and infinity.
enum class Outcome {
  kUnknown,
  kNonfinite,  // a training loss ended so
  kFinite,     // a long training loss, finite throughout
};
Outcome TrainingOutcome(const Facts& facts);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_HAZARD_H_
