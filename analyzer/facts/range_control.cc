#include "analyzer/facts/range_control.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "analyzer/facts/graph_query.h"

namespace onnxcheck::facts {
namespace {

const ir::Graph* SubgraphOf(const ir::Node& node, std::string_view name) {
  const ir::Attribute* attribute = FindAttribute(node, name);
  const auto* graphs =
      attribute == nullptr ? nullptr : std::get_if<std::vector<ir::Graph>>(&attribute->value);
  return graphs == nullptr || graphs->empty() ? nullptr : &graphs->front();
}

Range At(const std::vector<Range>& ranges, std::size_t index) {
  return index < ranges.size() ? ranges[index] : UnknownRange();
}

bool EnclosesRange(const Range& outer, const Range& inner) {
  return Encloses(outer.proved, inner.proved) && Encloses(outer.assumed, inner.assumed) &&
         outer.unknown >= inner.unknown;
}

Range WidenRange(const Range& before, const Range& after) {
  Range wide = JoinRanges(before, after);
  wide.proved = Widen(before.proved, after.proved);
  wide.assumed = Widen(before.assumed, after.assumed);
  return wide;
}

// Runs the body until the first `states` of its results (from `first_result`
// on) stay within what was put in (from `first_state` on). Returns the last
// results; `inputs` then holds the fixpoint.
std::optional<std::vector<Range>> Fixpoint(const ir::Graph& body, const RunSubgraph& run,
                                           std::size_t first_state, std::size_t first_result,
                                           std::size_t states, std::vector<Range>* inputs) {
  constexpr int kExact = 2;     // runs before bounds are widened
  constexpr int kWidened = 12;  // runs before they are given up, all at once
  for (int turn = 0;; ++turn) {
    auto results = run(body, *inputs);
    if (!results) return std::nullopt;
    bool grows = false;
    for (std::size_t i = 0; i < states; ++i) {
      Range& state = (*inputs)[first_state + i];
      const Range result = At(*results, first_result + i);
      if (EnclosesRange(state, result)) continue;
      grows = true;
      state = turn < kExact ? JoinRanges(state, result) : WidenRange(state, result);
    }
    if (!grows) return results;
    if (turn < kWidened) continue;
    for (std::size_t i = 0; i < states; ++i) (*inputs)[first_state + i] = UnknownRange();
  }
}

std::vector<Range> IfRanges(const ir::Node& node, const RunSubgraph& run) {
  std::vector<Range> joined;
  bool first = true;
  for (const char* name : {"then_branch", "else_branch"}) {
    const ir::Graph* branch = SubgraphOf(node, name);
    if (branch == nullptr) return {};
    const auto results = run(*branch, {});
    if (!results) return {};
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      const Range result = At(*results, i);
      if (first) {
        joined.push_back(result);
      } else {
        joined[i] = JoinRanges(joined[i], result);
      }
    }
    first = false;
  }
  return joined;
}

std::vector<Range> LoopRanges(const ir::Node& node, const std::vector<Range>& inputs,
                              const RunSubgraph& run) {
  const ir::Graph* body = SubgraphOf(node, "body");
  if (body == nullptr || body->inputs.size() < 2) return {};
  const std::size_t states = body->inputs.size() - 2;
  Interval turns = Between(0, kInfinity);
  if (InputOf(node, 0) != ir::kNone && std::isfinite(At(inputs, 0).proved.high)) {
    turns.high = std::max(At(inputs, 0).proved.high - 1, 0.0);
  }
  turns.integer = true;
  Interval condition = Between(0, 1);
  condition.integer = true;
  std::vector<Range> carried = {ConstantRange(turns), ConstantRange(condition)};
  for (std::size_t i = 0; i < states; ++i) carried.push_back(At(inputs, 2 + i));
  const auto results = Fixpoint(*body, run, 2, 1, states, &carried);
  if (!results) return {};
  std::vector<Range> outputs;
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    // What was carried in also comes out, when there is no turn at all.
    outputs.push_back(i < states ? carried[2 + i] : At(*results, 1 + i));
  }
  return outputs;
}

std::vector<Range> ScanRanges(const ir::Node& node, const std::vector<Range>& inputs,
                              const RunSubgraph& run) {
  const ir::Graph* body = SubgraphOf(node, "body");
  const auto scanned = IntAttribute(node, "num_scan_inputs");
  if (body == nullptr || !scanned || *scanned < 0) return {};
  const std::size_t count = body->inputs.size();
  if (static_cast<std::uint64_t>(*scanned) > count) return {};
  const std::size_t states = count - static_cast<std::size_t>(*scanned);
  // Scan-8 has the lengths of the sequences in front.
  if (inputs.size() != count && inputs.size() != count + 1) return {};
  const std::size_t first = inputs.size() - count;
  std::vector<Range> carried(inputs.begin() + static_cast<std::ptrdiff_t>(first), inputs.end());
  const auto results = Fixpoint(*body, run, 0, 0, states, &carried);
  if (!results) return {};
  std::vector<Range> outputs;
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    outputs.push_back(i < states ? carried[i] : At(*results, i));
  }
  return outputs;
}

std::vector<Range> MapRanges(const ir::Node& node, const std::vector<Range>& inputs,
                             const RunSubgraph& run) {
  const ir::Graph* body = SubgraphOf(node, "body");
  if (body == nullptr) return {};
  return run(*body, inputs).value_or(std::vector<Range>());
}

}  // namespace

Range UnknownRange() {
  Range range;
  range.unknown = true;
  return range;
}

Range ConstantRange(const Interval& interval) {
  Range range;
  range.proved = interval;
  range.assumed = interval;
  return range;
}

Range JoinRanges(const Range& a, const Range& b) {
  Range joined;
  joined.proved = Join(a.proved, b.proved);
  joined.assumed = Join(a.assumed, b.assumed);
  joined.origin = a.origin.graph != nullptr ? a.origin : b.origin;
  joined.unknown = a.unknown || b.unknown;
  joined.generic = a.generic || b.generic;
  for (const Range* part : {&a, &b}) {
    if (part->proved.low == joined.proved.low) joined.low = std::max(joined.low, part->low);
    if (part->proved.high == joined.proved.high) joined.high = std::max(joined.high, part->high);
  }
  return joined;
}

bool HoldsSubgraph(const ir::Node& node) {
  return std::any_of(node.attributes.begin(), node.attributes.end(), [](const auto& attribute) {
    return std::holds_alternative<std::vector<ir::Graph>>(attribute.value);
  });
}

std::vector<Range> ControlFlow(const ir::Node& node, const std::vector<Range>& inputs,
                               const RunSubgraph& run) {
  std::vector<Range> outputs;
  if (IsOnnx(node, "If")) {
    outputs = IfRanges(node, run);
  } else if (IsOnnx(node, "Loop")) {
    outputs = LoopRanges(node, inputs, run);
  } else if (IsOnnx(node, "Scan")) {
    outputs = ScanRanges(node, inputs, run);
  } else if (IsOnnx(node, "SequenceMap")) {
    outputs = MapRanges(node, inputs, run);
  }
  outputs.resize(node.outputs.size(), UnknownRange());
  return outputs;
}

}  // namespace onnxcheck::facts
