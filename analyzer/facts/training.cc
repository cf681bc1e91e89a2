#include "analyzer/facts/training.h"

#include <algorithm>
#include <array>

#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/training_parts.h"

namespace onnxcheck::facts {
namespace {

constexpr std::string_view kMicrosoft = "com.microsoft";
constexpr std::string_view kPreview = "ai.onnx.preview.training";

struct OptimizerForm {
  std::string_view domain;
  std::string_view op_type;
  std::string_view name;
};

// The first input of all of them is the learning rate (ONNX Runtime's ContribOperators.md and
// training_op_defs.cc; onnx Operators.md).
constexpr OptimizerForm kOptimizers[] = {
    {kMicrosoft, "AdamWOptimizer", "adamw"},
    {kMicrosoft, "SGDOptimizerV2", "sgd"},
    {kMicrosoft, "AdamOptimizer", "adam"},
    {kMicrosoft, "SGDOptimizer", "sgd"},
    {kPreview, "Adam", "adam"},
    {kPreview, "Adagrad", "adagrad"},
    {kPreview, "Momentum", "sgd"},
};

// Their results jump or are counts: no gradient comes back through them.
constexpr std::array<std::string_view, 26> kNoGradient = {"Shape",
                                                          "Size",
                                                          "ArgMax",
                                                          "ArgMin",
                                                          "Floor",
                                                          "Ceil",
                                                          "Round",
                                                          "Sign",
                                                          "Equal",
                                                          "Greater",
                                                          "Less",
                                                          "GreaterOrEqual",
                                                          "NonZero",
                                                          "LessOrEqual",
                                                          "OneHot",
                                                          "IsNaN",
                                                          "IsInf",
                                                          "Not",
                                                          "And",
                                                          "Or",
                                                          "Xor",
                                                          "Unique",
                                                          "ZerosLike",
                                                          "ConstantOfShape",
                                                          "NonMaxSuppression",
                                                          "EyeLike"};

bool LetsGradientPass(const ir::Node& node) {
  if (std::any_of(kNoGradient.begin(), kNoGradient.end(),
                  [&](std::string_view type) { return IsOnnx(node, type); })) {
    return false;
  }
  if (!IsOnnx(node, "Cast")) return node.domain != kPreview;
  return IsFloatingPoint(static_cast<ir::ElementType>(IntAttribute(node, "to").value_or(0)));
}

bool HasZeroFactor(const ir::Graph& graph, const ir::Node& node) {
  if (!IsOnnx(node, "Mul")) return false;
  return ConstantScalar(graph, InputOf(node, 0)) == 0 ||
         ConstantScalar(graph, InputOf(node, 1)) == 0;
}

}  // namespace

std::string_view RoleName(GraphRole role) {
  switch (role) {
    case GraphRole::kTraining:
      return "training";
    case GraphRole::kEvaluation:
      return "evaluation";
    case GraphRole::kOptimizer:
      return "optimizer";
    case GraphRole::kInference:
      break;
  }
  return "inference";
}

bool IsFloatingPoint(ir::ElementType type) {
  return type == ir::ElementType::kFloat || type == ir::ElementType::kDouble ||
         type == ir::ElementType::kFloat16 || type == ir::ElementType::kBfloat16;
}

std::optional<std::int64_t> ElementsOf(const ir::Graph& graph, ir::ValueId value) {
  if (const ir::Tensor* tensor = TensorOf(graph, value)) return ElementCount(*tensor);
  std::int64_t count = 1;
  const auto* shape = ShapeOf(graph, value);
  if (shape == nullptr) return std::nullopt;
  for (const ir::Dimension& dimension : *shape) {
    if (!dimension.size || *dimension.size < 0 ||
        __builtin_mul_overflow(count, *dimension.size, &count)) {
      return std::nullopt;
    }
  }
  return count;
}

std::optional<Optimizer> ReadOptimizer(const ir::Graph& graph, ir::NodeId id,
                                       const NodeLocator& locate) {
  const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
  const auto* form =
      std::find_if(std::begin(kOptimizers), std::end(kOptimizers), [&](const OptimizerForm& it) {
        return node.domain == it.domain && node.op_type == it.op_type;
      });
  if (form == std::end(kOptimizers)) return std::nullopt;
  Optimizer optimizer;
  optimizer.name = form->name;
  optimizer.op_type = node.op_type;
  optimizer.location = locate(id);
  const ir::ValueId rate = InputOf(node, 0);
  if (rate != ir::kNone) {
    optimizer.learning_rate_input = graph.values[static_cast<std::size_t>(rate)].name;
    optimizer.learning_rate = ConstantScalar(graph, rate);
  }
  for (const ir::Attribute& attribute : node.attributes) {
    if (const auto* number = std::get_if<float>(&attribute.value)) {
      optimizer.attributes.emplace_back(attribute.name, *number);
    } else if (const auto* whole = std::get_if<std::int64_t>(&attribute.value)) {
      optimizer.attributes.emplace_back(attribute.name, static_cast<double>(*whole));
    }
  }
  return optimizer;
}

std::vector<TrainedLoss> ReadLosses(const ir::Graph& graph, ir::ValueId value,
                                    const NodeLocator& locate) {
  std::vector<TrainedLoss> losses;
  const auto name = [&](ir::ValueId id) {
    return id == ir::kNone ? std::string() : graph.values[static_cast<std::size_t>(id)].name;
  };
  for (GraphLoss& found : GraphLosses(graph, value)) {
    TrainedLoss& loss = losses.emplace_back();
    loss.name = std::move(found.name);
    loss.reduction = std::move(found.reduction);
    loss.location = locate(found.node);
    loss.scores = found.scores;
    loss.scores_name = name(found.scores);
    const ir::ValueId given = BeforeMoves(graph, found.targets);
    loss.targets_name = name(given);
    if (given == ir::kNone) continue;
    const ir::ElementType type = graph.values[static_cast<std::size_t>(given)].type.element;
    loss.integer_targets = type == ir::ElementType::kInt64 || type == ir::ElementType::kInt32;
  }
  return losses;
}

std::vector<bool> Downstream(const ir::Graph& graph, std::vector<ir::ValueId> open,
                             bool stop_at_zero) {
  std::vector<bool> reached(graph.values.size());
  for (const ir::ValueId value : open) reached[static_cast<std::size_t>(value)] = true;
  std::vector<bool> seen(graph.nodes.size());
  while (!open.empty()) {
    const ir::ValueId value = open.back();
    open.pop_back();
    for (const ir::NodeId id : graph.values[static_cast<std::size_t>(value)].consumers) {
      if (seen[static_cast<std::size_t>(id)]) continue;
      seen[static_cast<std::size_t>(id)] = true;
      const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
      if (!LetsGradientPass(node) || (stop_at_zero && HasZeroFactor(graph, node))) continue;
      for (const ir::ValueId output : node.outputs) {
        if (output == ir::kNone || reached[static_cast<std::size_t>(output)]) continue;
        reached[static_cast<std::size_t>(output)] = true;
        open.push_back(output);
      }
    }
  }
  return reached;
}

std::vector<bool> Upstream(const ir::Graph& graph, ir::ValueId value) {
  std::vector<bool> reached(graph.values.size());
  if (value == ir::kNone) return reached;
  std::vector<ir::ValueId> open = {value};
  reached[static_cast<std::size_t>(value)] = true;
  while (!open.empty()) {
    const ir::Node* node = ProducerOf(graph, open.back());
    open.pop_back();
    if (node == nullptr) continue;
    for (const ir::ValueId input : node->inputs) {
      if (input == ir::kNone || reached[static_cast<std::size_t>(input)]) continue;
      reached[static_cast<std::size_t>(input)] = true;
      open.push_back(input);
    }
  }
  return reached;
}

Training ReadTraining(const ir::Model& model) {
  Training training;
  training.model = &model;
  if (!model.decoded) return training;
  if (model.training.empty()) {
    ReadRuntimeGraph(model, &training);
  } else {
    ReadTrainingInfo(model, &training);
  }
  return training;
}

ir::Config TrainingConfig(const std::vector<Training>& trainings) {
  ir::Config config;
  // The graph that trains before the one that evaluates what was trained.
  for (const GraphRole role : {GraphRole::kTraining, GraphRole::kEvaluation}) {
    for (const Training& training : trainings) {
      if (training.role != role || training.losses.size() != 1 || config.loss) continue;
      const TrainedLoss& loss = training.losses.front();
      config.loss = ir::Located<std::string>{.value = loss.name, .location = loss.location};
      if (!loss.integer_targets) continue;
      config.labels = ir::Located<ir::LabelEncoding>{.value = ir::LabelEncoding::kInteger,
                                                     .location = loss.location};
    }
  }
  for (const Training& training : trainings) {
    if (training.role == GraphRole::kTraining) {
      for (const Parameter& parameter : training.frozen) {
        config.frozen.push_back({.value = parameter.name, .location = parameter.location});
      }
    }
    if (!training.optimizer || config.optimizer) continue;
    const Optimizer& optimizer = *training.optimizer;
    const auto number = [&](double value) {
      return ir::Located<double>{.value = value, .location = optimizer.location};
    };
    config.optimizer =
        ir::Located<std::string>{.value = optimizer.name, .location = optimizer.location};
    if (optimizer.learning_rate) config.learning_rate = number(*optimizer.learning_rate);
    for (const auto& [name, value] : optimizer.attributes) {
      // onnx Operators.md, Momentum: alpha is the decay factor of the old momentum.
      if (optimizer.op_type == "Momentum" && name == "alpha") config.momentum = number(value);
    }
  }
  return config;
}

}  // namespace onnxcheck::facts
