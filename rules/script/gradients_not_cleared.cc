#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/script/torch_loop.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

// Whether gradients are set back somewhere in the loop, or something in it may do so.
bool MayClear(const ir::Script& script, const Context& loop, ValueId optimizer) {
  for (std::uint32_t at = loop.first_step; at < loop.last_step; ++at) {
    const Step& step = script.steps[at];
    if (ClearsGradients(step)) return true;
    // A new optimizer or model each round begins without gradients.
    if (script.values[optimizer].kind == Value::Kind::kResult &&
        script.values[optimizer].index == at) {
      return true;
    }
  }
  return false;
}

void Check(const Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    if (script.partial) continue;
    const std::vector<std::uint32_t> backward = BackwardCalls(script);
    std::vector<std::uint32_t> told;
    std::size_t looked = 0;
    for (const OptimizerStep& stepped : OptimizerSteps(script)) {
      if (stepped.loop == kNone) continue;
      if (++looked > kMostCandidates) break;
      const Context& loop = script.contexts[stepped.loop];
      const auto inside = std::find_if(backward.begin(), backward.end(), [&](std::uint32_t at) {
        return at >= loop.first_step && at < loop.last_step;
      });
      const auto only = OnlyAlternative(script, stepped.optimizer);
      if (inside == backward.end() || !only || MayClear(script, loop, *only) ||
          MayEscape(script, *only)) {
        continue;
      }
      if (std::find(told.begin(), told.end(), stepped.loop) != told.end()) continue;
      told.push_back(stepped.loop);
      Finding& finding = sink.Report(PlaceOfStep(script, script.steps[*inside]),
                                     "gradients are never set back in this training loop");
      finding.label = "adds to the last round's";
      finding.related = {
          {PlaceOfStep(script, script.steps[stepped.step]), "the optimizer steps here"}};
      finding.help = "call optimizer.zero_grad() in each round, before backward()";
    }
  }
}

}  // namespace

extern const Rule kGradientsNotCleared;
const Rule kGradientsNotCleared = {
    .id = "S011",
    .name = "gradients-not-cleared",
    .family = Family::kScript,
    .severity = Severity::kError,
    .needs = kScript,
    .documentation =
        {.summary = "A PyTorch training loop never clears the gradients.",
         .what = "Reports a loop with backward() and the step of an optimizer that the script "
                 "makes, in which nothing sets gradients back: no zero_grad(), no store to "
                 ".grad. Silent where the optimizer is handed to code that is not seen, and for "
                 "steps that take a closure.",
         .why = "PyTorch adds each gradient to the one before. Steps then follow the sum of all "
                "gradients so far, grow from round to round, and training oscillates or "
                "diverges.",
         .bad = R"(```python train.py
import torch

model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for x, y in batches:
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
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
