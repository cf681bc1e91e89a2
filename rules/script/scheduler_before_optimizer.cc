#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/torch_loop.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

void Check(const Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    if (script.partial) continue;
    const std::vector<OptimizerStep> stepped = OptimizerSteps(script);
    std::vector<ValueId> told;
    for (std::uint32_t i = 0; i < script.steps.size(); ++i) {
      const Step& step = script.steps[i];
      if (!IsMethod(step, "step") || RoleOf(script, step.receiver) != Role::kScheduler) continue;
      const auto scheduler = OnlyAlternative(script, step.receiver);
      const Step* made = scheduler ? MadeBy(script, *scheduler) : nullptr;
      if (made == nullptr || std::find(told.begin(), told.end(), *scheduler) != told.end())
        continue;
      told.push_back(*scheduler);  // its first step decides
      const Argument* optimizer = FindArgument(*made, "optimizer", 0);
      const std::uint32_t loop = LoopAround(script, step.context);
      if (optimizer == nullptr || loop == kNone || !IsCertainIn(script, step.context, loop))
        continue;
      bool earlier = false;
      const OptimizerStep* later = nullptr;
      for (const OptimizerStep& other : stepped) {
        if (!MayBeSame(script, other.optimizer, optimizer->value)) continue;
        earlier |= other.step < i;
        const Context& round = script.contexts[loop];
        if (other.step > i && other.step < round.last_step && later == nullptr) later = &other;
      }
      if (earlier || later == nullptr) continue;
      Finding& finding =
          sink.Report(PlaceOfStep(script, step), "the scheduler steps before the optimizer does");
      finding.label = "skips the first rate";
      finding.related = {{PlaceOfStep(script, script.steps[later->step]), "the optimizer's step"}};
      finding.help = "call scheduler.step() after optimizer.step(), at the end of the epoch";
    }
  }
}

}  // namespace

extern const Rule kSchedulerBeforeOptimizer;
const Rule kSchedulerBeforeOptimizer = {
    .id = "S016",
    .name = "scheduler-before-optimizer",
    .family = Family::kScript,
    .severity = Severity::kWarning,
    .needs = kScript,
    .documentation =
        {.summary = "A learning rate scheduler steps before its optimizer.",
         .what = "Reports the first step() of a torch.optim scheduler in a loop, where the "
                 "step() of its optimizer comes after it in the same round and none before.",
         .why = "Since PyTorch 1.1 the scheduler is meant to step after the optimizer. Called "
                "before it, the first value of the schedule is skipped and every rate comes one "
                "epoch early.",
         .bad = R"(```python train.py
import torch

model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10)
for epoch in range(30):
    scheduler.step()
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    print(loss.item())
```)",
         .good = R"(```python train.py
import torch

model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10)
for epoch in range(30):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    print(loss.item())
    scheduler.step()
```)",
         .references = "https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate"},
    .check = Check,
};

}  // namespace onnxcheck::rules
