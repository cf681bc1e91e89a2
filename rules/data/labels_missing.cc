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
      if (facts::DataErrorOf(event).fault == facts::DataFault::kLabels) last = &event;
    }
    if (last == nullptr) continue;
    const facts::DataError error = facts::DataErrorOf(*last);
    Finding& finding = sink.Report(
        last->location, facts::Cat(error.meaning, ": ", last->exception, ": ", last->message));
    finding.label = "no labels";
    finding.help = error.help;
    finding.evidence = {{"exception", last->exception}};
    if (!last->frame.empty()) finding.evidence.emplace_back("frame", last->frame);
  }
}

}  // namespace

extern const Rule kLabelsMissing;
const Rule kLabelsMissing = {
    .id = "D003",
    .name = "labels-missing",
    .family = Family::kData,
    .severity = Severity::kError,
    .needs = kLog,
    .documentation =
        {.summary = "The run ended because its batches hold no usable labels.",
         .what = "Recognises the errors by which Transformers, Keras and scikit-learn say that "
                 "labels are missing, unknown or all the same. The rule on tracebacks leaves them "
                 "to this one.",
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
