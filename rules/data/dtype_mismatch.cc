#include "analyzer/engine/rule.h"
#include "analyzer/facts/data_errors.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    // The last one: the same error comes from each process, and from each attempt.
    const ir::Event* last = nullptr;
    for (const ir::Event& event : log.events) {
      if (facts::DataErrorOf(event).fault == facts::DataFault::kType) last = &event;
    }
    if (last == nullptr) continue;
    const facts::DataError error = facts::DataErrorOf(*last);
    Finding& finding = sink.Report(
        last->location, facts::Cat(error.meaning, ": ", last->exception, ": ", last->message));
    finding.label = "wrong type";
    finding.help = error.help;
    finding.evidence = {{"exception", last->exception}};
    if (!last->frame.empty()) finding.evidence.emplace_back("frame", last->frame);
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
