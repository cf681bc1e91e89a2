#include "analyzer/engine/rule.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/silence.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  if (facts::AnyMetricLogged(facts.run())) return;
  for (const ir::Log& log : facts.run().logs) {
    if (!ir::Trains(log)) continue;
    const ir::Event* error = facts::SwallowedError(log);
    if (error == nullptr) continue;
    const auto rest = static_cast<double>(log.lines - error->line);
    Finding& finding = sink.Report(
        error->location, facts::Cat("an error was printed and passed over: the run went on for ",
                                    facts::Plural(rest, "line"), " without one metric"));
    finding.label = "was not acted on";
    finding.help =
        "let the exception end the program: catch it only where something can be done about it, "
        "and raise again otherwise";
    finding.confidence = Confidence::kMedium;
    finding.evidence = {{"error", error->text}};
  }
}

}  // namespace

extern const Rule kSilentException;
const Rule kSilentException = {
    .id = "L025",
    .name = "silent-exception",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "Something could not be loaded, and the program went on with nothing.",
         .what = "Reports the message that a file could not be found, opened or read, when the "
                 "log goes on after it and no log of the run has a metric. Silent when "
                 "training was measured all the same, and when a traceback, an interruption or "
                 "lack of memory ended the run.",
         .why = "An `except` that only prints leaves a program that seems to run: the loops pass "
                "over an empty dataset, nothing is trained, and the exit status is 0.",
         .bad = R"(```text run.log
Error loading dataset: [Errno 2] No such file or directory: 'data/train.pt'
Training started
Epoch 1 done
Epoch 2 done
Training finished
```)",
         .good = R"(```text run.log
Training started
epoch 1 loss: 0.91
epoch 2 loss: 0.72
epoch 3 loss: 0.61
Training finished
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
