#include <string>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/misspelt.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::MisspeltKey& misspelt : facts::MisspeltKeys(facts.config())) {
    Finding& finding = sink.Report(misspelt.key.location,
                                   facts::Cat("nothing reads the key \"", misspelt.key.value,
                                              "\": did you mean \"", misspelt.meant, "\"?"));
    finding.label = "a slip of the pen";
    finding.help = facts::Cat("write ", misspelt.meant);
    finding.confidence = Confidence::kMedium;
    finding.evidence = {{"key", misspelt.key.value}, {"meant", std::string(misspelt.meant)}};
  }
}

}  // namespace

extern const Rule kUnknownKey;
const Rule kUnknownKey = {
    .id = "C013",
    .name = "unknown-key",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "A key is one letter away from one that would be read.",
         .what = "Reports a key that differs from a well-known one (learning_rate, weight_decay, "
                 "warmup_steps, ...) by one letter that is wrong, missing or too many, or by two "
                 "neighbours that are swapped, when the well-known one is nowhere in the run. "
                 "Words of fewer than eight letters and plurals are left alone.",
         .why = "Programs take what they know from a configuration and pass over the rest. A "
                "misspelt learning rate is no error: the default is used, and the run looks as if "
                "the number had been tried.",
         .bad = R"(```yaml config.yaml
framework: torch
optimizer: adam
learing_rate: 0.0003
batch_size: 32
```)",
         .good = R"(```yaml config.yaml
framework: torch
optimizer: adam
learning_rate: 0.0003
batch_size: 32
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
