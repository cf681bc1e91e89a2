#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const std::optional<facts::Cause> cause = facts::NoBatchCause(facts.config());
  for (const ir::Log& log : facts.run().logs) {
    for (const ir::Event& event : log.events) {
      if (event.kind != ir::EventKind::kEmptyLogs) continue;
      Finding& finding = sink.Report(
          event.location, cause ? "Keras stopped because no batch ever came: " + cause->text
                                : "Keras stopped because no batch ever came");
      finding.label = "not one training step was made";
      if (cause) {
        finding.related = {{cause->location, cause->text}};
        finding.help = cause->help;
      } else {
        finding.help =
            "iterate over the dataset once by itself: the usual causes are an empty or used-up "
            "generator, a filter or path that leaves nothing, and a batch larger than the dataset "
            "with incomplete batches dropped";
        finding.confidence = Confidence::kMedium;
      }
      break;  // repeated starts repeat the same error
    }
  }
}

}  // namespace

extern const Rule kEmptyLogsError;
const Rule kEmptyLogsError = {
    .id = "L022",
    .name = "empty-logs-error",
    .family = Family::kLog,
    .severity = Severity::kError,
    .needs = kLog,
    .documentation =
        {.summary = "Keras's \"Empty logs\" error: no batch ever came.",
         .what = "Recognises the error in the wordings of Keras 2.5 to 2.15 and says which of its "
                 "causes the configuration shows: no example, no step, a batch larger than the "
                 "dataset with incomplete batches dropped.",
         .why = "The message speaks of the training function and advises running eagerly. In "
                "practice the function was never called, because the input held no batch.",
         .bad = R"(```text run.log
Epoch 1/5
Traceback (most recent call last):
  File "train.py", line 43, in main
    model.fit(data, epochs=5)
ValueError: Unexpected result of `train_function` (Empty logs). Please use `Model.compile(..., run_eagerly=True)`, or `tf.config.run_functions_eagerly(True)` for more information of where went wrong, or file a issue/bug to `tf.keras`.
```)",
         .good = R"(```text run.log
Epoch 1/2
10/10 - 0s - 2ms/step - loss: 4.0316
Epoch 2/2
10/10 - 0s - 2ms/step - loss: 1.8488
```)",
         .references = "Keras, Model.fit: raised when the last step returned no logs."},
    .check = Check,
};

}  // namespace onnxcheck::rules
