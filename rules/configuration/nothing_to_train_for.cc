#include <optional>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/purpose.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using Stated = std::optional<ir::Located<double>>;

void Judge(const Stated& count, const char* what, bool zero_is_off, Sink& sink) {
  if (!count) return;
  // -1 is "no limit" to many programs.
  const bool none = count->value < 0 ? count->value != -1 : count->value == 0 && !zero_is_off;
  if (!none) return;
  Finding& finding = sink.Report(count->location, facts::Cat("the run is to make ", count->value,
                                                             " ", what, ": nothing is trained"));
  finding.label = "nothing to do";
  finding.help = facts::Cat("set the number of ", what, " above 0");
  finding.evidence = {{"count", count->value}};
}

void Check(const facts::Facts& facts, Sink& sink) {
  // A run that logged metrics did something: the number is of another phase.
  if (facts::AnyMetricLogged(facts.run()) || facts::OnlyEvaluates(facts.config())) return;
  const ir::Config& config = facts.config();
  // Epochs or steps: what is positive says how long the run is.
  const bool by_steps = config.max_steps && config.max_steps->value > 0;
  const bool by_epochs = config.epochs && config.epochs->value > 0;
  if (!by_steps) Judge(config.epochs, "epochs", false, sink);
  // Hugging Face takes 0 steps for "as many as the epochs make".
  if (!by_epochs) Judge(config.max_steps, "steps", config.epochs.has_value(), sink);
  Judge(config.steps_per_epoch, "steps per epoch", false, sink);
}

}  // namespace

extern const Rule kNothingToTrainFor;
const Rule kNothingToTrainFor = {
    .id = "C006",
    .name = "nothing-to-train-for",
    .family = Family::kConfiguration,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "The run is to make no epoch or no step.",
         .what = "Reports a number of epochs, of steps, or of steps per epoch that is zero or "
                 "negative. -1 is let pass, \"no limit\" to many programs, and steps "
                 "of 0 where epochs are stated beside them. Silent when a log holds metrics "
                 "and for runs that only evaluate.",
         .why = "The program starts, loads everything, and ends without an error: the model is "
                "saved as it was initialised. A steps_per_epoch of 0 is what an integer division "
                "of a small dataset by a large batch gives.",
         .bad = R"(```yaml config.yaml
framework: keras
loss: mse
optimizer: adam
epochs: 5
steps_per_epoch: 0
```)",
         .good = R"(```yaml config.yaml
framework: keras
loss: mse
optimizer: adam
epochs: 5
steps_per_epoch: 100
```)",
         .references = "Hugging Face `TrainingArguments`: max_steps overrides the epochs when it "
                       "is positive. Lightning `Trainer`: -1 is no limit."},
    .check = Check,
};

}  // namespace onnxcheck::rules
