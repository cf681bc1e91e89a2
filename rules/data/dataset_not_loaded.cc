#include "analyzer/engine/rule.h"
#include "analyzer/facts/data_errors.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportDataFaults(facts, facts::DataFault::kMissing, sink);
}

}  // namespace

extern const Rule kDatasetNotLoaded;
const Rule kDatasetNotLoaded = {
    .id = "D002",
    .name = "dataset-not-loaded",
    .family = Family::kData,
    .severity = Severity::kError,
    .needs = kLog,
    .documentation = {.summary =
                          "The run ended because its dataset was not where it was looked for.",
                      .what =
                          "Recognises the errors by which PyTorch, Keras, datasets and pandas say "
                          "that a dataset is missing or empty, and a FileNotFoundError that names "
                          "a file of data by its suffix (csv, npy, npz, parquet, h5, tfrecord, "
                          "...). The rule on tracebacks leaves them to this one, and this one to "
                          "the script that names the path, where the run has it. An error that "
                          "was printed and passed over is told by the rule on silent exceptions.",
                      .why =
                          "Nothing was trained. Paths that are right on one machine are wrong on "
                          "the next, and relative ones count from the folder that the run is "
                          "started in.",
                      .bad = R"(```text train.log
Traceback (most recent call last):
  File "train.py", line 12, in <module>
    train = ImageFolder("flowers/train")
FileNotFoundError: Couldn't find any class folder in flowers/train.
```)",
                      .good = R"(```text train.log
epoch 1 loss 0.693
epoch 2 loss 0.512
epoch 3 loss 0.401
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
