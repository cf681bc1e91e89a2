#include "analyzer/engine/rule.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  if (!config.epsilon || !config.precision || config.precision->value != "float16") return;
  const double epsilon = config.epsilon->value;
  if (!(epsilon > 0) || epsilon > sink.Parameter("smallest")) return;
  const facts::Curve* loss = facts::MainLoss(facts);
  if (loss != nullptr && facts::TrendOf(*loss).trend == facts::Trend::kFalls) return;
  Finding& finding =
      sink.Report(config.epsilon->location,
                  facts::Cat("an epsilon of ", epsilon,
                             " is 0 in float16: the optimizer divides by the bare root"));
  finding.label = "rounds to 0";
  finding.help = "use 1e-4 to 1e-6, or keep the optimizer in float32 with mixed precision";
  finding.related = {{config.precision->location, "all computation is in float16"}};
  finding.evidence = {{"epsilon", epsilon}};
}

}  // namespace

extern const Rule kPrecisionEpsilon;
const Rule kPrecisionEpsilon = {
    .id = "C027",
    .name = "precision-epsilon",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "The optimizer's epsilon is 0 in the precision that is used.",
         .what = "Reports an epsilon that rounds to 0 in float16 when the configuration asks for "
                 "float16 throughout. In mixed precision the optimizer computes in float32, which "
                 "is silent, as is a run whose loss falls.",
         .why = "Epsilon keeps Adam and its kin from dividing by 0 where a gradient has been 0. As "
                "0 it lets the first such weight become NaN, and with it the loss.",
         .bad = R"(```yaml config.yaml
optimizer: {name: adam, lr: 0.001, eps: 1.0e-8}
precision: float16
loss_scale: 1024
```)",
         .good = R"(```yaml config.yaml
optimizer: {name: adam, lr: 0.001, eps: 1.0e-5}
precision: float16
loss_scale: 1024
```)",
         .references = "IEEE 754 binary16: the smallest subnormal is 2^-24."},
    .parameters = {{.name = "smallest",
                    .value = 2.98e-8,
                    .meaning = "an epsilon up to this becomes 0",
                    .source = "half of float16's smallest number, 2^-24"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
