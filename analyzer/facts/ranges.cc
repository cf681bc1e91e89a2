#include "analyzer/facts/ranges.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "analyzer/facts/attained.h"
#include "analyzer/facts/elements.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/range_control.h"
#include "analyzer/facts/range_operators.h"
#include "analyzer/facts/relations.h"

namespace onnxcheck::facts {
namespace {

// Subgraphs within subgraphs that are followed.
constexpr int kDepth = 8;
// Node evaluations allowed for each node of the model, and for any model at
// least: a loop's body is run a few times, a loop in a loop the square of that.
constexpr std::size_t kTurns = 8;
constexpr std::size_t kLeastEffort = 100000;

// One graph and what is known of its values.
struct State {
  const ir::Graph* graph = nullptr;
  State* parent = nullptr;
  int depth = 0;
  bool abandoned = false;  // the effort was spent: nothing here is sound
  std::vector<Range> ranges;
  std::vector<bool> made;  // by an initializer, an input or a node
  absl::flat_hash_map<ir::ValueId, std::vector<double>> elements;
  Profiles profiles;
  absl::flat_hash_map<std::string_view, ir::ValueId> names;  // of a graph that holds one

  std::size_t At(ir::ValueId value) const { return static_cast<std::size_t>(value); }
  bool Has(ir::ValueId value) const {
    return value >= 0 && static_cast<std::size_t>(value) < ranges.size();
  }
};

// Was it last analysed for all that can reach it, and so was what is around it?
bool IsSound(const State& state) {
  for (const State* at = &state; at != nullptr; at = at->parent) {
    if (at->abandoned) return false;
  }
  return true;
}

struct Place {
  State* state = nullptr;
  ir::ValueId value = ir::kNone;
};

std::size_t NodesIn(const ir::Graph& graph, int depth) {
  std::size_t count = graph.nodes.size();
  if (depth >= kDepth) return count;
  for (const ir::Node& node : graph.nodes) {
    for (const ir::Attribute& attribute : node.attributes) {
      const auto* graphs = std::get_if<std::vector<ir::Graph>>(&attribute.value);
      if (graphs == nullptr) continue;
      for (const ir::Graph& inner : *graphs) count += NodesIn(inner, depth + 1);
    }
  }
  return count;
}

// True for the running variance of a normalisation.
bool IsVariance(const ir::Graph& graph, ir::ValueId id) {
  for (const ir::NodeId consumer : graph.values[static_cast<std::size_t>(id)].consumers) {
    const ir::Node& node = graph.nodes[static_cast<std::size_t>(consumer)];
    return IsOnnx(node, "BatchNormalization") && InputOf(node, 4) == id;
  }
  return false;
}

Interval OfStatistics(const ir::TensorStatistics& statistics, ir::ElementType type) {
  Interval range = NoElement();
  if (statistics.count > statistics.nan + statistics.infinite) {
    range = Between(statistics.min, statistics.max);
  }
  if (statistics.infinite > 0) range = Between(-kInfinity, kInfinity);
  range.nan = statistics.nan > 0;
  range.nonzero = statistics.zeros == 0;
  range.integer = IsIntegerType(type) || type == ir::ElementType::kBool;
  return range;
}

Range Assumed(ir::ElementType type, double bound, Origin origin) {
  Range range = ConstantRange(NumbersOfType(type));
  if (type == ir::ElementType::kUndefined || type == ir::ElementType::kString) {
    range.unknown = true;
  }
  range.origin = origin;
  if (type == ir::ElementType::kBool) range.low = range.high = Bound::kReached;
  if (IsFloatingType(type)) range.assumed = Intersect(range.proved, Between(-bound, bound));
  return range;
}

}  // namespace

struct Ranges::Impl {
  Impl(const ir::Model& the_model, std::span<const Interval> inputs) : model(the_model) {
    effort = NodesIn(model.graph, 0) * kTurns + kLeastEffort;
    State& main = Enter(model.graph, nullptr);
    for (std::size_t i = 0; i < model.graph.inputs.size(); ++i) {
      const ir::ValueId id = model.graph.inputs[i];
      if (!main.Has(id)) continue;
      main.made[main.At(id)] = true;
      const ir::Type& type = model.graph.values[main.At(id)].type;
      const ir::ElementType element = type.is_tensor ? type.element : ir::ElementType::kUndefined;
      Range& range = main.ranges[main.At(id)];
      range = i < inputs.size() ? ConstantRange(inputs[i])
                                : Assumed(element, kAssumedInput, {&model.graph, id});
    }
    Evaluate(main);
  }

  // The state of the graph, with its initializers; the same one each time.
  State& Enter(const ir::Graph& graph, State* parent) {
    auto& slot = states[&graph];
    if (slot != nullptr) return *slot;
    slot = std::make_unique<State>();
    order.push_back(&graph);
    State& state = *slot;
    state.graph = &graph;
    state.parent = parent;
    state.depth = parent == nullptr ? 0 : parent->depth + 1;
    for (State* outer = parent; outer != nullptr && outer->names.empty(); outer = outer->parent) {
      for (std::size_t i = 0; i < outer->graph->values.size(); ++i) {
        outer->names.emplace(outer->graph->values[i].name, static_cast<ir::ValueId>(i));
      }
    }
    state.ranges.resize(graph.values.size(), UnknownRange());
    state.made.resize(graph.values.size(), false);
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
      const auto at = graph.values[i].initializer;
      if (at < 0 || static_cast<std::size_t>(at) >= graph.initializers.size()) continue;
      SetTensor(state, static_cast<ir::ValueId>(i),
                graph.initializers[static_cast<std::size_t>(at)]);
    }
    return state;
  }

  static void SetElements(State& state, ir::ValueId id, std::vector<double> elements,
                          ir::ElementType type) {
    state.made[state.At(id)] = true;
    Interval hull = HullOf(elements);
    hull.integer = hull.integer || IsIntegerType(type);
    Range range = ConstantRange(hull);
    range.low = range.high = Bound::kReached;
    state.ranges[state.At(id)] = range;
    state.elements[id] = std::move(elements);
  }

  static void SetTensor(State& state, ir::ValueId id, const ir::Tensor& tensor) {
    state.made[state.At(id)] = true;
    if (tensor.elements) {
      auto elements = DecodeElements(tensor.element, *tensor.elements);
      if (elements) {
        SetElements(state, id, std::move(*elements), tensor.element);
        return;
      }
    }
    Range& range = state.ranges[state.At(id)];
    if (tensor.statistics != nullptr) {
      range = ConstantRange(OfStatistics(*tensor.statistics, tensor.element));
      range.low = range.high = Bound::kReached;
      return;
    }
    range = Assumed(tensor.element, kAssumedWeight, {state.graph, id});
    if (IsVariance(*state.graph, id)) {
      range.assumed = Between(0, kAssumedVariance);
    }
  }

  // Where the value is made, here or in a graph around this one.
  static Place Resolve(State& state, ir::ValueId id) {
    if (!state.Has(id)) return {};
    if (state.made[state.At(id)] || state.parent == nullptr) return {&state, id};
    const std::string_view name = state.graph->values[state.At(id)].name;
    for (State* outer = state.parent; outer != nullptr; outer = outer->parent) {
      const auto found = outer->names.find(name);
      if (found != outer->names.end() && outer->made[outer->At(found->second)]) {
        return {outer, found->second};
      }
    }
    return {&state, id};
  }

  static Range Read(State& state, ir::ValueId id) {
    const Place place = Resolve(state, id);
    if (place.state == nullptr || !IsSound(*place.state)) return UnknownRange();
    return place.state->ranges[place.state->At(place.value)];
  }

  static Operand OperandOf(State& state, ir::ValueId id, bool proved) {
    Operand operand;
    const Place place = Resolve(state, id);
    if (place.state == nullptr) return operand;
    operand.present = true;
    const Range range = Read(state, id);
    operand.range = proved ? range.proved : range.assumed;
    const ir::Value& value = place.state->graph->values[place.state->At(place.value)];
    operand.type = &value.type;
    const auto elements = place.state->elements.find(place.value);
    if (elements != place.state->elements.end()) operand.elements = &elements->second;
    if (value.initializer >= 0 &&
        static_cast<std::size_t>(value.initializer) < place.state->graph->initializers.size()) {
      operand.tensor =
          &place.state->graph->initializers[static_cast<std::size_t>(value.initializer)];
    }
    return operand;
  }

  static void SetOutput(State& state, ir::NodeId node, ir::ValueId id, Range range) {
    if (!state.Has(id) || state.graph->values[state.At(id)].producer != node) return;
    state.made[state.At(id)] = true;
    state.ranges[state.At(id)] = std::move(range);
  }

  // Constant nodes, and outputs that data propagation knows element by element.
  static bool SetKnown(State& state, ir::NodeId id, const ir::Node& node) {
    if (node.outputs.size() != 1 || !state.Has(node.outputs[0])) return false;
    const ir::ValueId output = node.outputs[0];
    const ir::Value& value = state.graph->values[state.At(output)];
    if (value.producer != id) return false;
    if (state.elements.contains(output)) return true;
    if (IsOnnx(node, "Constant")) {
      const ir::Attribute* held = FindAttribute(node, "value");
      const auto* tensor = held == nullptr ? nullptr : std::get_if<ir::Tensor>(&held->value);
      if (tensor != nullptr) {
        SetTensor(state, output, *tensor);
        return true;
      }
    }
    auto elements = ConstantElements(*state.graph, output);
    if (!elements) return false;
    SetElements(state, output, std::move(*elements), value.type.element);
    return true;
  }

  std::int64_t OpsetOf(const std::string& domain) const {
    const auto found = model.opset_imports.find(domain);
    return found == model.opset_imports.end() ? 0 : found->second;
  }

  std::vector<Interval> Apply(State& state, const ir::Node& node, Transfer transfer, bool proved) {
    Call call{.node = node, .opset = OpsetOf(node.domain), .inputs = {}, .output_types = {}};
    call.inputs.reserve(node.inputs.size());
    for (const ir::ValueId input : node.inputs) {
      call.inputs.push_back(OperandOf(state, input, proved));
    }
    call.output_types.reserve(node.outputs.size());
    for (const ir::ValueId output : node.outputs) {
      call.output_types.push_back(state.Has(output) ? &state.graph->values[state.At(output)].type
                                                    : nullptr);
    }
    std::vector<Interval> outputs(node.outputs.size());
    transfer(call, outputs);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      outputs[i] = FitToType(outputs[i], call.OutputElement(i));
    }
    return outputs;
  }

  void EvaluateNode(State& state, ir::NodeId id) {
    const ir::Node& node = state.graph->nodes[static_cast<std::size_t>(id)];
    if (SetKnown(state, id, node)) return;
    // No valid operator is without outputs, and no transfer function expects it.
    if (node.outputs.empty()) return;
    if (HoldsSubgraph(node)) {
      std::vector<Range> inputs;
      for (const ir::ValueId input : node.inputs) inputs.push_back(Read(state, input));
      const auto run = [&](const ir::Graph& graph, const std::vector<Range>& given) {
        return Run(graph, state, given);
      };
      const std::vector<Range> outputs = ControlFlow(node, inputs, run);
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        SetOutput(state, id, node.outputs[i], outputs[i]);
      }
      return;
    }
    Range range;
    bool assumes = false;
    for (const ir::ValueId input : node.inputs) {
      if (input == ir::kNone) continue;
      const Range read = Read(state, input);
      range.unknown = range.unknown || read.unknown;
      assumes = assumes || read.proved != read.assumed;
      if (range.origin.graph == nullptr) range.origin = read.origin;
    }
    const Transfer transfer = FindTransfer(node.domain, node.op_type);
    if (transfer == nullptr) {
      for (const ir::ValueId output : node.outputs) {
        if (!state.Has(output)) continue;
        Range unknown = UnknownRange();
        unknown.origin = {state.graph, output};
        SetOutput(state, id, output, unknown);
      }
      return;
    }
    const std::vector<Interval> proved = Apply(state, node, transfer, true);
    const std::vector<Interval> assumed =
        assumes ? Apply(state, node, transfer, false) : std::vector<Interval>();
    for (std::size_t i = 0; i < proved.size(); ++i) {
      range.proved = proved[i];
      range.assumed = assumes ? assumed[i] : proved[i];
      SetOutput(state, id, node.outputs[i], range);
    }
    const RangeScope scope{*state.graph, state.ranges, state.profiles, OpsetOf("")};
    NarrowByRelations(scope, id);
    FindAttained(scope, id);
  }

  void Evaluate(State& state) {
    const std::size_t count = state.graph->nodes.size();
    for (std::size_t i = 0; i < count; ++i) EvaluateNode(state, static_cast<ir::NodeId>(i));
  }

  std::optional<std::vector<Range>> Run(const ir::Graph& graph, State& parent,
                                        const std::vector<Range>& inputs) {
    State& state = Enter(graph, &parent);
    if (state.depth > kDepth || effort < graph.nodes.size()) state.abandoned = true;
    if (state.abandoned) return std::nullopt;
    effort -= graph.nodes.size();
    for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
      const ir::ValueId id = graph.inputs[i];
      if (!state.Has(id)) continue;
      state.made[state.At(id)] = true;
      state.ranges[state.At(id)] = i < inputs.size() ? inputs[i] : UnknownRange();
    }
    // What is captured from around is read like the graph's own.
    for (std::size_t i = 0; i < state.ranges.size(); ++i) {
      if (!state.made[i]) state.ranges[i] = Read(state, static_cast<ir::ValueId>(i));
    }
    Evaluate(state);
    std::vector<Range> outputs;
    for (const ir::ValueId output : graph.outputs) outputs.push_back(Read(state, output));
    return outputs;
  }

  const ir::Model& model;
  std::size_t effort = 0;
  absl::flat_hash_map<const ir::Graph*, std::unique_ptr<State>> states;
  std::vector<const ir::Graph*> order;
  Range unknown = UnknownRange();
};

Ranges::Ranges(const ir::Model& model, std::span<const Interval> inputs)
    : impl_(std::make_unique<Impl>(model, inputs)) {}
Ranges::Ranges(Ranges&&) noexcept = default;
Ranges& Ranges::operator=(Ranges&&) noexcept = default;
Ranges::~Ranges() = default;

const ir::Model& Ranges::model() const { return impl_->model; }
const std::vector<const ir::Graph*>& Ranges::graphs() const { return impl_->order; }

Origin Ranges::Source(const ir::Graph& graph, ir::ValueId value) const {
  const auto found = impl_->states.find(&graph);
  if (found == impl_->states.end()) return {};
  const Place place = Impl::Resolve(*found->second, value);
  return place.state == nullptr ? Origin{} : Origin{place.state->graph, place.value};
}

const Range& Ranges::Of(const ir::Graph& graph, ir::ValueId value) const {
  const Origin source = Source(graph, value);
  if (source.graph == nullptr) return impl_->unknown;
  const State& state = *impl_->states.find(source.graph)->second;
  return IsSound(state) ? state.ranges[state.At(source.value)] : impl_->unknown;
}

const std::vector<double>* Ranges::Elements(const ir::Graph& graph, ir::ValueId value) const {
  const Origin source = Source(graph, value);
  if (source.graph == nullptr) return nullptr;
  const auto& elements = impl_->states.find(source.graph)->second->elements;
  const auto found = elements.find(source.value);
  return found == elements.end() ? nullptr : &found->second;
}

}  // namespace onnxcheck::facts
