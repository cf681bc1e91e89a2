// Whether the gradient of a loss can reach what made it.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_GRADIENT_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_GRADIENT_H_

#include <optional>
#include <string>

#include "analyzer/facts/script/trace.h"

namespace onnxcheck::facts {

// Where the way back from a loss ends.
struct GradientCut {
  ValueId value = kUnknownValue;  // what the cutting operation gave
  std::string operation;          // "argmax", "item", "!="
};

// The operation without a gradient that lies on every way from the tensor back to a module of
// PyTorch: argmax, a comparison, detach(), item(), a copy by torch.tensor(). nullopt where some way
// is open, or may be: whatever is not known may pass a gradient on. Looks at 500 values at most.
std::optional<GradientCut> CutOff(const ir::Script& script, ValueId tensor);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_GRADIENT_H_
