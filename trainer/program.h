// A model's graph as a list of libtorch calls.
#ifndef ONNXCHECK_TRAINER_PROGRAM_H_
#define ONNXCHECK_TRAINER_PROGRAM_H_

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/model.h"
#include "trainer/ops/operator.h"
#include "trainer/weights.h"

namespace onnxcheck::trainer {

struct Step {
  const ir::Node* node = nullptr;
  Operator run = nullptr;
};

// The model must outlive it. Only what the wanted outputs need is in it.
struct Program {
  const ir::Graph* graph = nullptr;
  std::int64_t opset = 0;
  std::vector<Step> steps;          // what depends on inputs or weights
  std::vector<ir::ValueId> inputs;  // graph inputs that are used
  std::vector<ir::ValueId> outputs;
  std::vector<at::Tensor> constants;  // by ValueId; undefined: not constant
  std::vector<Weight> weights;
  // Batch size that the export fixed; 0: the batch dimension is open. Reshapes
  // to that size then follow the batch.
  std::int64_t fixed_batch = 0;
};

// Every node that the named outputs depend on. Float initializers that a
// layer reads become weights when `trainable`, and constants otherwise; `file`
// is the model's bytes. Throws Unsupported, naming the operator.
Program BuildProgram(const ir::Model& model, std::string_view file,
                     const std::vector<std::string>& outputs, bool trainable);

// `weights` and `inputs` are parallel to the program's. Returns its outputs.
// Throws Unsupported or c10::Error.
Tensors RunProgram(const Program& program, std::span<const at::Tensor> weights,
                   std::span<const at::Tensor> inputs, Mode mode);

}  // namespace onnxcheck::trainer

#endif  // ONNXCHECK_TRAINER_PROGRAM_H_
