#include <cmath>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/logging.h"

namespace onnxcheck::rules {
namespace {

// -1 means "choose for me" in launchers and "all of it" in full-batch training, such as graph
// networks, whatever the framework; a program that hands it on fails at once. Fractions are shares
// of a GPU's memory for some launchers, but never for Keras or a PyTorch DataLoader.
bool MayMeanAutomatic(double size, const facts::Facts& facts) {
  if (size == -1) return true;
  if (!(size > 0 && size < 1)) return false;
  // A run that logged metrics did get batches.
  if (facts::AnyMetricLogged(facts.run())) return true;
  const ir::Config& config = facts.config();
  return !config.framework ||
         facts::ResolveFramework(config.framework->value) == ir::Framework::kUnknown;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const auto& size = facts.config().batch_size;
  if (!size || MayMeanAutomatic(size->value, facts)) return;
  const bool whole = std::floor(size->value) == size->value;
  if (size->value >= 1 && whole) return;
  Finding& finding =
      sink.Report(size->location, size->value == 0 ? "the batch size is zero: no batch is ever made"
                                  : whole          ? "the batch size is negative"
                                                   : "the batch size is not a whole number");
  finding.label = "must be a whole number above 0";
  finding.help = "set batch_size to the number of examples in one step, such as 32";
  finding.evidence = {{"batch_size", size->value}};
}

}  // namespace

extern const Rule kBatchSizeInvalid;
const Rule kBatchSizeInvalid = {
    .id = "C004",
    .name = "batch-size-invalid",
    .family = Family::kConfiguration,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "The batch size is zero, negative or not a whole number.",
         .what =
             "Reports a configured batch size that cannot be a number of examples. -1 is let pass: "
             "it is read as \"choose for me\" or as the whole dataset. So is a fraction, unless "
             "the configuration names Keras or PyTorch and no metric was logged.",
         .why =
             "A batch size of zero gives the training loop nothing to iterate over. Depending on "
             "the loader that is an error, or an epoch that ends at once with an empty log.",
         .bad = R"(```yaml config.yaml
framework: keras
loss: mse
optimizer: adam
learning_rate: 0.001
batch_size: 0
```)",
         .good = R"(```yaml config.yaml
framework: keras
loss: mse
optimizer: adam
learning_rate: 0.001
batch_size: 32
```)",
         .references = "PyTorch, `torch.utils.data.BatchSampler`: batch_size should be a positive "
                       "integer value."},
    .check = Check,
};

}  // namespace onnxcheck::rules
