#include "analyzer/facts/script/training.h"

#include <algorithm>
#include <array>

#include "analyzer/facts/script/roles.h"

namespace onnxcheck::facts {
namespace {

using Kind = Value::Kind;

constexpr int kMaxDepth = 32;

ir::Located<std::string> At(const ir::Script& script, std::string text, const Argument& argument) {
  return {std::move(text), ir::PlaceOf(script, argument.mark)};
}

void ReadKerasLoss(const ir::Script& script, const Argument& loss, ScriptTraining& training) {
  if (const auto text = TextOf(script, loss.value)) {
    training.loss = At(script, *text, loss);
    return;
  }
  const auto only = OnlyAlternative(script, loss.value);
  if (!only) return;
  if (script.values[*only].kind == Kind::kName) {
    const std::string path = CanonicalPath(script.values[*only].text);
    if (IsIn(path, "keras.losses") || IsIn(path, "keras.objectives") ||
        IsIn(path, "keras.metrics")) {
      training.loss = At(script, std::string(LastPart(path)), loss);
    }
    return;
  }
  const Step* made = MadeBy(script, loss.value);
  if (made == nullptr || made->is_method || made->function != kNone ||
      !IsIn(CanonicalPath(made->name), "keras.losses")) {
    return;
  }
  training.loss =
      ir::Located<std::string>{std::string(LastPart(made->name)), ir::PlaceOf(script, made->mark)};
  training.loss->location.has_span = false;
  if (const Argument* logits = FindArgument(*made, "from_logits", 0)) {
    if (const auto stated = TruthOf(script, logits->value)) {
      training.from_logits = ir::Located<bool>{*stated, ir::PlaceOf(script, logits->mark)};
    }
  }
}

// The criterion that the call applies, "CrossEntropyLoss" or "cross_entropy"; empty: none that is
// known.
std::string TorchLossName(const ir::Script& script, const Step& step) {
  if (step.kind != Step::Kind::kCall || step.is_method || step.arguments.size() < 2) return "";
  if (step.name.empty()) {
    const Step* made = MadeBy(script, step.callee);
    if (made == nullptr || RoleMade(script, *made) != Role::kLoss ||
        !IsIn(made->name, "torch.nn")) {
      return "";
    }
    return std::string(LastPart(made->name));
  }
  if (!IsIn(step.name, "torch.nn.functional")) return "";
  constexpr std::array<std::string_view, 10> kFunctions = {"cross_entropy",
                                                           "nll_loss",
                                                           "binary_cross_entropy",
                                                           "binary_cross_entropy_with_logits",
                                                           "mse_loss",
                                                           "l1_loss",
                                                           "smooth_l1_loss",
                                                           "huber_loss",
                                                           "kl_div",
                                                           "poisson_nll_loss"};
  const std::string_view last = LastPart(step.name);
  return std::find(kFunctions.begin(), kFunctions.end(), last) == kFunctions.end()
             ? ""
             : std::string(last);
}

// Losses that a backward() differentiates.
std::vector<bool> Differentiated(const ir::Script& script) {
  std::vector<bool> marked(script.steps.size());
  for (const Step& step : script.steps) {
    ValueId loss = kUnknownValue;
    if (IsMethod(step, "backward")) loss = step.receiver;
    // accelerator.backward(loss), scaler.scale(loss).backward() and a training_step that returns it
    if (IsMethod(step, {"backward", "manual_backward", "scale"}) && !step.arguments.empty()) {
      loss = step.arguments[0].value;
    }
    if (step.kind == Step::Kind::kReturn && !step.arguments.empty()) {
      const std::uint32_t run = Enclosing(script, step.context, Context::Kind::kFunction);
      if (run == kNone || script.contexts[run].index == kNone) continue;
      const std::string& name = script.functions[script.contexts[run].index].name;
      if (name.size() < 14 || name.substr(name.size() - 14) != ".training_step") continue;
      loss = step.arguments[0].value;
    }
    if (loss == kUnknownValue) continue;
    // Sums and scales of losses, not what the losses were computed from.
    std::vector<ValueId> waiting = {loss};
    for (std::size_t i = 0; i < waiting.size() && i < 64; ++i) {
      const Value& value = script.values[waiting[i]];
      for (const ValueId item : value.items) waiting.push_back(item);
      if (value.kind != Kind::kResult) continue;
      const Step& made = script.steps[value.index];
      marked[value.index] = true;
      if (made.is_method) waiting.push_back(made.receiver);
    }
  }
  return marked;
}

}  // namespace

std::vector<ScriptTraining> TrainingsOf(const ir::Script& script) {
  std::vector<ScriptTraining> trainings;
  std::vector<bool> differentiated;
  const TraceIndex index = IndexTrace(script);
  for (std::uint32_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    if (IsMethod(step, "compile") && RoleOf(script, step.receiver) == Role::kKerasModel) {
      ScriptTraining& training = trainings.emplace_back();
      training.script = &script;
      training.keras = true;
      training.step = i;
      training.model = step.receiver;
      if (const Argument* loss = FindArgument(step, "loss", 1)) {
        ReadKerasLoss(script, *loss, training);
      }
      training.output = KerasOutput(script, index, step.receiver);
      continue;
    }
    const std::string loss = TorchLossName(script, step);
    if (loss.empty()) continue;
    if (differentiated.empty()) differentiated = Differentiated(script);
    if (!differentiated[i]) continue;
    ScriptTraining& training = trainings.emplace_back();
    training.script = &script;
    training.step = i;
    training.loss = ir::Located<std::string>{loss, PlaceOfStep(script, step)};
    training.output = TorchOutput(script, index, step.arguments[0].value);
  }
  return trainings;
}

std::optional<ir::Located<ir::LabelEncoding>> LabelsOf(const ir::Script& script, ValueId value) {
  using ir::LabelEncoding;
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    const Value& at = script.values[value];
    if (at.kind == Kind::kDerived && at.text == "[]" && !at.items.empty()) {
      const Step* split = MadeBy(script, at.items[0]);
      const auto index = at.items.size() > 1 ? NumberOf(script, at.items[1]) : std::nullopt;
      if (split != nullptr && index && *index >= 0 && LastPart(split->name) == "train_test_split") {
        // Two of each argument come back.
        const auto number = static_cast<std::size_t>(*index) / 2;
        if (number >= split->arguments.size() || !split->arguments[number].keyword.empty()) {
          return std::nullopt;
        }
        value = split->arguments[number].value;
        continue;
      }
      if (index) return std::nullopt;
      value = at.items[0];  // a slice
      continue;
    }
    if (at.kind == Kind::kDerived && at.text == ".values" && !at.items.empty()) {
      value = at.items[0];
      continue;
    }
    const Step* made = MadeBy(script, value);
    if (made == nullptr) return std::nullopt;
    const std::string_view name = LastPart(made->name);
    if (made->is_method && (name == "astype" || name == "reshape" || name == "toarray")) {
      value = made->receiver;
      continue;
    }
    if (made->arguments.empty()) return std::nullopt;
    if (name == "to_categorical" || name == "one_hot" || name == "get_dummies") {
      return ir::Located<LabelEncoding>{LabelEncoding::kOneHot, PlaceOfStep(script, *made)};
    }
    if (name == "argmax" ||
        (made->is_method && name == "fit_transform" && MadeBy(script, made->receiver) != nullptr &&
         LastPart(MadeBy(script, made->receiver)->name) == "LabelEncoder")) {
      return ir::Located<LabelEncoding>{LabelEncoding::kInteger, PlaceOfStep(script, *made)};
    }
    if (name != "array" && name != "asarray" && name != "float32") return std::nullopt;
    value = made->arguments[0].value;
  }
  return std::nullopt;
}

}  // namespace onnxcheck::facts
