#include "analyzer/engine/rule.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  if (!config.precision || !(config.optimizer || config.learning_rate || config.epochs)) return;
  const bool pure = config.precision->value == "float16";
  if (!pure && config.precision->value != "mixed_float16") return;
  // DeepSpeed: 0 is dynamic. Mixed precision scales by itself unless a fixed factor is stated.
  const bool unscaled =
      config.loss_scale ? config.loss_scale->value > 0 && config.loss_scale->value <= 1 : pure;
  if (!unscaled) return;
  const facts::Curve* loss = facts::MainLoss(facts);
  if (loss != nullptr && facts::TrendOf(*loss).trend == facts::Trend::kFalls) return;
  const ir::Location& where =
      config.loss_scale ? config.loss_scale->location : config.precision->location;
  Finding& finding = sink.Report(
      where,
      config.loss_scale
          ? facts::Cat("training in float16 with a fixed loss scale of ", config.loss_scale->value,
                       ": small gradients become 0")
          : "training in float16 throughout, without a loss scale: small gradients become 0");
  finding.label = "gradients below 6e-8 are lost";
  finding.help = "use mixed precision with a dynamic loss scale, or bfloat16";
  if (config.loss_scale) {
    finding.related = {{config.precision->location, "half precision is chosen here"}};
  } else {
    finding.confidence = Confidence::kMedium;
  }
  finding.evidence = {{"precision", config.precision->value}};
}

}  // namespace

extern const Rule kHalfPrecisionUnscaled;
const Rule kHalfPrecisionUnscaled = {
    .id = "C015",
    .name = "half-precision-unscaled",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "Training in float16 without a loss scale.",
         .what =
             "Reports a precision of pure float16 (Lightning's 16-true, Keras's float16 policy) "
             "with no loss scale stated, and half precision with a fixed scale of 1 or less. "
             "Mixed precision scales by itself and bfloat16 needs no scale: both are silent, "
             "as is a run whose loss falls.",
         .why = "The smallest number of float16 is 6e-8. Gradients below it become 0, and weights "
                "stop moving where gradients are small, without an error.",
         .bad = R"(```yaml config.yaml
framework: torch
optimizer: sgd
learning_rate: 0.01
precision: 16-true
```)",
         .good = R"(```yaml config.yaml
framework: torch
optimizer: sgd
learning_rate: 0.01
precision: 16-mixed
```)",
         .references = "Micikevicius et al. 2018, Mixed Precision Training, section 3.2."},
    .check = Check,
};

}  // namespace onnxcheck::rules
