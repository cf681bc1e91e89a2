#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/writers.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    for (const facts::ScriptWriter& writer : facts::WritersOf(script)) {
      if (writer.closed || writer.leaves || facts::IsForeignToKeras(script, writer)) continue;
      Finding& finding = sink.Report(ir::PlaceOf(script, script.steps[writer.step].mark),
                                     writer.written ? "the writer is neither flushed nor closed"
                                                    : "nothing is ever written to this writer");
      finding.label = "made here";
      finding.help =
          writer.written
              ? "use it in a with statement, or call writer.close() at the end"
              : "give it what is to be logged (writer.add_scalar), or use the framework's own "
                "logger: a callback of fit, the trainer's logger";
    }
  }
}

}  // namespace

extern const Rule kWriterNotClosed;
const Rule kWriterNotClosed = {
    .id = "S017",
    .name = "writer-not-closed",
    .family = Family::kScript,
    .severity = Severity::kInfo,
    .needs = kScript,
    .documentation =
        {.summary = "A TensorBoard writer is never closed, or never written to.",
         .what = "Reports a SummaryWriter on which neither close() nor flush() is called and that "
                 "stands in no with statement, and one that nothing is written to. Silent when it "
                 "is stored, returned or handed to code outside of the script. A writer that Keras "
                 "does not know of is told of by the rule on loggers of another framework.",
         .why = "The writer keeps a queue and flushes it every two minutes: a program that is "
                "killed or leaves through os._exit loses what is in it. A writer without a write "
                "leaves an event file with a header and nothing else.",
         .bad = R"(```python train.py
from torch.utils.tensorboard import SummaryWriter

writer = SummaryWriter("runs/a")
for epoch in range(10):
    writer.add_scalar("epoch", epoch, epoch)
```)",
         .good = R"(```python train.py
from torch.utils.tensorboard import SummaryWriter

writer = SummaryWriter("runs/a")
for epoch in range(10):
    writer.add_scalar("epoch", epoch, epoch)
writer.close()
```)",
         .references = "PyTorch documentation, SummaryWriter: flush_secs and max_queue."},
    .check = Check,
};

}  // namespace onnxcheck::rules
