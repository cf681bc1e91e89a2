#include "analyzer/engine/rule.h"
#include "analyzer/facts/data_errors.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  for (const auto& error : facts::LastDataErrors(facts.run(), facts::DataFault::kType)) {
    Finding& finding = sink.Report(error.event->location, error.text);
    finding.label = "wrong type";
    finding.help = error.help;
    finding.evidence = {{"exception", error.event->exception}};
    if (!error.event->frame.empty()) finding.evidence.emplace_back("frame", error.event->frame);
  }
}

}  // namespace

extern const Rule kDtypeMismatch;
const Rule kDtypeMismatch = {
    .id = "D004",
    .name = "dtype-mismatch",
    .family = Family::kData,
    .severity = Severity::kError,
    .needs = kLog,
    .documentation =
        {.summary =
             "The run ended because its data has another type than the model or the loss takes.",
         .what = "Recognises the errors by which PyTorch, TensorFlow and Keras say that inputs, "
                 "weights and targets differ in type, or that an array holds text or Python "
                 "objects. The rule on tracebacks leaves them to this one.",
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
