// Which initializers a training run would train, and what they start from.
#ifndef ONNXCHECK_TRAINER_WEIGHTS_H_
#define ONNXCHECK_TRAINER_WEIGHTS_H_

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <vector>

#include "analyzer/ir/experiment.h"
#include "analyzer/ir/model.h"

namespace onnxcheck::trainer {

// How a fresh weight is drawn.
enum class Law {
  kLayer,      // Keras: Glorot uniform; PyTorch: uniform within 1/sqrt(fan-in)
  kEmbedding,  // Keras: uniform within 0.05; PyTorch: normal(0, 1)
  kZero,       // biases
  kOne,        // scales of normalisations
  kSlope,      // PReLU: 0.25
};

struct Weight {
  ir::ValueId value = ir::kNone;
  std::vector<std::int64_t> dims;
  Law law = Law::kLayer;
  double fan_in = 1;
  double fan_out = 1;
};

// Float initializers that a layer's weight input reads, directly or through
// casts and transposes, in the order of `nodes`, each once. Others (shapes,
// bounds, constants of normalisations, scalars) are not weights.
std::vector<Weight> FindWeights(const ir::Graph& graph, std::span<const ir::NodeId> nodes);

// Fresh leaves that require gradients, parallel to `weights`. The same seed
// gives the same values.
std::vector<at::Tensor> InitialWeights(std::span<const Weight> weights, ir::Framework framework,
                                       std::uint64_t seed);

}  // namespace onnxcheck::trainer

#endif  // ONNXCHECK_TRAINER_WEIGHTS_H_
