#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/gradient.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/torch_loop.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

// The loss that is computed with a module in a loop, where nothing differentiates.
const Step* LossInLoop(const ir::Script& script, const Context& loop) {
  for (std::uint32_t at = loop.first_step; at < loop.last_step; ++at) {
    const Step& step = script.steps[at];
    if (step.kind == Step::Kind::kCall && !step.is_method && step.name.empty() &&
        RoleOf(script, step.callee) == Role::kLoss) {
      return &step;
    }
    if (step.kind == Step::Kind::kCall && IsIn(step.name, "torch.nn.functional") &&
        (step.name.ends_with("_loss") || step.name.ends_with("cross_entropy"))) {
      return &step;
    }
  }
  return nullptr;
}

void CheckBackward(const ir::Script& script, Sink& sink) {
  if (!BackwardCalls(script).empty()) return;
  for (const Step& step : script.steps) {
    // Gradients may come another way.
    if (IsIn(step.name, "torch.autograd") || IsIn(step.name, "torch.func") ||
        step.name.find("grad") == 0) {
      return;
    }
  }
  std::size_t looked = 0;
  for (const OptimizerStep& stepped : OptimizerSteps(script)) {
    if (++looked > kMostCandidates) return;
    if (stepped.loop == kNone || MayEscape(script, stepped.optimizer)) continue;
    const Step* loss = LossInLoop(script, script.contexts[stepped.loop]);
    if (loss == nullptr) continue;
    // An unknown function that gets the loss may differentiate it.
    const bool handed =
        std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
          return step.kind == Step::Kind::kCall && !step.is_method && step.body == kNone &&
                 step.name != "print" && step.name != "float" && step.name != "str" &&
                 std::any_of(step.arguments.begin(), step.arguments.end(),
                             [&](const Argument& argument) {
                               return MayBeSame(script, argument.value, loss->result);
                             });
        });
    if (handed) continue;
    Finding& finding = sink.Report(PlaceOfStep(script, script.steps[stepped.step]),
                                   "the optimizer steps, but backward() is never called");
    finding.label = "no gradients to follow";
    finding.related = {{PlaceOfStep(script, *loss), "the loss"}};
    finding.help = "call loss.backward() before optimizer.step()";
    return;
  }
}

void CheckStep(const ir::Script& script, Sink& sink) {
  const std::vector<std::uint32_t> backward = BackwardCalls(script);
  if (backward.empty()) return;
  std::size_t looked = 0;
  for (const Step& step : script.steps) {
    if (RoleMade(script, step) != Role::kOptimizer || !IsIn(step.name, "torch.optim")) continue;
    if (++looked > kMostCandidates) return;
    const ValueId optimizer = step.result;
    // Only what is plainly used as the loop's optimizer.
    bool cleared = false;
    bool stepped = false;
    std::uint32_t loop = kNone;
    for (const Step& other : script.steps) {
      if (!other.is_method) continue;
      const bool on = MayBeSame(script, other.receiver, optimizer);
      cleared |= on && IsMethod(other, "zero_grad");
      if (on && IsMethod(other, "zero_grad")) loop = LoopAround(script, other.context);
      stepped |= on && IsMethod(other, "step");
      // .step itself may be handed on, or be called on something that is not known.
      stepped |= IsMethod(other, "step") && MadeBy(script, other.receiver) == nullptr;
    }
    if (!cleared || stepped || loop == kNone || MayEscape(script, optimizer)) continue;
    const Context& round = script.contexts[loop];
    const auto inside = std::find_if(backward.begin(), backward.end(), [&](std::uint32_t at) {
      return at >= round.first_step && at < round.last_step;
    });
    if (inside == backward.end()) continue;
    Finding& finding = sink.Report(PlaceOfStep(script, script.steps[*inside]),
                                   "gradients are computed, but the optimizer never steps");
    finding.label = "nothing follows them";
    finding.related = {{PlaceOfStep(script, step), "the optimizer"}};
    finding.help = "call optimizer.step() after backward()";
  }
}

// backward() on what no gradient can be traced through to a module.
void CheckCut(const ir::Script& script, Sink& sink) {
  std::size_t looked = 0;
  for (const std::uint32_t at : BackwardCalls(script)) {
    const Step& call = script.steps[at];
    if (!call.is_method || call.name != "backward" || !call.arguments.empty()) continue;
    if (++looked > kMostCandidates) return;
    const std::optional<GradientCut> cut = CutOff(script, call.receiver);
    if (!cut) continue;
    Finding& finding = sink.Report(PlaceOfStep(script, call),
                                   Cat("no gradient reaches the model: the loss is made through ",
                                       cut->operation, ", which passes none on"));
    finding.label = "ends before the model";
    finding.related = {{PlaceOfValue(script, cut->value), "the gradient ends here"}};
    finding.help =
        "compute the loss from the model's outputs themselves, with a loss such as cross-entropy "
        "in place of counts of errors";
    finding.evidence = {{"operation", cut->operation}};
    return;
  }
}

void Check(const Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    if (script.partial) continue;
    CheckBackward(script, sink);
    CheckStep(script, sink);
    CheckCut(script, sink);
  }
}

}  // namespace

extern const Rule kStepMissing;
const Rule kStepMissing = {
    .id = "S014",
    .name = "step-missing",
    .family = Family::kScript,
    .severity = Severity::kError,
    .needs = kScript,
    .documentation =
        {.summary =
             "A PyTorch training loop lacks backward(), the optimizer's step() or a gradient.",
         .what = "Reports an optimizer whose gradients are cleared in a loop with backward() but "
                 "whose step() is called nowhere, and one that steps in a loop that computes a "
                 "loss while the script never calls backward(). Also reports backward() on a loss "
                 "that is made of the model's outputs through what passes no gradient on, in every "
                 "way that leads there: argmax, a comparison, detach(), item(), torch.tensor(). "
                 "Silent where the optimizer or the loss is handed to code that is not seen.",
         .why =
             "Without gradients or without a step no weight ever changes. Setting requires_grad on "
             "a loss that was cut off only silences the error that PyTorch would raise.",
         .bad = R"(```python train.py
import torch

model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for x, y in batches:
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    print(loss.item())
```)",
         .good = R"(```python train.py
import torch

model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for x, y in batches:
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    print(loss.item())
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
