#include "analyzer/engine/rule.h"
#include "analyzer/facts/data_errors.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportDataFaults(facts, facts::DataFault::kType, sink);
}

}  // namespace

extern const Rule kDtypeMismatch;
const Rule kDtypeMismatch = {
    .id = "D004",
    .name = "dtype-mismatch",
    .family = Family::kData,
    .severity = Severity::kError,
    .needs_any = kLog | kScript,
    .documentation =
        {.summary = "The data has another type than the model or the loss takes.",
         .what =
             "Recognises the errors by which PyTorch, TensorFlow and Keras say that inputs, "
             "weights and targets differ in type, or that an array holds text or Python "
             "objects; the rule on tracebacks leaves them to this one. In a script it follows the "
             "types that the script itself states (astype, dtype=, what NumPy and PyTorch make "
             "by default) to where they are refused: class indices that are floats, targets of "
             "binary cross-entropy that are integers, inputs of a layer that are float64 or "
             "integers, text that a Keras model of plain layers is fitted to.",
         .why = "NumPy computes in float64, labels are read as floats, a column with one text in "
                "it becomes an array of objects: the fault lies where the data is read, far from "
                "the frame that raises.",
         .bad = R"(```text train.log
epoch 1 started
Traceback (most recent call last):
  File "train.py", line 23, in <module>
    loss = criterion(model(x), y)
RuntimeError: expected scalar type Long but found Float
```)",
         .good = R"(```text train.log
epoch 1 loss 0.693
epoch 2 loss 0.512
epoch 3 loss 0.401
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
