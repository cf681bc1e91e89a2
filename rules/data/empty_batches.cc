#include <cmath>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/logging.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const auto& size = facts.config().dataset_size;
  if (!size || size->value != 0 || facts::AnyMetricLogged(facts.run())) return;
  Finding& finding =
      sink.Report(size->location, "the dataset holds no example: not one batch is made");
  finding.label = "nothing to train on";
  finding.help =
      "check the path and the pattern that the files are found by, and the filters and splits "
      "behind it";
}

}  // namespace

extern const Rule kEmptyBatches;
const Rule kEmptyBatches = {
    .id = "D001",
    .name = "empty-batches",
    .family = Family::kData,
    .severity = Severity::kError,
    .needs_any = kConfig | kLog,
    .documentation =
        {.summary = "The dataset is empty, so no batch comes.",
         .what = "Reports a dataset size of 0, which a configuration states or a log prints before "
                 "training (Num examples = 0). Silent when a log of the run holds metrics.",
         .why = "A pattern that matches no file, a filter that keeps nothing or a split of 0 gives "
                "an empty dataset without an error. The loop runs over nothing and the run ends "
                "with an untrained model and an empty log.",
         .bad = R"(```yaml config.yaml
framework: torch
optimizer: adam
batch_size: 32
dataset_size: 0
```)",
         .good = R"(```yaml config.yaml
framework: torch
optimizer: adam
batch_size: 32
dataset_size: 5000
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
