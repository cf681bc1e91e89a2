// What a replay is asked to do: a run as configured, and with one change.
#ifndef ONNXCHECK_ANALYZER_IR_EXPERIMENT_H_
#define ONNXCHECK_ANALYZER_IR_EXPERIMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace onnxcheck::ir {

// Losses by what they compute, whatever a framework calls them.
enum class LossKind {
  kUnknown,
  kMeanSquaredError,
  kMeanAbsoluteError,
  kHuber,
  kCategoricalCrossEntropy,  // over classes; labels one-hot or integer
  kBinaryCrossEntropy,       // element-wise
  kNegativeLogLikelihood,    // expects log-probabilities
  kKlDivergence,
  kPoisson,
  kHinge,
};

// What a loss takes as its input.
enum class LossInput { kValues, kProbabilities, kLogits, kLogProbabilities };

// How the loss treats probabilities: Keras clips to [1e-7, 1 - 1e-7] and
// renormalises categorical ones; PyTorch does not.
enum class Framework { kUnknown, kKeras, kTorch };

enum class Activation {
  kUnknown,
  kNone,
  kSoftmax,
  kLogSoftmax,
  kSigmoid,
  kTanh,
  kRelu,
};

// One way to train. Everything a replay needs is here; it applies no default.
struct TrainingSetup {
  Framework framework = Framework::kUnknown;
  LossKind loss = LossKind::kUnknown;
  LossInput loss_input = LossInput::kValues;
  std::string optimizer = "sgd";  // "sgd", "adam"
  double learning_rate = 0;
  double momentum = 0;
  std::int64_t batch_size = 0;
  std::int64_t dataset_size = 0;
  bool drop_last = false;
};

// What must be seen as configured, and must not be seen with the change.
enum class Symptom {
  kDoesNotLearn,   // the task's own measure (accuracy; relative error) hardly moves
  kSlowerToLearn,  // it falls clearly short of what the changed setup reaches in the same steps
  kNonfinite,      // loss becomes NaN or Inf, or diverges
  kNoBatches,      // not one step is made
};

struct Experiment {
  std::string model_path;
  std::string output;                      // name of the graph output that is trained
  Activation head = Activation::kUnknown;  // that output's activation
  std::int64_t classes = 0;                // width of a classification task; 0: regression
  TrainingSetup baseline;
  TrainingSetup changed;
  std::string change;  // in words: "loss: categorical_crossentropy"
  Symptom symptom = Symptom::kDoesNotLearn;
  // Optimizer steps of the run itself, which a replay is too short to make;
  // 0: unknown. A rate that only needs its steps is not a fault.
  double planned_steps = 0;
};

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_EXPERIMENT_H_
