#include "analyzer/facts/script/loops.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>

namespace onnxcheck::facts {
namespace {

using ir::Script;

constexpr std::size_t kMostParts = 400;

bool MayBePassedOver(const Context& context) {
  switch (context.kind) {
    case Context::Kind::kLoop:
    case Context::Kind::kBranch:
    case Context::Kind::kTry:
    case Context::Kind::kExcept:
    case Context::Kind::kElse:
      return true;
    case Context::Kind::kFunction:
      return context.step == kNone;
    default:
      return false;
  }
}

bool Within(const Context& context, std::uint32_t step) {
  return step >= context.first_step && step < context.last_step;
}

// A part that changes from round to round of the loop, or may.
bool Varies(const Script& script, ValueId id, std::uint32_t loop) {
  const Value& value = script.values[id];
  const Context& body = script.contexts[loop];
  switch (value.kind) {
    case Value::Kind::kUnknown:
    case Value::Kind::kUnbound:
      return true;
    case Value::Kind::kResult:
      return value.index == kNone || Within(body, value.index);
    case Value::Kind::kDerived:
      if (value.text == "for" && !value.items.empty() && value.items[0] == body.value) return true;
      return value.text == "await" || value.text == "lambda";
    default:
      return value.open;
  }
}

// Whether the test holds for the value or anything that it is made of, what is not known included.
// Beyond kMostParts the answer is `otherwise`.
template <typename Test>
bool AnyPart(const Script& script, ValueId value, bool otherwise, const Test& test) {
  std::vector<ValueId> open = {value};
  std::unordered_set<ValueId> seen;
  while (!open.empty()) {
    const ValueId id = open.back();
    open.pop_back();
    if (!seen.insert(id).second) continue;
    if (test(id)) return true;
    if (seen.size() > kMostParts) return otherwise;
    const Value& part = script.values[id];
    open.insert(open.end(), part.items.begin(), part.items.end());
    if (part.kind != Value::Kind::kResult || part.index == kNone) continue;
    const Step& step = script.steps[part.index];
    if (step.is_method) open.push_back(step.receiver);
    for (const Argument& given : step.arguments) open.push_back(given.value);
  }
  return false;
}

bool IsNamed(const Script& script, ValueId id, std::string_view name) {
  const Value& value = script.values[id];
  if (value.kind == Value::Kind::kDerived)
    return value.text.starts_with('.') && std::string_view(value.text).substr(1) == name;
  if (value.kind != Value::Kind::kResult || value.index == kNone) return false;
  const Step& step = script.steps[value.index];
  return step.is_method && step.name == name;
}

}  // namespace

std::vector<std::uint32_t> Between(const Script& script, std::uint32_t outer, std::uint32_t inner) {
  std::vector<std::uint32_t> contexts;
  for (; inner > outer; inner = script.contexts[inner].parent) contexts.push_back(inner);
  return contexts;
}

std::vector<std::uint32_t> LoopsAround(const Script& script, std::uint32_t context) {
  std::vector<std::uint32_t> loops;
  for (const std::uint32_t around : Between(script, 0, context)) {
    const Context& here = script.contexts[around];
    if (here.kind == Context::Kind::kLoop && !here.is_comprehension) loops.push_back(around);
  }
  return loops;
}

bool SurelyBefore(const Script& script, std::uint32_t earlier, std::uint32_t later) {
  if (earlier >= later) return false;
  const std::uint32_t end = script.steps[later].context;
  for (const std::uint32_t around : Between(script, 0, script.steps[earlier].context)) {
    if (IsWithin(script, end, around)) return true;
    if (MayBePassedOver(script.contexts[around])) return false;
  }
  return true;
}

bool IsInvariant(const Script& script, ValueId value, std::uint32_t loop) {
  return !AnyPart(script, value, true, [&](ValueId id) { return Varies(script, id, loop); });
}

bool Mentions(const Script& script, ValueId value, std::string_view name) {
  return AnyPart(script, value, false, [&](ValueId id) { return IsNamed(script, id, name); });
}

bool SameThing(const Script& script, ValueId a, ValueId b) {
  constexpr int kDeepest = 8;
  for (int depth = 0; depth < kDeepest; ++depth) {
    if (a == b) return a != ir::script::kUnknownValue;
    const Value& one = script.values[a];
    const Value& two = script.values[b];
    if (one.kind != Value::Kind::kDerived || two.kind != Value::Kind::kDerived ||
        one.text != two.text || one.items.size() != two.items.size() || one.items.empty()) {
      return false;
    }
    if (!one.text.starts_with('.') && one.text != "[]") return false;
    for (std::size_t i = 1; i < one.items.size(); ++i) {
      const std::optional<std::string> key = TextOf(script, one.items[i]);
      const std::optional<std::string> other = TextOf(script, two.items[i]);
      if (one.items[i] != two.items[i] && (!key || !other || *key != *other)) return false;
    }
    a = one.items[0];
    b = two.items[0];
  }
  return false;
}

bool IsTrainingStep(const Step& step) { return IsMethod(step, {"backward", "train_on_batch"}); }

bool IsTraining(const Step& step) {
  return IsTrainingStep(step) || IsMethod(step, {"fit", "fit_generator", "apply_gradients"});
}

bool IsBatchLoop(const Script& script, std::uint32_t loop) {
  const Context& body = script.contexts[loop];
  bool trains = false;
  for (std::uint32_t i = body.first_step; i < body.last_step && !trains; ++i) {
    if (!IsTrainingStep(script.steps[i])) continue;
    const std::vector<std::uint32_t> around = LoopsAround(script, script.steps[i].context);
    trains = !around.empty() && around.front() == loop;
  }
  if (!trains) return false;
  if (LoopsAround(script, body.parent).size() > 0) return true;
  const Step* over = MadeBy(script, body.value);
  return !body.is_while && script.values[body.value].kind != Value::Kind::kUnknown &&
         !(over != nullptr && IsCall(*over, {"range", "tqdm.trange", "tqdm.auto.trange"}));
}

bool IsBatchCallback(const Script& script, std::uint32_t context) {
  constexpr std::array<std::string_view, 6> kNames = {"on_train_batch_end", "on_train_batch_begin",
                                                      "on_batch_end",       "on_batch_begin",
                                                      "training_step",      "train_step"};
  const Context& run = script.contexts[context];
  if (run.kind != Context::Kind::kFunction || run.index >= script.functions.size()) return false;
  const ir::script::Function& function = script.functions[run.index];
  if (function.of_class == kNone) return false;
  const std::string_view name = function.name;
  const std::size_t dot = name.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? name : name.substr(dot + 1);
  if (std::find(kNames.begin(), kNames.end(), last) == kNames.end()) return false;
  const std::vector<std::string>& bases = script.classes[function.of_class].bases;
  return std::any_of(bases.begin(), bases.end(), [](const std::string& base) {
    return base.ends_with("Callback") || base.ends_with("LightningModule") ||
           base.ends_with("Model");
  });
}

bool Trains(const Script& script, std::uint32_t loop) {
  const Context& body = script.contexts[loop];
  for (std::uint32_t i = body.first_step; i < body.last_step; ++i) {
    if (IsTraining(script.steps[i])) return true;
  }
  return false;
}

}  // namespace onnxcheck::facts
