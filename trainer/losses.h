// Losses as Keras and PyTorch compute them, to the epsilon.
#ifndef ONNXCHECK_TRAINER_LOSSES_H_
#define ONNXCHECK_TRAINER_LOSSES_H_

#include <ATen/ATen.h>

#include "analyzer/ir/experiment.h"

namespace onnxcheck::trainer {

// What a batch is compared with. `values` has the shape of the output; for a
// classification task it is one-hot (one column: 0 or 1) and `classes` [N]
// holds the indices.
struct Target {
  at::Tensor values;
  at::Tensor classes;  // undefined: no classes
};

// Mean over the batch, a scalar that can be differentiated. `output` is the
// model's own output, whatever the loss takes it for. Throws Unsupported for a
// loss that the framework does not have in this form.
at::Tensor ComputeLoss(const ir::TrainingSetup& setup, const at::Tensor& output,
                       const Target& target);

}  // namespace onnxcheck::trainer

#endif  // ONNXCHECK_TRAINER_LOSSES_H_
