#include "analyzer/engine/rule.h"
#include "analyzer/facts/data_errors.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportDataFaults(facts, facts::DataFault::kLabels, sink);
}

}  // namespace

extern const Rule kLabelsMissing;
const Rule kLabelsMissing = {
    .id = "D003",
    .name = "labels-missing",
    .family = Family::kData,
    .severity = Severity::kError,
    .needs_any = kLog | kScript,
    .documentation =
        {.summary = "The batches hold no usable labels.",
         .what = "Recognises the errors by which Transformers, Keras and scikit-learn say that "
                 "labels are missing, unknown or all the same; the rule on tracebacks leaves them "
                 "to this one. In a script it reports Keras's fit of an array without labels, for "
                 "a model that is compiled with a loss, and a loop that takes inputs and targets "
                 "from a loader whose TensorDataset holds one tensor.",
         .why = "The message speaks of the loss or of the encoder; the fault is in the dataset: a "
                "column of another name, a split that left the labels behind.",
         .bad = R"(```text train.log
epoch 1 started
Traceback (most recent call last):
  File "train.py", line 41, in <module>
    trainer.train()
ValueError: The model did not return a loss from the inputs, only the following keys: logits.
```)",
         .good = R"(```text train.log
epoch 1 loss 0.693
epoch 2 loss 0.512
epoch 3 loss 0.401
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
