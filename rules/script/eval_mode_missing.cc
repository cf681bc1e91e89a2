#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/loops.h"
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
void CheckNotRestored(const ir::Script& script, const std::vector<std::uint32_t>& backward,
                      Sink& sink) {
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
                  step.kind == Step::Kind::kCall && RoleMade(script, step) == Role::kTorchModule &&
                  !step.is_method;
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
    if (i < round.first_step || backward.front() > i) continue;
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

bool IsTrained(const ir::Script& script, const std::vector<ValueId>& parts,
               const std::vector<std::uint32_t>& backward) {
  return std::any_of(backward.begin(), backward.end(), [&](std::uint32_t at) {
    const Step& step = script.steps[at];
    const ValueId loss = step.arguments.empty() ? step.receiver : step.arguments[0].value;
    return ReachesBack(script, loss, [&](ValueId value) {
      return std::find(parts.begin(), parts.end(), value) != parts.end();
    });
  });
}

// A part that computes otherwise while it trains; null: none is seen.
const Step* PartWithModes(const ir::Script& script, const std::vector<ValueId>& parts) {
  for (const ValueId part : parts) {
    const Step* made = MadeBy(script, part);
    if (made == nullptr || made->is_method) continue;
    const std::string_view type = LastPart(made->name);
    const bool layer = IsIn(made->name, "torch.nn") &&
                       (type.starts_with("Dropout") || type.starts_with("BatchNorm"));
    const Argument* rate =
        layer && type.starts_with("Dropout") ? FindArgument(*made, "p", 0) : nullptr;
    if (rate != nullptr && NumberOf(script, rate->value) == 0.0) continue;
    if (layer || IsIn(made->name, "torchvision.models")) return made;
  }
  return nullptr;
}

// The innermost loop around the context, if nothing in it is differentiated and gradients are off.
// A range counts samples that are drawn, of a generator or with dropout left on: no evaluation.
std::uint32_t EvaluationLoop(const ir::Script& script, std::uint32_t context,
                             const std::vector<std::uint32_t>& backward) {
  const std::uint32_t loop = LoopAround(script, context);
  if (loop == kNone || script.contexts[loop].is_while) return kNone;
  const Context& round = script.contexts[loop];
  const Step* over = MadeBy(script, round.value);
  if (over != nullptr && IsCall(*over, {"range", "tqdm.trange", "tqdm.auto.trange"})) return kNone;
  for (const std::uint32_t at : backward) {
    if (at >= round.first_step && at < round.last_step) return kNone;
  }
  for (std::uint32_t at = context; at != 0; at = script.contexts[at].parent) {
    const Context& around = script.contexts[at];
    if (around.kind == Context::Kind::kWith) {
      const Step* manager = MadeBy(script, around.value);
      if (manager != nullptr && IsCall(*manager, {"torch.no_grad", "torch.inference_mode"})) {
        return loop;
      }
    }
    if (around.kind != Context::Kind::kFunction || around.index >= script.functions.size())
      continue;
    for (const std::string& decorator : script.functions[around.index].decorators) {
      if (decorator == "torch.no_grad" || decorator == "torch.inference_mode") return loop;
    }
  }
  return kNone;
}

// The trained model is asked for its outputs in a loop without gradients, after it was trained, and
// nothing in the script ever turns a mode.
void CheckNeverTurned(const ir::Script& script, const std::vector<std::uint32_t>& backward,
                      Sink& sink) {
  const bool turns = std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
    return step.name == "eval" || step.name == "train_mode" ||
           (step.is_method && step.name == "train" && Turns(script, step) != true) ||
           (step.kind == Step::Kind::kAttribute && step.name == "training");
  });
  if (turns) return;
  std::size_t looked = 0;
  for (std::uint32_t i = backward.front() + 1; i < script.steps.size(); ++i) {
    const Step& call = script.steps[i];
    // model(x)
    if (call.kind != Step::Kind::kCall || call.is_method || !call.name.empty() ||
        RoleOf(script, call.callee) != Role::kTorchModule || IsUncalled(script, call.context)) {
      continue;
    }
    const std::uint32_t loop = EvaluationLoop(script, call.context, backward);
    if (loop == kNone) continue;
    if (++looked > kMostCandidates) return;
    const std::vector<ValueId> parts = PartsOf(script, call.callee);
    const Step* part = PartWithModes(script, parts);
    if (part == nullptr || !IsTrained(script, parts, backward) || MayEscape(script, call.callee)) {
      continue;
    }
    Finding& finding =
        sink.Report(PlaceOfStep(script, call),
                    Cat("the model is evaluated as it trains: eval() is never called, and it has ",
                        LastPart(part->name)));
    finding.label = "in training mode";
    finding.related = {{PlaceOfStep(script, *part), "computes otherwise while it trains"}};
    finding.help =
        "call model.eval() before the evaluation, and model.train() before training goes on";
    return;
  }
}

void Check(const Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    if (script.partial) continue;
    const std::vector<std::uint32_t> backward = BackwardCalls(script);
    if (backward.empty()) continue;
    CheckNotRestored(script, backward, sink);
    CheckNeverTurned(script, backward, sink);
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
        {.summary = "The model is evaluated in training mode, or trained in evaluation mode.",
         .what = "Reports eval() on the model that a loop trains, after the training of the "
                 "round, where no train() on anything follows in that loop. Also reports a "
                 "loop without gradients (torch.no_grad) that asks the trained model for outputs "
                 "in a script that never calls eval() on anything, if a layer is "
                 "seen in the model that computes otherwise while it trains: dropout or batch "
                 "normalisation.",
         .why = "Without eval() dropout blurs the validation figures, and batch normalisation "
                "learns from the validation set. Without train() afterwards, from the second "
                "epoch on dropout is off and batch normalisation uses and keeps "
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
