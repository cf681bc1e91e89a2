#include <set>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  if (!config.all_frozen || !config.all_frozen->value) return;
  // A model that is only loaded to be used is frozen on purpose.
  if (!config.optimizer && !config.learning_rate && !config.loss && !config.epochs) return;
  const facts::Curve* loss = facts::MainLoss(facts);
  if (loss != nullptr && facts::TrendOf(*loss).trend == facts::Trend::kFalls) return;
  for (const ir::Log& log : facts.run().logs) {
    if (log.trainable_parameters && log.trainable_parameters->value > 0) return;
  }
  std::set<std::string_view> names;  // a model is often saved twice
  for (const auto& layer : config.frozen) names.insert(layer.value);
  const auto layers = static_cast<double>(names.size());
  Finding& finding = sink.Report(
      config.all_frozen->location,
      layers > 0 ? facts::Cat("all ", facts::Plural(layers, "layer"),
                              " with weights are frozen: the optimizer has nothing to change")
                 : "every layer is frozen: the optimizer has nothing to change");
  finding.label = "nothing is trained";
  finding.help =
      "leave at least the new head trainable, and set that before the model is compiled or the "
      "optimizer is made";
  finding.evidence = {{"frozen", layers}};
}

}  // namespace

extern const Rule kAllLayersFrozen;
const Rule kAllLayersFrozen = {
    .id = "C007",
    .name = "all-layers-frozen",
    .family = Family::kConfiguration,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "Every layer that has weights is frozen.",
         .what = "Reports a configuration that freezes everything, or a saved Keras model in which "
                 "every layer with weights says trainable: false, together with an optimizer, a "
                 "loss or a number of epochs. Silent when the log's loss falls or a log counts "
                 "trainable parameters.",
         .why = "In transfer learning the base is frozen and the head trained. When the head is "
                "frozen too, the loss stays where it begins and the epochs are spent for nothing; "
                "Keras only warns, PyTorch's optimizer may not even do that.",
         .bad = R"(```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
optimizer: adam
learning_rate: 0.001
frozen: all
```)",
         .good = R"(```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
optimizer: adam
learning_rate: 0.001
frozen: [conv1, layer1, layer2]
```)",
         .references = "Keras, Transfer learning and fine-tuning: trainable is taken into account "
                       "when the model is compiled."},
    .check = Check,
};

}  // namespace onnxcheck::rules
