// Interval analysis: which numbers each value of a model can hold.
//
// Two ranges are kept for each value. `proved` holds for every input: a float
// input may be any finite number, a weight that was not read any at all.
// `assumed` rests on the assumptions below besides, and lies within it. A
// bound that both share rests on nothing but the graph and its constants.
//
// Constants and small initializers are exact, larger ones as far as their
// statistics were read (ir::Tensor::statistics). Assumed are (the defaults of
// RANUM: Li et al., Reliability Assurance for Deep Neural Network
// Architectures Against Numerical Defects, ICSE 2023): float inputs within
// [-50, 50], weights within [-10, 10], variances within [0, 1].
#ifndef ONNXCHECK_ANALYZER_FACTS_RANGES_H_
#define ONNXCHECK_ANALYZER_FACTS_RANGES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "analyzer/facts/interval.h"
#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

inline constexpr double kAssumedInput = 50;
inline constexpr double kAssumedWeight = 10;
inline constexpr double kAssumedVariance = 1;

// What a range rests on: the graph input or initializer whose numbers are not
// known, or the node whose operator is not. graph null: on constants alone.
struct Origin {
  const ir::Graph* graph = nullptr;
  ir::ValueId value = ir::kNone;

  bool operator==(const Origin&) const = default;
};

// Whether numbers at a bound of `proved` do occur. Intervals only say that none
// lies beyond; a rule that speaks of 0 wants to know that 0 is met.
enum class Bound : std::uint8_t {
  kOpen,        // not known
  kApproached,  // only as a float saturates: sigmoid(-104) is 0
  kReached,     // ReLU at 0, a square at 0, a constant
};

struct Range {
  Interval proved;
  Interval assumed;
  Origin origin;
  // No transfer function or no such input: `assumed` is no better than `proved`
  // and nothing should be concluded from it.
  bool unknown = false;
  // Positive and negative numbers occur, and what is near 0 between them: the
  // result of a layer or a normalisation and of what keeps both signs. Not said
  // of inputs, whose numbers may have a meaning (a price, a distance).
  bool generic = false;
  Bound low = Bound::kOpen;
  Bound high = Bound::kOpen;
};

// The ranges of one model. The model must outlive it.
class Ranges {
 public:
  // `inputs` are what the graph inputs are known to hold, in their order; those
  // beyond the list are assumed as above.
  explicit Ranges(const ir::Model& model, std::span<const Interval> inputs = {});
  Ranges(Ranges&&) noexcept;
  Ranges& operator=(Ranges&&) noexcept;
  ~Ranges();

  const ir::Model& model() const;
  // The main graph, then the subgraphs that were entered, each after the
  // graph around it.
  const std::vector<const ir::Graph*>& graphs() const;
  // Everything, unknown, for a value or graph that is not the model's.
  const Range& Of(const ir::Graph& graph, ir::ValueId value) const;
  // All elements of a constant of up to 1 KiB; null for others.
  const std::vector<double>* Elements(const ir::Graph& graph, ir::ValueId value) const;
  // Where the value is made: that of an outer graph for one that a subgraph
  // captures; graph null when it is nowhere.
  Origin Source(const ir::Graph& graph, ir::ValueId value) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_RANGES_H_
