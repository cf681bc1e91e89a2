#include "analyzer/facts/script/torch_loop.h"

#include <algorithm>
#include <map>

#include "analyzer/facts/script/roles.h"

namespace onnxcheck::facts {
namespace {

constexpr std::size_t kMaxParts = 4000;

bool Mentions(const ir::Script& script, ValueId value, ValueId object) {
  if (MayBeSame(script, value, object)) return true;
  const Value& at = script.values[value];
  if (at.kind != Value::Kind::kList && at.kind != Value::Kind::kDict) return false;
  return std::any_of(at.items.begin(), at.items.end(),
                     [&](ValueId item) { return MayBeSame(script, item, object); });
}

}  // namespace

std::vector<OptimizerStep> OptimizerSteps(const ir::Script& script) {
  std::vector<OptimizerStep> steps;
  for (std::uint32_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    if (!IsMethod(step, "step")) continue;
    ValueId optimizer = kUnknownValue;
    if (RoleOf(script, step.receiver) == Role::kOptimizer) {
      if (!step.arguments.empty()) continue;
      optimizer = step.receiver;
    } else if (!step.arguments.empty() &&
               RoleOf(script, step.arguments[0].value) == Role::kOptimizer) {
      optimizer = step.arguments[0].value;  // a gradient scaler
    }
    if (optimizer == kUnknownValue) continue;
    steps.push_back({i, optimizer, LoopAround(script, step.context)});
  }
  return steps;
}

std::vector<std::uint32_t> BackwardCalls(const ir::Script& script) {
  std::vector<std::uint32_t> calls;
  for (std::uint32_t i = 0; i < script.steps.size(); ++i) {
    if (IsMethod(script.steps[i], {"backward", "manual_backward"}) ||
        IsCall(script.steps[i], {"torch.autograd.backward"})) {
      calls.push_back(i);
    }
  }
  return calls;
}

bool ClearsGradients(const Step& step) {
  if (IsMethod(step, {"zero_grad", "zero_", "clear_grads", "clear_grad", "fill_"})) return true;
  if (step.kind == Step::Kind::kAttribute && step.name == "grad") return true;
  return step.kind == Step::Kind::kCall && LastPart(step.name).find("zero") == 0 &&
         LastPart(step.name).find("grad") != std::string_view::npos;
}

bool MayEscape(const ir::Script& script, ValueId object) {
  for (const Step& step : script.steps) {
    const bool moves = std::any_of(
        step.arguments.begin(), step.arguments.end(),
        [&](const Argument& argument) { return Mentions(script, argument.value, object); });
    if (!moves) continue;
    switch (step.kind) {
      case Step::Kind::kCall: {
        if (step.body != kNone || step.name == "print" || step.name == "isinstance" ||
            step.name == "len" || step.name == "type" || step.name == "range" ||
            step.name == "super") {
          break;
        }
        if (!step.is_method && IsIn(step.name, "torch")) break;  // schedulers
        // scaler.step(optimizer), scaler.unscale_(optimizer)
        if (step.is_method && (step.name == "unscale_" || step.name == "append")) break;
        return true;
      }
      case Step::Kind::kReturn:
        if (IsUncalled(script, step.context)) return true;
        break;
      case Step::Kind::kAttribute:
      case Step::Kind::kItem:
        if (step.receiver == kUnknownValue) return true;
        break;
      case Step::Kind::kYield:
        return true;
      default:
        break;
    }
  }
  return false;
}

std::vector<ValueId> PartsOf(const ir::Script& script, ValueId object) {
  std::vector<ValueId> parts = AlternativesOf(script, object);
  const auto add = [&](ValueId value) {
    for (const ValueId one : AlternativesOf(script, value)) {
      if (one != kUnknownValue && parts.size() < kMaxParts &&
          std::find(parts.begin(), parts.end(), one) == parts.end()) {
        parts.push_back(one);
      }
    }
  };
  // What is stored where, asked for once: a script has few stores and many steps.
  std::multimap<ValueId, ValueId> stored;
  for (const Step& step : script.steps) {
    const bool stores = step.kind == Step::Kind::kAttribute || step.kind == Step::Kind::kItem;
    const bool adds = step.is_method && !step.arguments.empty() &&
                      IsMethod(step, {"append", "add_module", "extend", "register_module"});
    if ((!stores && !adds) || step.arguments.empty()) continue;
    const ValueId value = step.arguments[adds && step.arguments.size() > 1 ? 1 : 0].value;
    for (const ValueId one : AlternativesOf(script, step.receiver)) stored.emplace(one, value);
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Value& part = script.values[parts[i]];
    for (const ValueId item : part.items) {
      if (part.kind != Value::Kind::kDerived) add(item);
    }
    if (part.kind == Value::Kind::kResult) {
      const Step& made = script.steps[part.index];
      const Role role = RoleMade(script, made);
      if (role == Role::kTorchModule || role == Role::kLightning) {
        for (const Argument& argument : made.arguments) {
          const Value::Kind kind = script.values[argument.value].kind;
          if (kind == Value::Kind::kResult || kind == Value::Kind::kList ||
              kind == Value::Kind::kUnion) {
            add(argument.value);
          }
        }
      }
    }
    const auto [first, last] = stored.equal_range(parts[i]);
    for (auto it = first; it != last; ++it) add(it->second);
  }
  return parts;
}

}  // namespace onnxcheck::facts
