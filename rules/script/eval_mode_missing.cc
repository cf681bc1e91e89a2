#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/torch_loop.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

// A step that turns the mode; train(False) is eval().
std::optional<bool> Turns(const ir::Script& script, const Step& step) {
  if (IsMethod(step, "eval") && step.arguments.empty()) return false;
  if (!IsMethod(step, "train")) return std::nullopt;
  if (step.arguments.empty()) return true;
  return TruthOf(script, step.arguments[0].value);
}

// eval() in the loop that trains, on the model that is trained, and no train() in it.
void Check(const Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    if (script.partial) continue;
    const std::vector<std::uint32_t> backward = BackwardCalls(script);
    if (backward.empty()) continue;
    std::vector<std::uint32_t> told;
    for (std::uint32_t i = 0; i < script.steps.size(); ++i) {
      const Step& turned = script.steps[i];
      if (Turns(script, turned) != false || turned.body != kNone) continue;
      const Role role = RoleOf(script, turned.receiver);
      if (role != Role::kTorchModule || IsUncalled(script, turned.context)) continue;
      // The outermost loop that both turns and trains: of epochs.
      std::uint32_t loop = kNone;
      for (std::uint32_t at = LoopAround(script, turned.context); at != kNone;
           at = LoopAround(script, script.contexts[at].parent)) {
        const Context& round = script.contexts[at];
        const bool trains = std::any_of(backward.begin(), backward.end(), [&](std::uint32_t one) {
          return one >= round.first_step && one < round.last_step;
        });
        if (trains) loop = at;
      }
      if (loop == kNone || std::find(told.begin(), told.end(), loop) != told.end()) continue;
      const Context& round = script.contexts[loop];
      bool restored = false;
      bool trained = false;
      for (std::uint32_t at = round.first_step; at < round.last_step; ++at) {
        const Step& step = script.steps[at];
        const auto mode = Turns(script, step);
        restored |= (step.is_method && step.name == "train" && mode != false);
        // A new model each round begins in training mode.
        restored |= MayBeSame(script, turned.receiver, step.result) &&
                    step.kind == Step::Kind::kCall &&
                    RoleMade(script, step) == Role::kTorchModule && !step.is_method;
      }
      const std::vector<ValueId> parts = PartsOf(script, turned.receiver);
      for (const std::uint32_t at : backward) {
        if (at < round.first_step || at >= round.last_step) continue;
        const Step& step = script.steps[at];
        const ValueId loss = step.arguments.empty() ? step.receiver : step.arguments[0].value;
        trained |= ReachesBack(script, loss, [&](ValueId value) {
          return std::find(parts.begin(), parts.end(), value) != parts.end();
        });
      }
      if (restored || !trained) continue;
      // Before the first backward of a round it is how the author wants to train.
      const std::uint32_t last = *std::max_element(backward.begin(), backward.end());
      if (i < round.first_step || backward.front() > i) continue;
      static_cast<void>(last);
      told.push_back(loop);
      Finding& finding =
          sink.Report(PlaceOfStep(script, turned),
                      "the model is put into evaluation mode in the training loop and never back");
      finding.label = "stays so";
      finding.related = {{PlaceOfStep(script, script.steps[backward.front()]),
                          "from the second round on this trains in evaluation mode"}};
      finding.help = "call model.train() at the beginning of each epoch";
    }
  }
}

}  // namespace

extern const Rule kEvalModeMissing;
const Rule kEvalModeMissing = {
    .id = "S015",
    .name = "eval-mode-missing",
    .family = Family::kScript,
    .severity = Severity::kWarning,
    .needs = kScript,
    .documentation =
        {.summary = "A training loop evaluates with eval() and never calls train() again.",
         .what = "Reports eval() on the model that a loop trains, after the training of the "
                 "round, where no train() on anything follows in that loop.",
         .why = "From the second epoch on dropout is off and batch normalisation uses and keeps "
                "the statistics of the first epoch, so the model trains in another way than it "
                "was meant to.",
         .bad = R"(```python train.py
import torch

model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
model.train()
for epoch in range(10):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        print(epoch, torch.nn.functional.mse_loss(model(x_val), y_val).item())
```)",
         .good = R"(```python train.py
import torch

model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(10):
    model.train()
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        print(epoch, torch.nn.functional.mse_loss(model(x_val), y_val).item())
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
