#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/torch_loop.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

// The module whose parameters the optimizer was given; nullopt: several, or not known.
std::optional<ValueId> Owner(const ir::Script& script, const Step& made) {
  const Argument* given = FindArgument(made, "params", 0);
  if (given == nullptr) return std::nullopt;
  const Step* parameters = MadeBy(script, given->value);
  if (parameters == nullptr || !IsMethod(*parameters, "parameters")) return std::nullopt;
  const auto owner = OnlyAlternative(script, parameters->receiver);
  if (!owner) return std::nullopt;
  const Role role = RoleOf(script, *owner);
  if (role != Role::kTorchModule) return std::nullopt;
  return owner;
}

// Whether requires_grad of the module's parameters was set to False and stays so.
const Step* Frozen(const ir::Script& script, ValueId owner, std::size_t before) {
  const Step* frozen = nullptr;
  for (std::size_t i = 0; i < before; ++i) {
    const Step& step = script.steps[i];
    if (IsMethod(step, "requires_grad_") && MayBeSame(script, step.receiver, owner)) {
      const Argument* flag = FindArgument(step, "requires_grad", 0);
      frozen = flag != nullptr && TruthOf(script, flag->value) == false ? &step : nullptr;
    }
    if (step.kind != Step::Kind::kAttribute || step.name != "requires_grad") continue;
    // for p in owner.parameters(): p.requires_grad = False
    const Value& parameter = script.values[step.receiver];
    const bool each = parameter.kind == Value::Kind::kDerived && parameter.text == "for" &&
                      !parameter.items.empty();
    const Step* listed = each ? MadeBy(script, parameter.items[0]) : nullptr;
    const bool whole = listed != nullptr && IsMethod(*listed, "parameters") &&
                       OnlyAlternative(script, listed->receiver) == owner;
    const auto value = TruthOf(script, step.arguments[0].value);
    const std::uint32_t loop = LoopAround(script, step.context);
    const bool certain = loop != kNone && IsCertainIn(script, step.context, loop) &&
                         IsCertainIn(script, script.contexts[loop].parent, 0);
    if (whole && certain && value == false) {
      frozen = &step;
    } else if (value != false) {
      frozen = nullptr;  // some are let go again
    }
  }
  return frozen;
}

// Whether a loss that is differentiated in the loop is computed with the owner; nullopt: not known.
std::optional<bool> IsTrained(const ir::Script& script, ValueId owner, const Context& loop) {
  const std::vector<ValueId> parts = PartsOf(script, owner);
  bool known = false;
  for (std::uint32_t at = loop.first_step; at < loop.last_step; ++at) {
    const Step& backward = script.steps[at];
    if (!IsMethod(backward, {"backward", "manual_backward"})) continue;
    const ValueId loss =
        backward.arguments.empty() ? backward.receiver : backward.arguments[0].value;
    bool module = false;
    bool unknown = false;
    const bool reached = ReachesBack(script, loss, [&](ValueId value) {
      const Value& looked = script.values[value];
      if (looked.kind == Value::Kind::kUnion) {
        unknown |= std::find(looked.items.begin(), looked.items.end(), kUnknownValue) !=
                   looked.items.end();
      }
      if (std::find(parts.begin(), parts.end(), value) != parts.end()) return true;
      if (RoleOf(script, value) != Role::kTorchModule) return false;
      module = true;
      const Step* made = MadeBy(script, value);
      if (made == nullptr || made->name == "torch.nn.Linear") return false;  // has no parts
      // The owner may be a part itself: model.fc of model.
      const std::vector<ValueId> of_module = PartsOf(script, value);
      return std::find(of_module.begin(), of_module.end(), owner) != of_module.end();
    });
    if (reached) return true;
    if (!module || unknown) return std::nullopt;
    known = true;
  }
  return known ? std::optional(false) : std::nullopt;
}

bool NewPartsAfter(const ir::Script& script, ValueId owner, const Step* frozen) {
  return std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
    return &step > frozen && step.kind == Step::Kind::kAttribute &&
           DependsOn(script, step.receiver, owner);
  });
}

void Check(const Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    if (script.partial) continue;
    std::vector<ValueId> told;
    for (const OptimizerStep& stepped : OptimizerSteps(script)) {
      const auto optimizer = OnlyAlternative(script, stepped.optimizer);
      const Step* made = optimizer ? MadeBy(script, *optimizer) : nullptr;
      if (made == nullptr || stepped.loop == kNone ||
          std::find(told.begin(), told.end(), *optimizer) != told.end())
        continue;
      told.push_back(*optimizer);
      const auto owner = Owner(script, *made);
      if (!owner) continue;
      const bool added =
          std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
            return IsMethod(step, "add_param_group") &&
                   MayBeSame(script, step.receiver, *optimizer);
          });
      if (added) continue;
      const auto trained = IsTrained(script, *owner, script.contexts[stepped.loop]);
      const Step* frozen =
          Frozen(script, *owner, static_cast<std::size_t>(made - script.steps.data()));
      if (frozen != nullptr && NewPartsAfter(script, *owner, frozen)) frozen = nullptr;
      if (trained != false && frozen == nullptr) continue;
      Finding& finding = sink.Report(
          PlaceOfStep(script, *made),
          trained == false ? "the optimizer has parameters that the loss does not depend on"
                           : "every parameter that the optimizer has is frozen");
      finding.label = "trains nothing";
      if (frozen != nullptr) {
        finding.related = {{PlaceOfStep(script, *frozen), "frozen here"}};
      } else if (const Step* module = MadeBy(script, *owner)) {
        finding.related = {{PlaceOfStep(script, *module), "the module it was given"}};
      }
      finding.help = "give the optimizer the parameters of the model whose output the loss takes";
    }
  }
}

}  // namespace

extern const Rule kOptimizerOfWrongParameters;
const Rule kOptimizerOfWrongParameters = {
    .id = "S013",
    .name = "optimizer-of-wrong-parameters",
    .family = Family::kScript,
    .severity = Severity::kError,
    .needs = kScript,
    .documentation =
        {.summary = "The optimizer does not have the parameters that are to be trained.",
         .what = "Reports an optimizer that steps, whose parameters are those of one module, "
                 "where no differentiated loss is computed with that module or a part of it; and "
                 "one whose module was frozen as a whole (requires_grad = False for each of its "
                 "parameters) before. Silent where the loss or the module is not known in full.",
         .why = "Every step changes weights that the loss does not see, or none at all. The "
                "model that is used stays as it was initialised.",
         .bad = R"(```python train.py
import torch

backbone = torch.nn.Linear(8, 4)
head = torch.nn.Linear(4, 2)
for p in backbone.parameters():
    p.requires_grad = False
optimizer = torch.optim.SGD(backbone.parameters(), lr=0.1)
for x, y in batches:
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(head(backbone(x)), y)
    loss.backward()
    optimizer.step()
    print(loss.item())
```)",
         .good = R"(```python train.py
import torch

backbone = torch.nn.Linear(8, 4)
head = torch.nn.Linear(4, 2)
for p in backbone.parameters():
    p.requires_grad = False
optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
for x, y in batches:
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(head(backbone(x)), y)
    loss.backward()
    optimizer.step()
    print(loss.item())
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
