#include "analyzer/facts/script/scaling.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/script/training.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::facts {
namespace {

using Kind = Value::Kind;

constexpr int kMaxMakings = 32;

template <std::size_t N>
bool IsOneOf(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// Something is stored in the array: it may be scaled in place.
bool IsStoredTo(const ir::Script& script, ValueId value) {
  return std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
    return step.kind == Step::Kind::kItem && MayBeSame(script, step.receiver, value);
  });
}

// An array is handed to a function that is not known: NumPy's with out=, a scaler that works in
// place.
bool IsHandedOn(const ir::Script& script, ValueId value) {
  return std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
    return step.kind == Step::Kind::kCall &&
           std::any_of(step.arguments.begin(), step.arguments.end(), [&](const Argument& given) {
             return given.keyword == "out" && MayBeSame(script, given.value, value);
           });
  });
}

// The images that the value holds as they were loaded: mnist.load_data()[0][0], through what leaves
// the numbers as they are.
const Step* LoadedAs(const ir::Script& script, ValueId value) {
  constexpr std::string_view kSame[] = {"reshape", "astype", "copy", "transpose", "squeeze"};
  constexpr std::string_view kSameFunctions[] = {"expand_dims", "reshape",  "array",
                                                 "asarray",     "float32",  "transpose",
                                                 "stack",       "squeeze",  "convert_to_tensor",
                                                 "cast",        "moveaxis", "ascontiguousarray"};
  for (int depth = 0; depth < kMaxMakings; ++depth) {
    const std::optional<ValueId> only = OnlyAlternative(script, value);
    if (!only || IsStoredTo(script, *only) || IsHandedOn(script, *only)) return nullptr;
    const Value& at = script.values[*only];
    if (at.kind == Kind::kDerived && at.text == "[]" && !at.items.empty()) {
      const auto index = at.items.size() > 1 ? NumberOf(script, at.items[1]) : std::nullopt;
      if (!index) {
        value = at.items[0];  // a slice
        continue;
      }
      // load_data() gives ((x, y), (x, y)).
      const Value& pair = script.values[at.items[0]];
      if (*index != 0 || pair.kind != Kind::kDerived || pair.text != "[]" ||
          pair.items.size() != 2 || !NumberOf(script, pair.items[1])) {
        return nullptr;
      }
      const Step* load = MadeBy(script, pair.items[0]);
      return load != nullptr && IsCall(*load, {"keras.datasets.load_data"}) ? load : nullptr;
    }
    const Step* made = MadeBy(script, *only);
    if (made == nullptr) return nullptr;
    if (made->is_method) {
      if (!IsOneOf(made->name, kSame)) return nullptr;
      value = made->receiver;
    } else {
      const bool known = IsIn(made->name, "numpy") || IsIn(made->name, "tensorflow");
      if (!known || !IsOneOf(LastPart(made->name), kSameFunctions) || made->arguments.empty()) {
        return nullptr;
      }
      value = made->arguments[0].value;
    }
  }
  return nullptr;
}

// "mnist" of keras.datasets.mnist.load_data; empty: no images.
std::string_view ImagesOf(const Step& load) {
  for (const std::string_view name : {"fashion_mnist", "mnist", "cifar100", "cifar10"}) {
    if (load.name.find(name) != std::string::npos) return name;
  }
  return {};
}

// ImageDataGenerator(...).flow_from_directory(...), image_dataset_from_directory(...)
const Step* Folder(const ir::Script& script, ValueId value) {
  const Step* made = MadeBy(script, value);
  if (made == nullptr || HasUnpacked(*made)) return nullptr;
  if (IsCall(*made, {"keras.utils.image_dataset_from_directory",
                     "keras.preprocessing.image_dataset_from_directory"})) {
    return made;
  }
  if (!IsMethod(*made, "flow_from_directory")) return nullptr;
  const Step* generator = MadeBy(script, made->receiver);
  if (generator == nullptr || HasUnpacked(*generator) ||
      LastPart(generator->name) != "ImageDataGenerator") {
    return nullptr;
  }
  for (const std::string_view keyword :
       {"rescale", "preprocessing_function", "featurewise_center", "samplewise_center",
        "featurewise_std_normalization", "samplewise_std_normalization"}) {
    if (FindKeyword(*generator, keyword) != nullptr) return nullptr;
  }
  return made;
}

// Every layer is known, and none changes the scale of what it gets by itself.
bool TakesAsIs(const ir::Script& script, const TraceIndex& index, ValueId model) {
  constexpr std::string_view kPlain[] = {"Input",
                                         "InputLayer",
                                         "Dense",
                                         "Dropout",
                                         "Flatten",
                                         "Conv2D",
                                         "Convolution2D",
                                         "MaxPooling2D",
                                         "MaxPool2D",
                                         "AveragePooling2D",
                                         "Activation",
                                         "Reshape",
                                         "Permute",
                                         "ReLU",
                                         "LeakyReLU",
                                         "Softmax",
                                         "ZeroPadding2D",
                                         "GlobalAveragePooling2D",
                                         "GlobalMaxPooling2D",
                                         "RandomFlip",
                                         "RandomRotation",
                                         "RandomZoom",
                                         "LSTM",
                                         "SimpleRNN",
                                         "GRU",
                                         "ELU",
                                         "PReLU",
                                         "SeparableConv2D",
                                         "AvgPool2D"};
  const auto layers = KerasLayers(script, index, model);
  return layers && std::all_of(layers->begin(), layers->end(), [&](ValueId layer) {
           const Step* made = MadeBy(script, layer);
           return made != nullptr && IsOneOf(LastPart(made->name), kPlain);
         });
}

}  // namespace

std::vector<UnscaledInput> UnscaledInputsOf(const ir::Script& script) {
  std::vector<UnscaledInput> inputs;
  if (script.partial) return inputs;
  std::optional<TraceIndex> index;  // only where there is something to look at
  std::size_t looked = 0;
  for (const Step& step : script.steps) {
    if (!IsMethod(step, {"fit", "fit_generator"})) continue;
    if (++looked > kMostCandidates) break;
    const Argument* x = FindArgument(step, step.name == "fit" ? "x" : "generator", 0);
    if (x == nullptr) continue;
    UnscaledInput input;
    input.input = x;
    if (const Step* load = LoadedAs(script, x->value)) {
      const std::string_view name = ImagesOf(*load);
      if (name.empty()) continue;
      input.source = load;
      input.what = Cat("the images of ", name);
    } else if (const Step* folder = Folder(script, x->value)) {
      input.source = folder;
      input.what = "images from a folder";
    }
    if (input.source == nullptr) continue;
    if (!index) index = IndexTrace(script);
    if (TakesAsIs(script, *index, step.receiver)) inputs.push_back(input);
  }
  return inputs;
}

}  // namespace onnxcheck::facts
