// ModelProto.training_info: a step of an algorithm beside the graph that it trains, and which of
// its outputs replace which initializers
// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, TrainingInfoProto).
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/layers.h"
#include "analyzer/facts/training_parts.h"
#include "analyzer/ir/path.h"

namespace onnxcheck::facts {
namespace {

// Stages of training that are read; each is joined with a copy of the graph.
constexpr std::size_t kMostStages = 4;

bool IsGradient(const ir::Node& node) {
  return node.op_type == "Gradient" && node.domain == "ai.onnx.preview.training";
}

// The graph and the algorithm as one, as their specification runs them. Values, nodes and
// initializers of the graph keep their numbers.
struct Joined {
  ir::Graph graph;
  absl::flat_hash_map<std::string_view, ir::ValueId> names;  // into graph.values of its owner

  ir::ValueId Named(std::string_view name) const {
    const auto found = names.find(name);
    return found == names.end() ? ir::kNone : found->second;
  }
};

void Join(const ir::Model& model, const ir::Graph& algorithm, Joined* joined) {
  ir::Graph& graph = joined->graph;
  graph = model.graph;
  for (std::size_t i = 0; i < model.graph.values.size(); ++i) {
    joined->names.emplace(model.graph.values[i].name, static_cast<ir::ValueId>(i));
  }
  const auto first_node = static_cast<ir::NodeId>(graph.nodes.size());
  const auto first_tensor = static_cast<std::int32_t>(graph.initializers.size());
  graph.initializers.insert(graph.initializers.end(), algorithm.initializers.begin(),
                            algorithm.initializers.end());
  std::vector<ir::ValueId> ids;
  ids.reserve(algorithm.values.size());
  for (const ir::Value& value : algorithm.values) {
    const auto [it, added] =
        joined->names.emplace(value.name, static_cast<ir::ValueId>(graph.values.size()));
    ids.push_back(it->second);
    if (added) {
      graph.values.push_back(value);
      graph.values.back().consumers.clear();
      graph.values.back().producer = ir::kNone;
      graph.values.back().initializer = ir::kNone;
    }
    ir::Value& to = graph.values[static_cast<std::size_t>(it->second)];
    if (to.producer == ir::kNone && value.producer != ir::kNone) {
      to.producer = value.producer + first_node;
    }
    if (to.initializer == ir::kNone && value.initializer != ir::kNone) {
      to.initializer = value.initializer + first_tensor;
    }
    for (const ir::NodeId consumer : value.consumers) {
      to.consumers.push_back(consumer + first_node);
    }
  }
  for (const ir::Node& node : algorithm.nodes) {
    ir::Node& copy = graph.nodes.emplace_back(node);
    for (std::vector<ir::ValueId>* list : {&copy.inputs, &copy.outputs}) {
      for (ir::ValueId& id : *list) {
        if (id != ir::kNone) id = ids[static_cast<std::size_t>(id)];
      }
    }
  }
}

std::vector<std::string> Strings(const ir::Node& node, std::string_view name) {
  const ir::Attribute* attribute = FindAttribute(node, name);
  if (attribute == nullptr) return {};
  if (const auto* list = std::get_if<std::vector<std::string>>(&attribute->value)) return *list;
  const auto* one = std::get_if<std::string>(&attribute->value);
  return one == nullptr ? std::vector<std::string>() : std::vector<std::string>{*one};
}

class StageReader {
 public:
  StageReader(const ir::Model& model, std::size_t index, const std::vector<Layer>& layers,
              Training* training)
      : model_(model), info_(model.training[index]), layers_(layers), training_(*training) {
    Join(model, info_.algorithm, &joined_);
  }

  // True if the stage changes anything that a layer or a gradient uses.
  bool Read() {
    ReadNodes();
    ReadLayers();
    bool updates = false;
    for (const auto& [name, update] : info_.update_bindings) {
      updates = ReadBinding(name, update) || updates;
    }
    return updates;
  }

 private:
  const ir::Graph& graph() const { return joined_.graph; }
  const ir::Value& At(ir::ValueId id) const { return graph().values[static_cast<std::size_t>(id)]; }

  ir::Location Locate(ir::NodeId node) const {
    const auto own = static_cast<ir::NodeId>(model_.graph.nodes.size());
    return node < own ? NodeLocation(model_, model_.graph, node)
                      : NodeLocation(model_, info_.algorithm, node - own);
  }
  NodeLocator Locator() const {
    return [this](ir::NodeId node) { return Locate(node); };
  }

  void ReadNodes() {
    std::vector<ir::ValueId> gradients;
    for (std::size_t i = model_.graph.nodes.size(); i < graph().nodes.size(); ++i) {
      const ir::Node& node = graph().nodes[i];
      if (IsGradient(node)) {
        for (const std::string& name : Strings(node, "xs")) differentiated_.insert(Named(name));
        for (const ir::ValueId output : node.outputs) {
          if (output != ir::kNone) gradients.push_back(output);
        }
        if (loss_ == ir::kNone) SetLoss(node);
      }
      if (!training_.optimizer) {
        training_.optimizer = ReadOptimizer(graph(), static_cast<ir::NodeId>(i), Locator());
      }
    }
    has_gradients_ = !gradients.empty();
    // Not through a gradient again: what depends on one by value.
    from_gradients_ = Downstream(graph(), std::move(gradients), false);
    differentiated_.erase(ir::kNone);
    leads_to_loss_ = Upstream(graph(), loss_);
  }

  ir::ValueId Named(std::string_view name) const { return joined_.Named(name); }

  void SetLoss(const ir::Node& gradient) {
    const std::vector<std::string> names = Strings(gradient, "y");
    if (names.size() != 1) return;
    loss_ = Named(names.front());
    if (loss_ == ir::kNone || !training_.loss_output.empty()) return;
    training_.loss_output = names.front();
    training_.losses = ReadLosses(graph(), loss_, Locator());
    const auto own = static_cast<ir::ValueId>(model_.graph.values.size());
    for (TrainedLoss& loss : training_.losses) {
      if (loss.scores >= own) loss.scores = ir::kNone;
    }
  }

  void ReadLayers() {
    for (const Layer& layer : layers_) {
      for (const LayerWeight& weight : layer.weights) {
        if (weight.graph == &model_.graph) roles_.emplace(weight.value, weight.role);
      }
    }
  }

  static bool IsKeptUp(WeightRole role) {
    return role == WeightRole::kMean || role == WeightRole::kVariance;
  }

  bool ReadBinding(const std::string& name, const std::string& update) {
    const ir::ValueId value = Named(name);
    const ir::ValueId result = Named(update);
    if (value == ir::kNone || result == ir::kNone || At(value).initializer == ir::kNone ||
        !IsFloatingPoint(
            graph().initializers[static_cast<std::size_t>(At(value).initializer)].element) ||
        BeforeMoves(graph(), result) == value) {
      return false;
    }
    const auto role = roles_.find(value);
    const bool differentiated = differentiated_.contains(value);
    const bool own = static_cast<std::size_t>(value) < model_.graph.values.size();
    if (role != roles_.end() && IsKeptUp(role->second) && !differentiated) return true;
    if (role == roles_.end() && !differentiated) return own;  // of unknown use, or a state

    Parameter parameter;
    parameter.name = name;
    parameter.value = own ? value : ir::kNone;
    parameter.elements = ElementsOf(graph(), value);
    parameter.location.path = model_.input.path;
    parameter.location.logical =
        own ? ir::InitializerPath(graph(), static_cast<std::size_t>(At(value).initializer))
            : info_.algorithm.path;
    if (const auto reason = Detached(value, result, differentiated)) {
      training_.detached.push_back({parameter, *reason});
    }
    ReadHandWrittenStep(result);
    training_.trained.push_back(std::move(parameter));
    return true;
  }

  std::optional<DetachedParameter::Reason> Detached(ir::ValueId value, ir::ValueId update,
                                                    bool differentiated) const {
    if (!has_gradients_ || loss_ == ir::kNone) return std::nullopt;
    if (!differentiated) {
      // Updated without any gradient, beside others that have one.
      return from_gradients_[static_cast<std::size_t>(update)]
                 ? std::nullopt
                 : std::optional(DetachedParameter::Reason::kNoPath);
    }
    if (!leads_to_loss_[static_cast<std::size_t>(value)] || !Reaches(value, false)) {
      return DetachedParameter::Reason::kNoPath;
    }
    if (!Reaches(value, true)) return DetachedParameter::Reason::kZeroGradient;
    return std::nullopt;
  }

  // Linear each time, so only the first few thousand parameters of a large graph are asked about.
  bool Reaches(ir::ValueId value, bool stop_at_zero) const {
    constexpr std::size_t kMostVisits = 50'000'000;
    visits_ += graph().nodes.size();
    if (visits_ > kMostVisits) return true;
    return Downstream(graph(), {value}, stop_at_zero)[static_cast<std::size_t>(loss_)];
  }

  // x - rate * gradient
  void ReadHandWrittenStep(ir::ValueId update) {
    const ir::Node* sub = ProducerOf(graph(), update);
    if (training_.optimizer || sub == nullptr || !IsOnnx(*sub, "Sub")) return;
    const ir::Node* mul = ProducerOf(graph(), InputOf(*sub, 1));
    if (mul == nullptr || !IsOnnx(*mul, "Mul")) return;
    for (const std::size_t i : {0U, 1U}) {
      const ir::Node* gradient = ProducerOf(graph(), InputOf(*mul, 1 - i));
      const ir::ValueId rate = InputOf(*mul, i);
      if (gradient == nullptr || !IsGradient(*gradient) || rate == ir::kNone) continue;
      Optimizer& optimizer = training_.optimizer.emplace();
      optimizer.name = "sgd";
      optimizer.op_type = "Sub";
      optimizer.location = Locate(At(update).producer);
      optimizer.learning_rate_input = At(rate).name;
      optimizer.learning_rate = ConstantScalar(graph(), rate);
      return;
    }
  }

  const ir::Model& model_;
  const ir::TrainingInfo& info_;
  const std::vector<Layer>& layers_;
  Training& training_;
  Joined joined_;
  absl::flat_hash_map<ir::ValueId, WeightRole> roles_;
  absl::flat_hash_set<ir::ValueId> differentiated_;
  ir::ValueId loss_ = ir::kNone;
  bool has_gradients_ = false;
  std::vector<bool> from_gradients_;
  std::vector<bool> leads_to_loss_;
  mutable std::size_t visits_ = 0;
};

}  // namespace

void ReadTrainingInfo(const ir::Model& model, Training* training) {
  training->role = GraphRole::kTraining;
  const std::vector<Layer> layers = Layers(model);
  bool steps = false;
  bool updates = false;
  for (std::size_t i = 0; i < model.training.size() && i < kMostStages; ++i) {
    if (model.training[i].algorithm.nodes.empty()) continue;
    steps = true;
    updates = StageReader(model, i, layers, training).Read() || updates;
  }
  training->updates_nothing = steps && !updates && model.training.size() <= kMostStages;

  absl::flat_hash_set<ir::ValueId> known;
  for (const Parameter& parameter : training->trained) known.insert(parameter.value);
  for (const Layer& layer : layers) {
    for (const LayerWeight& weight : layer.weights) {
      const bool kept_up = weight.role == WeightRole::kMean || weight.role == WeightRole::kVariance;
      if (weight.graph != &model.graph || kept_up || !known.insert(weight.value).second) continue;
      const ir::Value& value = model.graph.values[static_cast<std::size_t>(weight.value)];
      if (value.initializer == ir::kNone) continue;
      Parameter& parameter = training->frozen.emplace_back();
      parameter.name = value.name;
      parameter.value = weight.value;
      parameter.elements = ElementsOf(model.graph, weight.value);
      parameter.location.path = model.input.path;
      parameter.location.logical =
          ir::InitializerPath(model.graph, static_cast<std::size_t>(value.initializer));
    }
  }
}

}  // namespace onnxcheck::facts
