// Graphs that ONNX Runtime trains with. Weights are inputs, filled from a checkpoint; the gradient
// of a value x is the value x_grad (GradientBuilderBase::GradientName in ONNX Runtime); gradients
// end in accumulators; the loss is an output whose own gradient is an initializer.
#include <algorithm>
#include <array>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/layer_forms.h"
#include "analyzer/facts/layers.h"
#include "analyzer/facts/training_parts.h"
#include "analyzer/ir/path.h"

namespace onnxcheck::facts {
namespace {

constexpr std::string_view kSuffix = "_grad";

std::string GradientName(const std::string& name) { return name + std::string(kSuffix); }

bool IsMicrosoft(const ir::Node& node, std::string_view op_type) {
  return node.domain == "com.microsoft" && node.op_type == op_type;
}

bool IsAccumulator(const ir::Node& node) {
  return IsMicrosoft(node, "InPlaceAccumulatorV2") || IsMicrosoft(node, "InPlaceAccumulator");
}

// Zero in, zero out: operators that are linear in their first operand.
constexpr std::array<std::string_view, 18> kZeroThrough = {
    "Identity",   "Neg",    "Reshape", "Transpose", "Cast",        "ReduceSum",
    "ReduceMean", "Expand", "Squeeze", "Flatten",   "Tile",        "Slice",
    "Split",      "Gather", "Div",     "Unsqueeze", "MaxPoolGrad", "AveragePoolGrad"};
// com.microsoft operators whose first operand is the gradient that comes in (or is scaled).
constexpr std::array<std::string_view, 18> kGradients = {"ReluGrad",
                                                         "SoftmaxGrad",
                                                         "SoftmaxGrad_13",
                                                         "LogSoftmaxGrad",
                                                         "ConvGrad",
                                                         "LayerNormalizationGrad",
                                                         "LogSoftmaxGrad_13",
                                                         "DropoutGrad",
                                                         "GeluGrad",
                                                         "FastGeluGrad",
                                                         "BiasGeluGrad_dX",
                                                         "SigmoidGrad",
                                                         "TanhGrad",
                                                         "BatchNormalizationGrad",
                                                         "SoftmaxCrossEntropyLossGrad",
                                                         "SliceGrad",
                                                         "SimplifiedLayerNormalizationGrad",
                                                         "Scale"};

class RuntimeReader {
 public:
  RuntimeReader(const ir::Model& model, Training* training)
      : model_(model), graph_(model.graph), training_(*training) {}

  void Read() {
    Scan();
    const bool asks_to_train = !accumulators_.empty() || gradients_ || yield_ || WaitsForReset();
    if (!asks_to_train) {
      if (ReadOptimizerGraph()) return;
      ReadEvaluationGraph();
      return;
    }
    training_.role = GraphRole::kTraining;
    for (std::size_t i = 0; i < graph_.values.size(); ++i) {
      names_.emplace(graph_.values[i].name, static_cast<ir::ValueId>(i));
    }
    const ir::ValueId loss = FindSeededLoss();
    if (loss != ir::kNone) {
      SetLoss(loss);
    } else {
      FindLossOutput();
    }
    FindTrained();
    FindFrozen(Upstream(graph_, loss_));
    FindDetached();
    if (optimizer_ != ir::kNone) ReadOptimizerGraph();
    training_.updates_nothing = training_.trained.empty() && !training_.losses.empty() && !yield_;
  }

 private:
  const ir::Value& At(ir::ValueId id) const { return graph_.values[static_cast<std::size_t>(id)]; }
  ir::Location Locate(ir::NodeId node) const { return NodeLocation(model_, graph_, node); }
  NodeLocator Locator() const {
    return [this](ir::NodeId node) { return Locate(node); };
  }

  void Scan() {
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const ir::Node& node = graph_.nodes[i];
      if (node.domain.empty()) continue;
      const auto id = static_cast<ir::NodeId>(i);
      if (IsAccumulator(node)) {
        accumulators_.push_back(id);
      } else if (node.domain == "com.microsoft") {
        yield_ = yield_ || node.op_type == "YieldOp";
        gradients_ =
            gradients_ || node.op_type.ends_with("Grad") || node.op_type.ends_with("Grad_13");
      }
      if (optimizer_ == ir::kNone && ReadOptimizer(graph_, id, Locator())) optimizer_ = id;
    }
  }

  // generate_artifacts gives every training model this input, also one without any gradient.
  bool WaitsForReset() const {
    return std::any_of(graph_.inputs.begin(), graph_.inputs.end(), [&](ir::ValueId id) {
      return At(id).name == "lazy_reset_grad" && At(id).type.element == ir::ElementType::kBool;
    });
  }

  bool ReadOptimizerGraph() {
    if (optimizer_ == ir::kNone) return false;
    training_.optimizer = ReadOptimizer(graph_, optimizer_, Locator());
    if (training_.role == GraphRole::kInference) training_.role = GraphRole::kOptimizer;
    return true;
  }

  void SetLoss(ir::ValueId loss) {
    loss_ = loss;
    training_.loss_output = At(loss).name;
    training_.losses = ReadLosses(graph_, loss, Locator());
  }

  ir::ValueId Named(std::string_view name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? ir::kNone : found->second;
  }

  // An output x for which an initializer x_grad starts the backward pass.
  ir::ValueId FindSeededLoss() const {
    for (const ir::ValueId output : graph_.outputs) {
      const ir::ValueId seed = Named(GradientName(At(output).name));
      if (seed != ir::kNone && At(seed).initializer != ir::kNone) return output;
    }
    return ir::kNone;
  }

  bool FindLossOutput() {
    for (const ir::ValueId output : graph_.outputs) {
      const auto* shape = ShapeOf(graph_, output);
      if (ProducerOf(graph_, output) == nullptr || (shape != nullptr && !shape->empty())) continue;
      if (ReadLosses(graph_, output, Locator()).empty()) continue;
      SetLoss(output);
      return true;
    }
    return false;
  }

  // A graph that ends in a loss of its own, and whose weights are given from outside as those of
  // eval_model.onnx are, or that has the operator of a loss: an autoencoder's squared error, say,
  // may as well be what a model is there to compute.
  void ReadEvaluationGraph() {
    if (!FindLossOutput()) return;
    FindFrozen(Upstream(graph_, loss_));
    const bool by_operator =
        std::any_of(training_.losses.begin(), training_.losses.end(), [](const TrainedLoss& loss) {
          return loss.name.ends_with("EntropyLoss") || loss.name.ends_with("LikelihoodLoss");
        });
    const bool given = std::any_of(
        training_.frozen.begin(), training_.frozen.end(),
        [&](const Parameter& parameter) { return At(parameter.value).initializer == ir::kNone; });
    if (by_operator || given) {
      training_.role = GraphRole::kEvaluation;
      return;
    }
    training_.losses.clear();
    training_.frozen.clear();
    training_.loss_output.clear();
  }

  void AddTrained(std::string name, ir::ValueId gradient, ir::Location location) {
    Parameter parameter;
    parameter.value = Named(name);
    parameter.name = std::move(name);
    parameter.elements =
        ElementsOf(graph_, parameter.value != ir::kNone ? parameter.value : gradient);
    parameter.location = std::move(location);
    training_.trained.push_back(std::move(parameter));
    gradient_of_.push_back(gradient);
  }

  void FindTrained() {
    for (const ir::NodeId id : accumulators_) {
      const ir::Node& node = graph_.nodes[static_cast<std::size_t>(id)];
      const ir::ValueId gradient = InputOf(node, 1);
      if (gradient == ir::kNone) continue;
      std::string_view name = At(gradient).name;
      if (!name.ends_with(kSuffix)) continue;
      name.remove_suffix(kSuffix.size());
      AddTrained(std::string(name), gradient, Locate(id));
    }
    // ORTModule hands gradients out instead of accumulating them.
    for (std::size_t i = 0; i < graph_.outputs.size() && accumulators_.empty(); ++i) {
      std::string_view name = At(graph_.outputs[i]).name;
      if (!name.ends_with(kSuffix)) continue;
      name.remove_suffix(kSuffix.size());
      const ir::ValueId value = Named(name);
      if (value == ir::kNone || ProducerOf(graph_, value) != nullptr) continue;
      ir::Location location;
      location.path = model_.input.path;
      location.logical = ir::GraphOutputPath(graph_, i);
      AddTrained(std::string(name), graph_.outputs[i], std::move(location));
    }
  }

  void AddFrozen(ir::ValueId value, ir::Location location) {
    training_.frozen.push_back(
        {At(value).name, value, ElementsOf(graph_, value), std::move(location)});
  }

  // Inputs of a fixed shape that stand where layers of the forward pass keep weights.
  void FindFrozen(const std::vector<bool>& forward) {
    std::vector<bool> weights(graph_.values.size());
    for (const ir::Node& node : graph_.nodes) {
      const LayerForm* form = FormOf(node);
      const ir::ValueId output = OutputOf(node, 0);
      if (form == nullptr || form->kind == LayerKind::kElementwise || output == ir::kNone ||
          !forward[static_cast<std::size_t>(output)]) {
        continue;
      }
      const WeightPlaces& places = form->places;
      std::uint32_t bits = places.weight | places.bias | places.scale | places.recurrent;
      if (form->kind == LayerKind::kDense) bits &= ~1U;  // from the left comes what is multiplied
      for (std::size_t i = 0; i < node.inputs.size() && i < 32; ++i) {
        if ((bits >> i & 1U) == 0 || node.inputs[i] == ir::kNone) continue;
        const ir::ValueId value = BeforeMoves(graph_, node.inputs[i]);
        if (value != ir::kNone) weights[static_cast<std::size_t>(value)] = true;
      }
    }
    for (const Layer& layer : Layers(model_)) {
      for (const LayerWeight& weight : layer.weights) {
        const bool kept_up =
            weight.role == WeightRole::kMean || weight.role == WeightRole::kVariance;
        if (weight.graph == &graph_ && !kept_up && layer.kind != LayerKind::kElementwise) {
          weights[static_cast<std::size_t>(weight.value)] = true;
        }
      }
    }
    for (const Parameter& parameter : training_.trained) {
      if (parameter.value != ir::kNone) weights[static_cast<std::size_t>(parameter.value)] = false;
    }
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
      const ir::ValueId id = graph_.inputs[i];
      if (!weights[static_cast<std::size_t>(id)] || !IsFloatingPoint(At(id).type.element) ||
          !ElementsOf(graph_, id)) {
        continue;
      }
      ir::Location location;
      location.path = model_.input.path;
      location.logical = ir::GraphInputPath(graph_, i);
      AddFrozen(id, std::move(location));
    }
    for (std::size_t i = 0; i < graph_.values.size(); ++i) {
      const ir::Value& value = graph_.values[i];
      if (!weights[i] || value.initializer == ir::kNone) continue;
      ir::Location location;
      location.path = model_.input.path;
      location.logical = ir::InitializerPath(graph_, static_cast<std::size_t>(value.initializer));
      AddFrozen(static_cast<ir::ValueId>(i), std::move(location));
    }
  }

  // Values that are zero whatever comes in. In the order of the nodes: where that is not the order
  // of computation, something is missed and nothing made up.
  std::vector<bool> AlwaysZero() const {
    std::vector<bool> zero(graph_.values.size());
    for (std::size_t i = 0; i < graph_.values.size(); ++i) {
      zero[i] = graph_.values[i].initializer != ir::kNone &&
                IsFloatingPoint(TensorOf(graph_, static_cast<ir::ValueId>(i))->element) &&
                ConstantScalar(graph_, static_cast<ir::ValueId>(i)) == 0;
    }
    const auto is = [&](ir::ValueId id) {
      return id != ir::kNone && zero[static_cast<std::size_t>(id)];
    };
    for (const ir::Node& node : graph_.nodes) {
      const ir::ValueId first = InputOf(node, 0);
      const ir::ValueId second = InputOf(node, 1);
      const auto any_of = [&](const auto& types) {
        return std::find(types.begin(), types.end(), node.op_type) != types.end();
      };
      bool result = false;
      if (node.domain == "com.microsoft") {
        result = is(first) && any_of(kGradients);
      } else if (!node.domain.empty()) {
        continue;
      } else if (node.op_type == "Mul" || node.op_type == "MatMul") {
        result = is(first) || is(second);
      } else if (node.op_type == "Gemm") {
        const ir::ValueId added = InputOf(node, 2);
        result = (is(first) || is(second)) && (added == ir::kNone || is(added));
      } else if (node.op_type == "Add" || node.op_type == "Sum" || node.op_type == "Sub") {
        result = !node.inputs.empty() && std::all_of(node.inputs.begin(), node.inputs.end(), is);
      } else {
        result = is(first) && any_of(kZeroThrough);
      }
      for (const ir::ValueId output : node.outputs) {
        if (result && output != ir::kNone) zero[static_cast<std::size_t>(output)] = true;
      }
    }
    return zero;
  }

  void FindDetached() {
    // What the backward pass starts from.
    std::vector<ir::ValueId> seeds;
    const ir::ValueId seed = Named(GradientName(training_.loss_output));
    if (loss_ != ir::kNone && seed != ir::kNone) seeds.push_back(seed);
    for (const ir::Node& node : graph_.nodes) {
      if (!yield_ || !IsMicrosoft(node, "YieldOp")) continue;
      for (const ir::ValueId output : node.outputs) {
        if (output != ir::kNone) seeds.push_back(output);
      }
    }
    if (seeds.empty()) return;
    const std::vector<bool> fed = Downstream(graph_, seeds, false);
    const std::vector<bool> zero = AlwaysZero();
    for (std::size_t i = 0; i < training_.trained.size(); ++i) {
      const auto gradient = static_cast<std::size_t>(gradient_of_[i]);
      if (fed[gradient] && !zero[gradient]) continue;
      DetachedParameter& detached = training_.detached.emplace_back();
      detached.parameter = training_.trained[i];
      detached.reason = fed[gradient] ? DetachedParameter::Reason::kZeroGradient
                                      : DetachedParameter::Reason::kNoPath;
    }
  }

  const ir::Model& model_;
  const ir::Graph& graph_;
  Training& training_;
  std::vector<ir::NodeId> accumulators_;
  std::vector<ir::ValueId> gradient_of_;  // of training_.trained
  ir::NodeId optimizer_ = ir::kNone;
  ir::ValueId loss_ = ir::kNone;
  bool gradients_ = false;
  bool yield_ = false;
  absl::flat_hash_map<std::string_view, ir::ValueId> names_;  // only of a graph to train
};

}  // namespace

void ReadRuntimeGraph(const ir::Model& model, Training* training) {
  RuntimeReader(model, training).Read();
}

}  // namespace onnxcheck::facts
