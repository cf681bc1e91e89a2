// The loops that train in PyTorch: where a loss is differentiated and an optimizer steps.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_TORCH_LOOP_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_TORCH_LOOP_H_

#include <cstdint>
#include <vector>

#include "analyzer/facts/script/trace.h"

namespace onnxcheck::facts {

struct OptimizerStep {
  std::uint32_t step = kNone;  // optimizer.step(), scaler.step(optimizer)
  ValueId optimizer = kUnknownValue;
  std::uint32_t loop = kNone;  // innermost around it
};

// Steps of optimizers that the script makes, without those that take a closure.
std::vector<OptimizerStep> OptimizerSteps(const ir::Script& script);
// Calls of backward(): on a tensor, or of an accelerator or a LightningModule.
std::vector<std::uint32_t> BackwardCalls(const ir::Script& script);

// Whether the step sets gradients back: zero_grad() and its kin, or a store to .grad.
bool ClearsGradients(const Step& step);

// Whether code that is not seen may have the object in hand: an argument of a call that is neither
// followed nor one of torch's own, something returned to a caller that is not seen, or stored where
// it cannot be followed.
bool MayEscape(const ir::Script& script, ValueId object);

// The object and all that it is made of: what is stored on it, and its parts as arguments.
std::vector<ValueId> PartsOf(const ir::Script& script, ValueId object);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_TORCH_LOOP_H_
