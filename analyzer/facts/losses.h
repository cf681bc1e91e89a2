// Losses by what they compute: the one table of names for every framework.
#ifndef ONNXCHECK_ANALYZER_FACTS_LOSSES_H_
#define ONNXCHECK_ANALYZER_FACTS_LOSSES_H_

#include <optional>
#include <string_view>

#include "analyzer/ir/config.h"
#include "analyzer/ir/experiment.h"

namespace onnxcheck::facts {

struct Loss {
  ir::LossKind kind = ir::LossKind::kUnknown;
  ir::LossInput input = ir::LossInput::kValues;
  ir::Framework framework = ir::Framework::kUnknown;
  std::optional<ir::LabelEncoding> labels;  // the encoding it requires, if it requires one
  bool non_negative = true;                 // without penalties added or label tricks
};

// Resolves a loss as a framework spells it ("mse", "CategoricalCrossentropy",
// "nn.BCEWithLogitsLoss", "F.cross_entropy"). `from_logits` is what the
// config states; absent means the framework's documented default (Keras:
// False). nullopt: a custom or unknown loss; rules then stay silent.
std::optional<Loss> ResolveLoss(std::string_view name, std::optional<bool> from_logits,
                                ir::Framework framework);

// "keras" / "torch" as configs spell them; kUnknown otherwise.
ir::Framework ResolveFramework(std::string_view name);

// Cross-entropy over classes as the framework spells it, for advice. Takes
// what a softmax gives in Keras; PyTorch's takes the logits before it.
std::string_view CrossEntropySpelling(ir::Framework framework,
                                      std::optional<ir::LabelEncoding> labels);

// "mean squared error", "categorical cross-entropy", ...: for messages.
std::string_view LossName(ir::LossKind kind);
std::string_view ActivationName(ir::Activation activation);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_LOSSES_H_
