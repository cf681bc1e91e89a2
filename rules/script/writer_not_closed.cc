#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/loops.h"

namespace onnxcheck::rules {
namespace {

using ir::script::Context;
using ir::script::Step;
using ir::script::Value;
using ir::script::ValueId;

bool MakesWriter(const Step& step) {
  return facts::IsCall(step, {"torch.utils.tensorboard.SummaryWriter",
                              "torch.utils.tensorboard.writer.SummaryWriter",
                              "tensorboardX.SummaryWriter", "tensorboardX.writer.SummaryWriter"});
}

struct Uses {
  bool written = false;  // add_scalar and its kin
  bool closed = false;   // close, flush, with
  bool leaves = false;   // given to what is not followed, returned, stored
};

bool Holds(const ir::Script& script, ValueId id, ValueId writer) {
  const Value& value = script.values[id];
  return id == writer ||
         ((value.kind == Value::Kind::kUnion || value.kind == Value::Kind::kList ||
           value.kind == Value::Kind::kDict) &&
          std::find(value.items.begin(), value.items.end(), writer) != value.items.end());
}

Uses UsesOf(const ir::Script& script, ValueId writer) {
  Uses uses;
  for (const Context& context : script.contexts) {
    uses.closed = uses.closed ||
                  (context.kind == Context::Kind::kWith && Holds(script, context.value, writer));
  }
  for (const Step& step : script.steps) {
    if (step.is_method && Holds(script, step.receiver, writer)) {
      uses.written = uses.written || step.name.starts_with("add_");
      uses.closed =
          uses.closed || step.name == "close" || step.name == "flush" || step.name == "__exit__";
      continue;
    }
    // self.writer may be closed by whoever has the object.
    const bool handed = std::any_of(step.arguments.begin(), step.arguments.end(),
                                    [&](const ir::script::Argument& argument) {
                                      return Holds(script, argument.value, writer);
                                    });
    if (!handed) continue;
    const bool followed = step.kind == Step::Kind::kCall && step.body != ir::script::kNone;
    uses.leaves = uses.leaves || (!followed && step.kind != Step::Kind::kBind);
  }
  return uses;
}

// Methods that are called on something unknown, which may be the writer.
bool SomethingIsClosed(const ir::Script& script) {
  return std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
    return facts::IsMethod(step, {"close", "flush"}) &&
           script.values[step.receiver].kind == Value::Kind::kUnknown;
  });
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    if (script.partial) continue;
    std::vector<std::uint32_t> told;  // lines
    std::size_t looked = 0;
    for (const Step& step : script.steps) {
      if (looked >= facts::kMostCandidates) break;
      if (!MakesWriter(step) || std::find(told.begin(), told.end(), step.mark.line) != told.end() ||
          SomethingIsClosed(script)) {
        continue;
      }
      ++looked;
      const Uses uses = UsesOf(script, step.result);
      if (uses.closed || uses.leaves) continue;
      told.push_back(step.mark.line);
      Finding& finding = sink.Report(ir::PlaceOf(script, step.mark),
                                     uses.written ? "the writer is neither flushed nor closed"
                                                  : "nothing is ever written to this writer");
      finding.label = "made here";
      finding.help =
          uses.written
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
                 "is stored, returned or handed to code outside of the script.",
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
