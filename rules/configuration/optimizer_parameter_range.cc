#include <optional>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using Stated = std::optional<ir::Located<double>>;

void Report(const Stated& number, const char* name, const char* range, const char* effect,
            const char* usual, Sink& sink) {
  Finding& finding = sink.Report(
      number->location, facts::Cat(name, " is ", number->value, ", outside ", range, ": ", effect));
  finding.label = facts::Cat("must lie in ", range);
  finding.help = facts::Cat("use ", usual);
  finding.evidence = {{"value", number->value}};
}

// Written so that NaN is outside.
void DecayRate(const Stated& rate, const char* name, const char* usual, Sink& sink) {
  if (!rate || (rate->value >= 0 && rate->value < 1)) return;
  Report(rate, name, "[0, 1)", "its running average grows instead of forgetting", usual, sink);
}

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  // Names such as beta1 are used for other things than Adam's.
  const bool adaptive = config.optimizer && facts::IsAdaptive(config.optimizer->value);
  if (adaptive) {
    DecayRate(config.beta1, "beta1", "0.9", sink);
    DecayRate(config.beta2, "beta2", "0.999", sink);
  }
  DecayRate(config.momentum, "the momentum", "0.9", sink);
  if (config.epsilon && config.optimizer && !(config.epsilon->value >= 0)) {
    Report(config.epsilon, "the optimizer's epsilon", "[0, inf)",
           "it is added to a root that must not become 0", "1e-8", sink);
  }
  if (config.weight_decay && !(config.weight_decay->value >= 0)) {
    Report(config.weight_decay, "the weight decay", "[0, inf)",
           "weights are pushed away from 0 and grow without bound", "0 or a small positive number",
           sink);
  }
}

}  // namespace

extern const Rule kOptimizerParameterRange;
const Rule kOptimizerParameterRange = {
    .id = "C008",
    .name = "optimizer-parameter-range",
    .family = Family::kConfiguration,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "A number of the optimizer is outside what it is defined for.",
         .what = "Checks that beta1, beta2 and momentum lie in [0, 1), and that epsilon and weight "
                 "decay are not negative. The betas are judged only beside an optimizer that has "
                 "them.",
         .why = "A decay rate of 1 or more makes a running average that never forgets and grows "
                "with every step; a negative weight decay pushes weights away from 0. PyTorch "
                "refuses such numbers, Keras and hand-written optimizers often do not.",
         .bad = R"(```yaml config.yaml
framework: keras
loss: mse
optimizer: {name: adam, learning_rate: 0.001, beta_1: 9.0}
```)",
         .good = R"(```yaml config.yaml
framework: keras
loss: mse
optimizer: {name: adam, learning_rate: 0.001, beta_1: 0.9}
```)",
         .references = "Kingma and Ba 2015, Algorithm 1: beta1, beta2 in [0, 1). PyTorch, "
                       "`torch.optim.Adam` and `SGD`: the ranges that their constructors check."},
    .check = Check,
};

}  // namespace onnxcheck::rules
