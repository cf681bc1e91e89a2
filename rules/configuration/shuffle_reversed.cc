#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const auto& train = facts.config().shuffle_train;
  const auto& validation = facts.config().shuffle_validation;
  if (!train || !validation || train->value || !validation->value) return;
  Finding& finding =
      sink.Report(train->location,
                  "training data is not shuffled, but validation data is: the two are mixed up");
  finding.label = "training is not shuffled";
  finding.help = "shuffle the training data and leave the validation data in order";
  finding.related = {{validation->location, "validation is shuffled"}};
}

}  // namespace

extern const Rule kShuffleReversed;
const Rule kShuffleReversed = {
    .id = "C018",
    .name = "shuffle-reversed",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "Validation data is shuffled and training data is not.",
         .what = "Reports shuffle: false for training together with shuffle: true for validation. "
                 "One alone is no finding: streams and time series are read in order.",
         .why =
             "Batches in the order of a sorted dataset hold one class each; the gradient follows "
             "the order, and batch statistics fit no other batch. Shuffled validation changes "
             "nothing, so that both settings together are most likely the wrong way round.",
         .bad = R"(```yaml config.yaml
framework: torch
optimizer: adam
train_dataloader: {batch_size: 32, shuffle: false}
val_dataloader: {batch_size: 32, shuffle: true}
```)",
         .good = R"(```yaml config.yaml
framework: torch
optimizer: adam
train_dataloader: {batch_size: 32, shuffle: true}
val_dataloader: {batch_size: 32, shuffle: false}
```)",
         .references = "Lightning warns of the validation half: \"it is strongly recommended that "
                       "you turn this off for val/test dataloaders\"."},
    .check = Check,
};

}  // namespace onnxcheck::rules
