// How models end.
#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/training.h"

namespace onnxcheck::facts {
namespace {

using Kind = Value::Kind;

constexpr int kMaxDepth = 32;  // layers looked through, models in models

template <std::size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string Lower(std::string_view text) {
  return absl::AsciiStrToLower(absl::string_view(text.data(), text.size()));
}

// Layers that pass on what they get, as far as an activation is concerned.
constexpr std::array<std::string_view, 10> kKerasPassing = {
    "Dropout", "Flatten",    "Reshape",    "ActivityRegularization", "SpatialDropout1D",
    "Permute", "Cropping1D", "Cropping2D", "GlobalAveragePooling2D", "GlobalAveragePooling1D"};
constexpr std::array<std::string_view, 7> kTorchPassing = {
    "Dropout", "Dropout1d", "Dropout2d", "Flatten", "Identity", "Unflatten", "AlphaDropout"};
// Layers whose own activation is an argument, absent: none.
constexpr std::array<std::string_view, 8> kKerasLinear = {
    "Dense",           "Conv1D",        "Conv2D",        "Conv3D",
    "Conv2DTranspose", "Convolution2D", "Convolution1D", "SeparableConv2D"};
constexpr std::array<std::string_view, 6> kTorchLinear = {
    "Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose2d", "LazyLinear"};
constexpr std::array<std::string_view, 5> kActivationLayers = {"softmax", "sigmoid", "relu",
                                                               "logsoftmax", "tanh"};
// Methods and functions that move values about.
constexpr std::array<std::string_view, 14> kMoving = {
    "view",    "reshape", "squeeze", "unsqueeze", "flatten", "contiguous", "transpose",
    "permute", "float",   "double",  "to",        "cpu",     "cuda",       "clone"};

// "softmax" for 'softmax', keras.activations.softmax, tf.nn.softmax and keras.layers.Softmax().
std::optional<std::string> ActivationName(const ir::Script& script, ValueId value) {
  if (const auto text = TextOf(script, value)) return Lower(*text);
  if (IsNoneValue(script, value)) return "linear";
  const std::string path = PathOf(script, value);
  if (IsIn(path, "keras.activations") || IsIn(path, "tensorflow.nn") ||
      IsIn(path, "tensorflow.math") || path == "tensorflow.sigmoid" || path == "tensorflow.tanh") {
    return Lower(LastPart(path));
  }
  return std::nullopt;
}

ir::Located<std::string> Named(const ir::Script& script, std::string name,
                               const ir::script::Mark& mark) {
  return {std::move(name), ir::PlaceOf(script, mark)};
}

// The methods called on what may be the value, in the order of their steps.
std::vector<std::uint32_t> MethodsOf(const ir::Script& script, const TraceIndex& index,
                                     ValueId value) {
  std::vector<std::uint32_t> steps;
  for (const ValueId one : AlternativesOf(script, value)) {
    const auto found = index.methods.find(one);
    if (found == index.methods.end()) continue;
    steps.insert(steps.end(), found->second.begin(), found->second.end());
  }
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

struct Layers {
  std::vector<ValueId> items;  // in order
  bool whole = true;           // false: more or others may follow
};

// What one layer says; nullopt: it passes on what it gets.
struct Said {
  bool passes = false;
  bool activation_only = false;  // the layer before it says the width
  std::optional<ScriptOutput> output;
};

Said KerasLayer(const ir::Script& script, const TraceIndex& index, ValueId layer, int depth);

std::optional<ScriptOutput> LastOf(const ir::Script& script, const TraceIndex& index,
                                   const Layers& layers, bool keras, int depth);

std::optional<ScriptOutput> ModelOutput(const ir::Script& script, const TraceIndex& index,
                                        ValueId model, int depth);

Layers SequentialLayers(const ir::Script& script, const TraceIndex& index, const Step& made,
                        ValueId model) {
  Layers layers;
  const auto add_all = [&](ValueId list) {
    const Value& value = script.values[list];
    if (value.kind == Kind::kList) {
      layers.items.insert(layers.items.end(), value.items.begin(), value.items.end());
      layers.whole &= !value.open;
      // What is appended to the list later counts if the model is made after it.
      for (const std::uint32_t i : MethodsOf(script, index, list)) {
        const Step& step = script.steps[i];
        if (&step >= &made) break;
        if (step.receiver != list) continue;
        if (step.name == "append" && !step.arguments.empty()) {
          layers.items.push_back(step.arguments[0].value);
        } else {
          layers.whole = false;
        }
      }
    } else {
      layers.whole = false;
    }
  };
  const bool keras =
      IsIn(CanonicalPath(made.name), "keras") || RoleMade(script, made) == Role::kKerasModel;
  if (HasUnpacked(made)) {
    const Argument* unpacked = FindKeyword(made, "*");
    if (unpacked != nullptr && made.arguments.size() == 1) {
      add_all(unpacked->value);
      return layers;
    }
    layers.whole = false;
    return layers;
  }
  if (keras) {
    const Argument* list = FindArgument(made, "layers", 0);
    if (list != nullptr && !IsNoneValue(script, list->value)) add_all(list->value);
  } else if (made.arguments.size() == 1 &&
             script.values[made.arguments[0].value].kind != Kind::kResult) {
    layers.whole = false;  // an OrderedDict
  } else {
    for (const Argument& argument : made.arguments) layers.items.push_back(argument.value);
  }
  for (const std::uint32_t i : MethodsOf(script, index, model)) {
    const Step& step = script.steps[i];
    if ((step.name == "add" || step.name == "append") && !step.arguments.empty()) {
      layers.items.push_back(step.arguments[0].value);
    } else if (step.name == "add_module" && step.arguments.size() > 1) {
      layers.items.push_back(step.arguments[1].value);
    } else if (step.name == "pop" || step.name == "insert") {
      layers.whole = false;
    }
  }
  return layers;
}

std::optional<ir::Located<double>> Units(const ir::Script& script, const Step& made,
                                         std::string_view type) {
  if (type != "Dense" && type != "Linear" && type != "LazyLinear") return std::nullopt;
  const Argument* units = nullptr;
  if (type == "Dense") {
    units = FindArgument(made, "units", 0);
    if (units == nullptr) units = FindKeyword(made, "output_dim");  // Keras 1
  } else {
    units = FindArgument(made, "out_features", type == "Linear" ? 1 : 0);
  }
  if (units == nullptr) return std::nullopt;
  const auto number = NumberOf(script, units->value);
  if (!number || IsOverridable(script, units->value)) return std::nullopt;
  return ir::Located<double>{*number, ir::PlaceOf(script, units->mark)};
}

Said KerasLayer(const ir::Script& script, const TraceIndex& index, ValueId layer, int depth) {
  Said said;
  const Step* made = MadeBy(script, layer);
  if (made == nullptr || depth > kMaxDepth) return said;
  const std::string path = CanonicalPath(made->name);
  if (RoleMade(script, *made) == Role::kKerasModel) {
    said.output = ModelOutput(script, index, layer, depth + 1);
    return said;
  }
  if (!IsIn(path, "keras.layers")) return said;
  const std::string_view type = LastPart(path);
  if (IsOneOf(type, kKerasPassing)) {
    said.passes = true;
    return said;
  }
  const std::string lower = Lower(type);
  if (type == "Activation") {
    const Argument* name = FindArgument(*made, "activation", 0);
    const auto activation = name == nullptr ? std::nullopt : ActivationName(script, name->value);
    if (activation) {
      // linear is no activation: what stands before it counts.
      said.passes = *activation == "linear";
      if (!said.passes) said.output = {Named(script, *activation, made->mark), std::nullopt};
      said.activation_only = true;
    }
    return said;
  }
  if (IsOneOf(lower, kActivationLayers)) {
    said.output = {Named(script, lower, made->mark), std::nullopt};
    said.activation_only = true;
    return said;
  }
  if (!IsOneOf(type, kKerasLinear) || HasUnpacked(*made)) return said;
  const Argument* activation =
      type == "Dense" ? FindArgument(*made, "activation", 1) : FindKeyword(*made, "activation");
  if (activation == nullptr) {
    said.output = {Named(script, "linear", made->name_mark), std::nullopt};
  } else if (const auto name = ActivationName(script, activation->value)) {
    said.output = {Named(script, *name, activation->mark), std::nullopt};
  }
  if (said.output) said.output->units = Units(script, *made, type);
  return said;
}

Said TorchLayer(const ir::Script& script, const TraceIndex& index, ValueId layer, int depth) {
  Said said;
  const Step* made = MadeBy(script, layer);
  if (made == nullptr || depth > kMaxDepth) return said;
  if (!IsIn(made->name, "torch.nn")) return said;
  const std::string_view type = LastPart(made->name);
  if (IsOneOf(type, kTorchPassing)) {
    said.passes = true;
  } else if (type == "Sequential") {
    said.output =
        LastOf(script, index, SequentialLayers(script, index, *made, layer), false, depth + 1);
  } else if (const std::string lower = Lower(type); IsOneOf(lower, kActivationLayers)) {
    said.output = {Named(script, lower, made->name_mark), std::nullopt};
    said.activation_only = true;
  } else if (IsOneOf(type, kTorchLinear)) {
    said.output = {Named(script, "linear", made->name_mark), Units(script, *made, type)};
  }
  return said;
}

// The last layer that says something; behind an activation the layer before it says the width.
std::optional<ScriptOutput> LastOf(const ir::Script& script, const TraceIndex& index,
                                   const Layers& layers, bool keras, int depth) {
  if (!layers.whole) return std::nullopt;
  std::optional<ScriptOutput> output;
  for (auto it = layers.items.rbegin(); it != layers.items.rend(); ++it) {
    const Said said =
        keras ? KerasLayer(script, index, *it, depth) : TorchLayer(script, index, *it, depth);
    if (said.passes) continue;
    if (!said.output) return output;
    if (!output) {
      output = said.output;
      if (!said.activation_only) return output;
      continue;
    }
    output->units = said.output->units;
    return output;
  }
  return output;
}

// The output of a tensor that layers of the functional API made.
std::optional<ScriptOutput> KerasTensor(const ir::Script& script, const TraceIndex& index,
                                        ValueId tensor, int depth) {
  std::optional<ScriptOutput> output;
  for (; depth < kMaxDepth; ++depth) {
    const Step* made = MadeBy(script, tensor);
    if (made == nullptr || made->is_method) return output;
    // layer(x): the callee is the layer.
    const ValueId layer = made->callee;
    if (made->arguments.empty()) return output;
    Said said;
    if (RoleOf(script, layer) == Role::kKerasLayer || RoleOf(script, layer) == Role::kKerasModel) {
      said = KerasLayer(script, index, layer, depth);
    } else if (const auto name = ActivationName(script, layer)) {
      said.output = {Named(script, *name, made->name_mark), std::nullopt};
      said.activation_only = true;
      constexpr std::array<std::string_view, 4> kKnown = {"softmax", "sigmoid", "relu", "tanh"};
      if (!IsOneOf(*name, kKnown)) return output;
    } else {
      return output;
    }
    if (!said.passes) {
      if (!said.output) return output;
      if (output) {
        output->units = said.output->units;
        return output;
      }
      output = said.output;
      if (!said.activation_only) return output;
    }
    tensor = made->arguments[0].value;
  }
  return output;
}

// What the method of the class returns, in the last run of it.
std::optional<ValueId> Returned(const ir::Script& script, const TraceIndex& index,
                                std::uint32_t own_class, std::string_view method) {
  const ir::script::Class& made = script.classes[own_class];
  const std::string name = made.name + "." + std::string(method);
  std::uint32_t run = 0;
  for (const std::uint32_t function : made.functions) {
    if (script.functions[function].name == name) run = std::max(run, index.last_runs[function]);
  }
  if (run == 0) return std::nullopt;
  std::optional<ValueId> value;
  const Context& context = script.contexts[run];
  for (std::uint32_t at = context.first_step; at < context.last_step; ++at) {
    const Step& step = script.steps[at];
    if (step.kind != Step::Kind::kReturn || step.arguments.empty()) continue;
    if (Enclosing(script, step.context, Context::Kind::kFunction) != run) continue;
    if (value) return std::nullopt;
    value = step.arguments[0].value;
  }
  return value;
}

std::optional<ScriptOutput> ModelOutput(const ir::Script& script, const TraceIndex& index,
                                        ValueId model, int depth) {
  const Step* made = MadeBy(script, model);
  const std::uint32_t own_class = ClassOf(script, model);
  if (own_class != kNone) {
    const auto returned = Returned(script, index, own_class, "call");
    if (returned) return KerasTensor(script, index, *returned, depth);
    if (made == nullptr || !DerivesFrom(script, own_class, "keras.Sequential")) return std::nullopt;
  }
  if (made == nullptr) return std::nullopt;
  const std::string path = CanonicalPath(made->name);
  const std::string_view type = LastPart(path);
  if (type == "Sequential" || own_class != kNone) {
    return LastOf(script, index, SequentialLayers(script, index, *made, model), true, depth + 1);
  }
  if (type != "Model") return std::nullopt;
  const Argument* outputs = FindArgument(*made, "outputs", 1);
  if (outputs == nullptr) outputs = FindKeyword(*made, "output");  // Keras 1
  if (outputs == nullptr) return std::nullopt;
  ValueId tensor = outputs->value;
  const Value& list = script.values[tensor];
  if (list.kind == Kind::kList) {
    if (list.items.size() != 1 || list.open) return std::nullopt;
    tensor = list.items[0];
  }
  return KerasTensor(script, index, tensor, depth);
}

}  // namespace

TraceIndex IndexTrace(const ir::Script& script) {
  TraceIndex index;
  for (std::uint32_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    if (!step.is_method) continue;
    for (const ValueId one : AlternativesOf(script, step.receiver)) {
      if (one != kUnknownValue) index.methods[one].push_back(i);
    }
  }
  index.last_runs.resize(script.functions.size());
  for (std::uint32_t i = 0; i < script.contexts.size(); ++i) {
    const Context& context = script.contexts[i];
    if (context.kind == Context::Kind::kFunction && context.index != kNone)
      index.last_runs[context.index] = i;
  }
  return index;
}

std::optional<ScriptOutput> KerasOutput(const ir::Script& script, const TraceIndex& index,
                                        ValueId model) {
  return ModelOutput(script, index, model, 0);
}

std::optional<std::vector<ValueId>> KerasLayers(const ir::Script& script, const TraceIndex& index,
                                                ValueId model) {
  const Step* made = MadeBy(script, model);
  if (made == nullptr || ClassOf(script, model) != kNone) return std::nullopt;
  const std::string path = CanonicalPath(made->name);
  if (!IsIn(path, "keras")) return std::nullopt;
  if (LastPart(path) == "Sequential") {
    Layers layers = SequentialLayers(script, index, *made, model);
    if (!layers.whole || layers.items.empty()) return std::nullopt;
    return std::move(layers.items);
  }
  const Argument* outputs = FindArgument(*made, "outputs", 1);
  if (LastPart(path) != "Model" || outputs == nullptr) return std::nullopt;
  std::vector<ValueId> layers;
  ValueId tensor = outputs->value;
  constexpr std::size_t kMostLayers = 1000;
  while (layers.size() < kMostLayers) {
    const Step* call = MadeBy(script, tensor);
    if (call == nullptr || call->is_method) return std::nullopt;
    const std::string_view name = LastPart(call->name);
    if (name == "Input" || name == "InputLayer") {
      std::reverse(layers.begin(), layers.end());
      return layers;
    }
    // layer(x)
    if (call->arguments.size() != 1 || RoleOf(script, call->callee) != Role::kKerasLayer) {
      return std::nullopt;
    }
    layers.push_back(call->callee);
    tensor = call->arguments[0].value;
  }
  return std::nullopt;
}

std::optional<ScriptOutput> TorchOutput(const ir::Script& script, const TraceIndex& index,
                                        ValueId tensor) {
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    const Step* made = MadeBy(script, tensor);
    if (made == nullptr) return std::nullopt;
    if (made->is_method) {
      constexpr std::array<std::string_view, 4> kMethods = {"softmax", "sigmoid", "log_softmax",
                                                            "tanh"};
      if (IsOneOf(made->name, kMethods)) {
        return ScriptOutput{Named(script, made->name, made->name_mark), std::nullopt};
      }
      if (!IsOneOf(made->name, kMoving)) return std::nullopt;
      tensor = made->receiver;
      continue;
    }
    if (!made->name.empty()) {
      constexpr std::array<std::string_view, 5> kFunctions = {"softmax", "sigmoid", "log_softmax",
                                                              "tanh", "relu"};
      const std::string_view last = LastPart(made->name);
      if (!IsIn(made->name, "torch")) return std::nullopt;
      if (IsOneOf(last, kFunctions)) {
        return ScriptOutput{Named(script, std::string(last), made->name_mark), std::nullopt};
      }
      const bool passing = last == "dropout" || last == "flatten" || last == "squeeze";
      if (!passing || made->arguments.empty()) return std::nullopt;
      tensor = made->arguments[0].value;
      continue;
    }
    // module(x)
    const Said said = TorchLayer(script, index, made->callee, depth);
    if (!said.passes) return said.output;
    if (made->arguments.empty()) return std::nullopt;
    tensor = made->arguments[0].value;
  }
  return std::nullopt;
}

}  // namespace onnxcheck::facts
