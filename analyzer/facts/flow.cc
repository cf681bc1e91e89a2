#include "analyzer/facts/flow.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "analyzer/facts/graph_query.h"

namespace onnxcheck::facts {
namespace {

using Name = std::string_view;

// Their results differ from run to run (onnx Operators.md).
constexpr std::array<std::string_view, 6> kRandom = {"RandomNormal",  "RandomNormalLike",
                                                     "RandomUniform", "RandomUniformLike",
                                                     "Multinomial",   "Bernoulli"};

std::size_t Index(std::int32_t id) { return static_cast<std::size_t>(id); }

// Its outputs vary whatever it is given, or may for all that is known.
bool IsSource(const ir::Node& node) {
  if (!node.domain.empty() && !node.domain.starts_with("ai.onnx")) return true;
  return std::any_of(kRandom.begin(), kRandom.end(),
                     [&](std::string_view type) { return IsOnnx(node, type); });
}

bool IsWhole(const ir::Model& model) {
  using ir::ProblemKind;
  const auto& problems = model.input.problems;
  return model.decoded &&
         std::none_of(problems.begin(), problems.end(), [](const ir::Problem& problem) {
           return problem.kind == ProblemKind::kTruncated ||
                  problem.kind == ProblemKind::kMalformedModel ||
                  problem.kind == ProblemKind::kResourceLimit;
         });
}

// What is worked out about one graph on the way.
struct Work {
  std::int32_t outer = -1;                     // the graph around it
  std::vector<bool> is_input;                  // by value
  std::vector<std::size_t> inner;              // its subgraphs
  absl::flat_hash_set<Name> free;              // used here or further in, and defined further out
  absl::flat_hash_map<Name, ir::ValueId> ids;  // of the names that its subgraphs look for
  // A node with subgraphs and a value that these take from here; one list
  // sorted by node, one by value.
  std::vector<std::pair<ir::NodeId, ir::ValueId>> takes;
  std::vector<std::pair<ir::ValueId, ir::NodeId>> taken_by;
  std::vector<ir::NodeId> sources;
};

template <typename Visit>
void ForEachOf(const std::vector<std::pair<std::int32_t, std::int32_t>>& pairs, std::int32_t key,
               Visit visit) {
  auto it = std::lower_bound(pairs.begin(), pairs.end(), std::pair(key, ir::kNone));
  for (; it != pairs.end() && it->first == key; ++it) visit(it->second);
}

class Builder {
 public:
  explicit Builder(const ir::Model& model) : model_(model) {}

  std::vector<GraphFlow> Build() {
    Collect();
    for (std::size_t i = flows_.size(); i-- > 0;) ResolveNames(i);
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      MarkVarying(i);
      MarkLive(i);
    }
    return std::move(flows_);
  }

 private:
  void Collect() {
    Add(&model_.graph, -1, ir::kNone);
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      const std::vector<ir::Node>& nodes = flows_[i].graph->nodes;
      for (std::size_t n = 0; n < nodes.size(); ++n) {
        if (IsSource(nodes[n])) work_[i].sources.push_back(static_cast<ir::NodeId>(n));
        for (const ir::Attribute& attribute : nodes[n].attributes) {
          const auto* bodies = std::get_if<std::vector<ir::Graph>>(&attribute.value);
          if (bodies == nullptr) continue;
          for (const ir::Graph& body : *bodies) {
            work_[i].inner.push_back(flows_.size());
            Add(&body, static_cast<std::int32_t>(i), static_cast<ir::NodeId>(n));
          }
        }
      }
    }
  }

  void Add(const ir::Graph* graph, std::int32_t outer, ir::NodeId holder) {
    GraphFlow& flow = flows_.emplace_back();
    flow.model = &model_;
    flow.graph = graph;
    flow.outer = outer < 0 ? nullptr : flows_[Index(outer)].graph;
    flow.holder = holder;
    flow.live_nodes.resize(graph->nodes.size());
    flow.live_values.resize(graph->values.size());
    flow.varying_values.resize(graph->values.size());
    Work& work = work_.emplace_back();
    work.outer = outer;
    work.is_input.resize(graph->values.size());
    for (const ir::ValueId input : graph->inputs) work.is_input[Index(input)] = true;
  }

  bool IsDefined(std::size_t at, ir::ValueId id) const {
    const ir::Value& value = flows_[at].graph->values[Index(id)];
    return value.producer != ir::kNone || value.initializer != ir::kNone ||
           work_[at].is_input[Index(id)];
  }

  // The graphs inside this one have been seen to: what they lack is looked for here.
  void ResolveNames(std::size_t at) {
    const std::vector<ir::Value>& values = flows_[at].graph->values;
    Work& work = work_[at];
    absl::flat_hash_set<Name> wanted;
    for (const std::size_t i : work.inner) {
      wanted.insert(work_[i].free.begin(), work_[i].free.end());
      if (!work_[i].sources.empty()) work.sources.push_back(flows_[i].holder);
    }
    for (std::size_t v = 0; v < values.size() && !wanted.empty(); ++v) {
      if (wanted.contains(values[v].name)) {
        work.ids.emplace(values[v].name, static_cast<ir::ValueId>(v));
      }
    }
    for (const std::size_t i : work.inner) {
      for (const Name name : work_[i].free) {
        const auto found = work.ids.find(name);
        if (found == work.ids.end()) {
          work.free.insert(name);
        } else {
          work.takes.emplace_back(flows_[i].holder, found->second);
          work.taken_by.emplace_back(found->second, flows_[i].holder);
        }
      }
    }
    std::sort(work.takes.begin(), work.takes.end());
    std::sort(work.taken_by.begin(), work.taken_by.end());
    for (std::size_t v = 0; v < values.size() && work.outer >= 0; ++v) {
      if (!IsDefined(at, static_cast<ir::ValueId>(v))) work.free.insert(values[v].name);
    }
  }

  // Whether a value that the graph does not define varies where it comes from.
  bool VariesOutside(std::size_t at, Name name) const {
    for (std::int32_t outer = work_[at].outer; outer >= 0; outer = work_[Index(outer)].outer) {
      const auto found = work_[Index(outer)].ids.find(name);
      if (found != work_[Index(outer)].ids.end()) {
        return flows_[Index(outer)].Varies(found->second);
      }
    }
    return true;  // defined nowhere
  }

  void MarkVarying(std::size_t at) {
    GraphFlow& flow = flows_[at];
    const ir::Graph& graph = *flow.graph;
    const Work& work = work_[at];
    std::vector<ir::ValueId> open;
    const auto vary = [&](ir::ValueId value) {
      if (value == ir::kNone || flow.Varies(value)) return;
      flow.varying_values[Index(value)] = true;
      open.push_back(value);
    };
    std::vector<bool> done(graph.nodes.size());
    const auto run = [&](ir::NodeId node) {
      if (done[Index(node)]) return;
      done[Index(node)] = true;
      for (const ir::ValueId output : graph.nodes[Index(node)].outputs) vary(output);
    };
    for (std::size_t v = 0; v < graph.values.size(); ++v) {
      const auto id = static_cast<ir::ValueId>(v);
      if (work.is_input[v] || (!IsDefined(at, id) && VariesOutside(at, graph.values[v].name))) {
        vary(id);
      }
    }
    for (const ir::NodeId source : work.sources) run(source);
    while (!open.empty()) {
      const ir::ValueId value = open.back();
      open.pop_back();
      for (const ir::NodeId node : graph.values[Index(value)].consumers) run(node);
      ForEachOf(work.taken_by, value, run);
    }
  }

  void MarkLive(std::size_t at) {
    GraphFlow& flow = flows_[at];
    const ir::Graph& graph = *flow.graph;
    flow.outputs_defined = !graph.outputs.empty();
    std::vector<ir::ValueId> open;
    const auto need = [&](ir::ValueId value) {
      if (value == ir::kNone || flow.LiveValue(value)) return;
      flow.live_values[Index(value)] = true;
      open.push_back(value);
    };
    const std::int32_t outer = work_[at].outer;
    for (const ir::ValueId output : graph.outputs) {
      if (outer < 0 && !IsDefined(at, output)) flow.outputs_defined = false;
    }
    if (outer < 0) {
      for (const ir::ValueId value : ValuesOfTraining()) need(value);
    } else {
      flow.live = flows_[Index(outer)].Live(flow.holder);
      if (!flow.live) return;
    }
    for (const ir::ValueId output : graph.outputs) need(output);
    while (!open.empty()) {
      const ir::NodeId node = graph.values[Index(open.back())].producer;
      open.pop_back();
      if (node == ir::kNone || flow.Live(node)) continue;
      flow.live_nodes[Index(node)] = true;
      for (const ir::ValueId input : graph.nodes[Index(node)].inputs) need(input);
      ForEachOf(work_[at].takes, node, need);
    }
  }

  // Values of the main graph that training_info names.
  std::vector<ir::ValueId> ValuesOfTraining() const {
    absl::flat_hash_set<Name> names;
    for (const ir::TrainingInfo& training : model_.training) {
      for (const ir::Value& value : training.algorithm.values) names.insert(value.name);
      for (const auto& [initializer, update] : training.update_bindings) {
        names.insert(initializer);
        names.insert(update);
      }
    }
    std::vector<ir::ValueId> found;
    for (std::size_t v = 0; v < model_.graph.values.size() && !names.empty(); ++v) {
      if (names.contains(model_.graph.values[v].name)) {
        found.push_back(static_cast<ir::ValueId>(v));
      }
    }
    return found;
  }

  const ir::Model& model_;
  std::vector<GraphFlow> flows_;
  std::vector<Work> work_;  // parallel to flows_
};

}  // namespace

std::vector<GraphFlow> Flows(const ir::Model& model) {
  if (!IsWhole(model)) return {};
  return Builder(model).Build();
}

}  // namespace onnxcheck::facts
