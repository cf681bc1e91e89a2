// What a model file says about its own training: ONNX's training_info, and the graphs that ONNX
// Runtime trains with (training_model.onnx, eval_model.onnx, optimizer_model.onnx).
#ifndef ONNXCHECK_ANALYZER_FACTS_TRAINING_H_
#define ONNXCHECK_ANALYZER_FACTS_TRAINING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/facts/graph_loss.h"
#include "analyzer/ir/config.h"
#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

enum class GraphRole {
  kInference,
  kTraining,    // computes gradients, or has training_info
  kEvaluation,  // ends in a loss, but computes no gradient
  kOptimizer,   // updates parameters that it is given
};

// "inference", "training", "evaluation", "optimizer".
std::string_view RoleName(GraphRole role);

// A loss that the model computes itself.
struct TrainedLoss {
  std::string name;       // GraphLoss::name
  std::string reduction;  // "mean", "sum" or "none"
  ir::Location location;
  ir::ValueId scores = ir::kNone;  // what it is applied to, in the main graph; kNone: elsewhere
  std::string scores_name;
  std::string targets_name;
  bool integer_targets = false;  // class indices by their type
};

// A parameter by its name: an initializer, or an input that the caller fills from a checkpoint.
struct Parameter {
  std::string name;
  ir::ValueId value = ir::kNone;  // in the main graph; kNone: it has no such value
  std::optional<std::int64_t> elements;
  ir::Location location;
};

// A trained parameter whose gradient is missing or can be nothing but zero.
struct DetachedParameter {
  enum class Reason {
    kNoPath,        // the loss does not depend on it, or its gradient not on the loss
    kZeroGradient,  // a factor on the way is constant zero
  };
  Parameter parameter;
  Reason reason = Reason::kNoPath;
};

struct Optimizer {
  std::string name;     // lower case, as configurations say it: "adamw", "sgd", "adam", ...
  std::string op_type;  // as the graph says it: "AdamWOptimizer"
  ir::Location location;
  std::optional<double> learning_rate;  // when the graph holds it
  std::string learning_rate_input;      // the value that carries it; may be empty
  // The node's numbers by name, in its order: "alpha", "beta", "epsilon", "weight_decay", ...
  std::vector<std::pair<std::string, double>> attributes;
};

struct Training {
  const ir::Model* model = nullptr;
  GraphRole role = GraphRole::kInference;
  std::string loss_output;          // name of the value that is minimised; empty: not known
  std::vector<TrainedLoss> losses;  // that it is made of; empty: of no form that is recognised
  std::vector<Parameter> trained;
  // Weights of layers that are not trained; of an evaluation graph, which trains nothing, all.
  std::vector<Parameter> frozen;
  std::vector<DetachedParameter> detached;
  std::optional<Optimizer> optimizer;
  // Set up to train (a loss, a step of an algorithm), yet nothing is updated.
  bool updates_nothing = false;
};

// Of a model that only infers: its role alone. Linear in the model.
Training ReadTraining(const ir::Model& model);

// What the models say as a configuration would: loss, optimizer, learning rate, frozen parts, each
// located in its model. Where several speak of the same the first wins.
ir::Config TrainingConfig(const std::vector<Training>& trainings);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_TRAINING_H_
