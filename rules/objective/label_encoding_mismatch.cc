#include "analyzer/engine/rule.h"
#include "analyzer/facts/loss_values.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  if (!config.loss || !config.labels) return;
  const auto loss = facts::ConfiguredLoss(facts.run(), config);
  if (!loss || !loss->labels) return;

  const ir::LabelEncoding stated = config.labels->value;
  const bool sparse_given_one_hot =
      loss->labels == ir::LabelEncoding::kInteger && stated == ir::LabelEncoding::kOneHot;
  const bool one_hot_given_integers =
      loss->labels == ir::LabelEncoding::kOneHot && stated == ir::LabelEncoding::kInteger;
  if (!sparse_given_one_hot && !one_hot_given_integers) return;
  // Both frameworks refuse the shapes at the first batch, so a run that logged
  // losses converted its labels on the way.
  if (facts::LoggedLosses(facts.run())) return;

  Finding& finding = sink.Report(
      config.loss->location,
      sparse_given_one_hot
          ? facts::Cat(config.loss->value, " expects class indices, but the labels are one-hot")
          : facts::Cat(config.loss->value,
                       " expects one-hot labels, but the labels are class indices"));
  finding.label = sparse_given_one_hot ? "expects class indices" : "expects one-hot labels";
  finding.related = {{config.labels->location, "the labels' encoding is stated here"}};
  if (loss->framework == ir::Framework::kTorch) {
    finding.help = "give the loss class indices: labels.argmax(dim=1)";
  } else {
    finding.help = facts::Cat("use loss: ", facts::CrossEntropySpelling(loss->framework, stated),
                              ", or encode the labels as the loss expects them");
  }
  finding.evidence = {{"loss", config.loss->value}};
}

}  // namespace

extern const Rule kLabelEncodingMismatch;
const Rule kLabelEncodingMismatch = {
    .id = "A010",
    .name = "label-encoding-mismatch",
    .family = Family::kObjective,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "The loss expects another encoding of the labels.",
         .what =
             "Reports a loss over class indices (sparse_categorical_crossentropy, NLLLoss) with "
             "labels stated to be one-hot, and categorical_crossentropy with labels stated to be "
             "integers. CrossEntropyLoss takes both. Silent once a loss has been logged: the "
             "frameworks refuse the wrong shape, so the labels were converted on the way.",
         .why = "The run stops at its first batch with an error about shapes that does not mention "
                "the loss.",
         .bad = R"(```yaml config.yaml
framework: keras
loss: categorical_crossentropy
labels: integer
```)",
         .good = R"(```yaml config.yaml
framework: keras
loss: sparse_categorical_crossentropy
labels: integer
```)",
         .references = "Keras, CategoricalCrossentropy: if you want to provide labels as integers, "
                       "please use SparseCategoricalCrossentropy."},
    .check = Check,
};

}  // namespace onnxcheck::rules
