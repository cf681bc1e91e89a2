#include "analyzer/engine/rule.h"
#include "analyzer/facts/replay.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  if (!config.batch_size || !config.dataset_size) return;
  const double batch = config.batch_size->value;
  const double dataset = config.dataset_size->value;
  if (batch < 1 || dataset < 1 || batch <= dataset) return;

  const bool dropped = config.drop_last && config.drop_last->value;
  const std::string sizes =
      facts::Cat("a batch of ", batch, " is larger than the dataset of ", dataset);
  Finding& finding = sink.Report(config.batch_size->location,
                                 dropped ? sizes + " and drop_last is set: not one batch is made"
                                         : sizes + ": every epoch is a single step over all of it");
  finding.label = "larger than the dataset";
  finding.help =
      facts::Cat("use a batch size of at most ", dataset,
                 dropped ? ", or set drop_last to false" : ", or state the real dataset size");
  if (!dropped) finding.severity = Severity::kWarning;
  finding.related = {
      {config.dataset_size->location, facts::Cat("the dataset has ", dataset, " examples")}};
  if (dropped)
    finding.related.push_back({config.drop_last->location, "the incomplete batch is dropped"});
  finding.evidence = {{"batch_size", batch}, {"dataset_size", dataset}, {"drop_last", dropped}};
  if (!dropped) return;
  finding.experiment = facts::ConfiguredExperiment(facts, ir::Symptom::kNoBatches);
  if (finding.experiment) {
    finding.experiment->changed.drop_last = false;
    finding.experiment->change = "drop_last: false";
  }
}

}  // namespace

extern const Rule kBatchExceedsDataset;
const Rule kBatchExceedsDataset = {
    .id = "C005",
    .name = "batch-exceeds-dataset",
    .family = Family::kConfiguration,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "One batch asks for more examples than the dataset has.",
         .what = "Compares batch_size with dataset_size. With drop_last the finding is an error: "
                 "the only, incomplete batch is thrown away. Without it, it is a warning.",
         .why = "With drop_last no step is ever made; the run ends without an error and with an "
                "empty log. Without it, every epoch is one full-batch step, which is rarely what a "
                "batch size was chosen for.",
         .bad = R"(```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
optimizer: sgd
learning_rate: 0.1
batch_size: 256
dataset_size: 200
drop_last: true
```)",
         .good = R"(```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
optimizer: sgd
learning_rate: 0.1
batch_size: 32
dataset_size: 200
drop_last: true
```)",
         .references =
             "PyTorch, `torch.utils.data.DataLoader`: drop_last drops the last incomplete "
             "batch."},
    .check = Check,
    .replayable = true,
};

}  // namespace onnxcheck::rules
