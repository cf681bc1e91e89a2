#include "analyzer/facts/script/frozen.h"

#include <algorithm>

#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/trace.h"

namespace onnxcheck::facts {
namespace {

bool SetsTrainable(const Step& step) {
  return step.kind == Step::Kind::kAttribute && step.name == "trainable" && !step.arguments.empty();
}

// The model itself, or that whose `.layers` a loop goes through; kUnknownValue: neither.
ValueId FrozenModel(const ir::Script& script, ValueId receiver) {
  if (RoleOf(script, receiver) == Role::kKerasModel) return receiver;
  const Value& layer = script.values[receiver];
  if (layer.kind != Value::Kind::kDerived || layer.text != "for" || layer.items.size() != 1)
    return kUnknownValue;
  const Value& layers = script.values[layer.items[0]];
  if (layers.kind != Value::Kind::kDerived || layers.text != ".layers" || layers.items.size() != 1)
    return kUnknownValue;
  return RoleOf(script, layers.items[0]) == Role::kKerasModel ? layers.items[0] : kUnknownValue;
}

bool IsConditional(const ir::Script& script, std::uint32_t context) {
  for (; context != 0; context = script.contexts[context].parent) {
    const Context::Kind kind = script.contexts[context].kind;
    if (kind == Context::Kind::kBranch || kind == Context::Kind::kExcept) return true;
  }
  return false;
}

bool Calls(const ir::Script& script, std::size_t from, std::string_view method, ValueId model) {
  return std::any_of(script.steps.begin() + static_cast<std::ptrdiff_t>(from), script.steps.end(),
                     [&](const Step& step) {
                       return IsMethod(step, method) && MayBeSame(script, step.receiver, model);
                     });
}

}  // namespace

std::optional<ir::Location> KerasAllFrozen(const ir::Script& script) {
  if (script.partial) return std::nullopt;
  const bool sets_free =
      std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
        return SetsTrainable(step) && TruthOf(script, step.arguments[0].value) != false;
      });
  if (sets_free) return std::nullopt;
  std::size_t looked = 0;
  for (std::size_t i = 0; i < script.steps.size() && looked < kMostCandidates; ++i) {
    const Step& step = script.steps[i];
    if (!SetsTrainable(step) || IsConditional(script, step.context)) continue;
    const ValueId model = FrozenModel(script, step.receiver);
    ++looked;
    if (model != kUnknownValue && Calls(script, i, "compile", model) &&
        Calls(script, i, "fit", model) && !Calls(script, i, "add", model)) {
      return PlaceOfStep(script, step);
    }
  }
  return std::nullopt;
}

}  // namespace onnxcheck::facts
