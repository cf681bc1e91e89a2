#include "analyzer/facts/script/data_faults.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "analyzer/facts/script/arrays.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/script/paths.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/training.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::facts {
namespace {

using Kind = Value::Kind;

template <std::size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void Relate(const ir::Script& script, const ScriptArray& array, std::string_view message,
            ScriptDataFault& fault) {
  if (array.typed_by == kUnknownValue) return;
  fault.made = PlaceOfValue(script, array.typed_by);
  fault.made_message = message;
}

// The training that compiles the model with a loss before the step; null: none, or its class has
// ways of its own to train.
const ScriptTraining* CompiledFor(const ir::Script& script,
                                  const std::vector<ScriptTraining>& trainings, const Step& fit) {
  if (ClassOf(script, fit.receiver) != kNone) return nullptr;
  for (const ScriptTraining& training : trainings) {
    if (training.keras && training.loss && MayBeSame(script, training.model, fit.receiver)) {
      return &training;
    }
  }
  return nullptr;
}

void CheckLabelsOfFit(const ir::Script& script, const Step& fit, const ScriptTraining& training,
                      std::vector<ScriptDataFault>& faults) {
  const Argument* x = FindArgument(fit, "x", 0);
  const Argument* y = FindArgument(fit, "y", 1);
  if (x == nullptr || (y != nullptr && !IsNoneValue(script, y->value))) return;
  if (!ArrayOf(script, x->value)) return;
  ScriptDataFault& fault = faults.emplace_back();
  fault.fault = DataFault::kLabels;
  fault.location = ir::PlaceOf(script, x->mark);
  fault.message = Cat("fit gets an array and no labels, but the loss ", training.loss->value,
                      " compares with them");
  fault.label = "inputs alone";
  fault.help = "pass the labels too: model.fit(x, y)";
  fault.made = training.loss->location;
  fault.made_message = "the loss";
}

// Layers that take numbers alone; where another stands among them, it may read text.
bool TakesNumbersAlone(const ir::Script& script, ValueId model) {
  const TraceIndex index = IndexTrace(script);
  constexpr std::array<std::string_view, 9> kNumeric = {
      "Input",  "InputLayer", "Dense",     "Dropout", "Flatten", "BatchNormalization",
      "Conv1D", "Conv2D",     "Activation"};
  const auto layers = KerasLayers(script, index, model);
  return layers && std::all_of(layers->begin(), layers->end(), [&](ValueId layer) {
           const Step* of = MadeBy(script, layer);
           return of != nullptr && IsOneOf(LastPart(of->name), kNumeric) &&
                  FindKeyword(*of, "dtype") == nullptr;
         });
}

void CheckTextOfFit(const ir::Script& script, const Step& fit,
                    std::vector<ScriptDataFault>& faults) {
  const Argument* x = FindArgument(fit, "x", 0);
  if (x == nullptr) return;
  const auto array = ArrayOf(script, x->value);
  if (!array || array->type != ElementType::kText || !TakesNumbersAlone(script, fit.receiver)) {
    return;
  }
  ScriptDataFault& fault = faults.emplace_back();
  fault.fault = DataFault::kType;
  fault.location = ir::PlaceOf(script, x->mark);
  fault.message = "the inputs are text, and the model has no layer that reads text";
  fault.label = "an array of text";
  fault.help = "convert it to numbers: x.astype(\"float32\")";
  Relate(script, *array, "made here of text", fault);
}

void CheckFits(const ir::Script& script, const std::vector<ScriptTraining>& trainings,
               std::vector<ScriptDataFault>& faults) {
  std::size_t looked = 0;
  for (const Step& step : script.steps) {
    if (!IsMethod(step, "fit") || HasUnpacked(step)) continue;
    if (++looked > kMostCandidates) return;
    const ScriptTraining* training = CompiledFor(script, trainings, step);
    if (training == nullptr) continue;
    CheckLabelsOfFit(script, step, *training, faults);
    CheckTextOfFit(script, step, faults);
  }
}

// for inputs, targets in DataLoader(TensorDataset(x)): a batch is a list of one tensor.
void CheckUnpacking(const ir::Script& script, std::vector<ScriptDataFault>& faults) {
  std::size_t looked = 0;
  for (const Context& loop : script.contexts) {
    if (loop.kind != Context::Kind::kLoop || loop.is_while || loop.targets.size() != 2) continue;
    if (++looked > kMostCandidates) return;
    const LoaderParts loader = PartsOfLoader(script, loop.value);
    if (loader.parts.size() != 1 || LastPart(loader.dataset->name) != "TensorDataset") continue;
    ScriptDataFault& fault = faults.emplace_back();
    fault.fault = DataFault::kLabels;
    fault.location = ir::PlaceOf(script, loop.mark);
    fault.location.has_span = false;
    fault.message = Cat("the loop takes ", loop.targets[0], " and ", loop.targets[1],
                        " from each batch, but the dataset holds one tensor");
    fault.label = "no second part comes";
    fault.help = "give the dataset the labels too: TensorDataset(x, y)";
    fault.made = PlaceOfStep(script, *loader.dataset);
    fault.made_message = "one tensor alone";
  }
}

bool IsFloat(ElementType type) {
  return type == ElementType::kFloat || type == ElementType::kDouble;
}

void CheckTargets(const ir::Script& script, const ScriptTraining& training,
                  std::vector<ScriptDataFault>& faults) {
  const Step& call = script.steps[training.step];
  const Argument* target = FindArgument(call, "target", 1);
  if (target == nullptr) return;
  const std::string& loss = training.loss->value;
  const auto array = ArrayOf(script, target->value);
  if (!array || !array->tensor) return;
  // Floats of two axes are probabilities of each class.
  const bool indices = (loss == "CrossEntropyLoss" || loss == "cross_entropy" ||
                        loss == "NLLLoss" || loss == "nll_loss") &&
                       IsFloat(array->type) && array->rank == 1;
  const bool binary = (loss == "BCELoss" || loss == "binary_cross_entropy" ||
                       loss == "BCEWithLogitsLoss" || loss == "binary_cross_entropy_with_logits") &&
                      array->type == ElementType::kInteger;
  if (!indices && !binary) return;
  ScriptDataFault& fault = faults.emplace_back();
  fault.fault = DataFault::kType;
  fault.location = ir::PlaceOf(script, target->mark);
  fault.message = indices ? Cat(loss, " gets class indices that are floats")
                          : Cat(loss, " gets targets that are integers");
  fault.label = indices ? "floats" : "integers";
  fault.help = indices ? "give it integers: targets.long()" : "give it floats: targets.float()";
  Relate(script, *array, "the type is settled here", fault);
}

// The first layer of torch.nn that gets the value, itself or at the head of a Sequential.
bool IsPlainLayer(const ir::Script& script, ValueId module) {
  constexpr std::array<std::string_view, 5> kLayers = {"Linear", "Conv1d", "Conv2d", "Conv3d",
                                                       "BatchNorm1d"};
  for (int depth = 0; depth < 4; ++depth) {
    const Step* made = MadeBy(script, module);
    if (made == nullptr || !IsIn(made->name, "torch.nn") || HasUnpacked(*made)) return false;
    if (FindKeyword(*made, "dtype") != nullptr) return false;
    if (IsOneOf(LastPart(made->name), kLayers)) return true;
    if (LastPart(made->name) != "Sequential" || made->arguments.empty()) return false;
    module = made->arguments[0].value;
  }
  return false;
}

// Whether the script turns weights, or all tensors to come, into another type.
bool ChangesPrecision(const ir::Script& script) {
  return std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
    return IsMethod(step, {"double", "half", "bfloat16"}) ||
           (IsMethod(step, "to") &&
            std::any_of(step.arguments.begin(), step.arguments.end(),
                        [&](const Argument& given) {
                          const std::string path = PathOf(script, given.value);
                          return given.keyword == "dtype" ||
                                 (path.starts_with("torch.") && path != "torch.device");
                        })) ||
           IsCall(step, {"torch.set_default_dtype", "torch.set_default_tensor_type",
                         "torch.autocast", "torch.cuda.amp.autocast", "torch.amp.autocast"});
  });
}

void CheckInputs(const ir::Script& script, std::vector<ScriptDataFault>& faults) {
  std::size_t looked = 0;
  for (const Step& step : script.steps) {
    if (step.kind != Step::Kind::kCall || step.is_method || !step.name.empty() ||
        step.arguments.size() != 1 || IsUncalled(script, step.context)) {
      continue;
    }
    if (++looked > kMostCandidates) return;
    const auto array = ArrayOf(script, step.arguments[0].value);
    const bool wrong =
        array && array->tensor &&
        (array->type == ElementType::kDouble || array->type == ElementType::kInteger);
    if (!wrong || !IsPlainLayer(script, step.callee)) continue;
    ScriptDataFault& fault = faults.emplace_back();
    const bool integers = array->type == ElementType::kInteger;
    fault.fault = DataFault::kType;
    fault.location = ir::PlaceOf(script, step.arguments[0].mark);
    fault.message = Cat("the input is of ", integers ? "integers" : "float64",
                        ", the layer's weights are float32");
    fault.label = integers ? "integers" : "float64, as NumPy makes it";
    fault.help = "convert it first: x.float(), or astype(\"float32\") in NumPy";
    Relate(script, *array, "the type is settled here", fault);
    return;  // the rest of the script has the same data
  }
}

const char* LabelOf(DataFault fault) {
  switch (fault) {
    case DataFault::kType:
      return "wrong type";
    case DataFault::kLabels:
      return "no labels";
    case DataFault::kMissing:
      return "no data";
    case DataFault::kNonfinite:
      return "not finite";
    case DataFault::kNone:
      break;
  }
  return "";
}

// A script of the run reads the path that the error is about.
bool IsShownByScript(const ir::Run& run, const ir::Event& event) {
  for (const ir::Script& script : run.scripts) {
    for (const PathRead& read : PathsRead(script)) {
      if (MissedIn(run, read.path) == &event) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<ScriptDataFault> DataFaultsOf(const ir::Script& script) {
  std::vector<ScriptDataFault> faults;
  if (script.partial) return faults;
  const std::vector<ScriptTraining> trainings = TrainingsOf(script);
  CheckFits(script, trainings, faults);
  CheckUnpacking(script, faults);
  std::size_t looked = 0;
  for (const ScriptTraining& training : trainings) {
    if (training.keras || !training.loss || ++looked > kMostCandidates) continue;
    CheckTargets(script, training, faults);
  }
  if (!ChangesPrecision(script)) CheckInputs(script, faults);
  return faults;
}

std::vector<RunDataFault> DataFaultsOf(const ir::Run& run, DataFault fault) {
  std::vector<RunDataFault> faults;
  const std::vector<LoggedDataError> logged = LastDataErrors(run, fault);
  const bool by_scripts = fault == DataFault::kType || fault == DataFault::kLabels;
  for (const ir::Script& script : run.scripts) {
    if (!by_scripts) break;
    for (ScriptDataFault& shown : DataFaultsOf(script)) {
      if (shown.fault != fault) continue;
      RunDataFault& one = faults.emplace_back();
      one.shown = std::move(shown);
      for (const LoggedDataError& error : logged) one.ended.push_back(error.event->location);
    }
  }
  if (!faults.empty()) return faults;
  for (const LoggedDataError& error : logged) {
    if (fault == DataFault::kMissing && IsShownByScript(run, *error.event)) continue;
    RunDataFault& one = faults.emplace_back();
    one.shown.fault = fault;
    one.shown.location = error.event->location;
    one.shown.message = error.text;
    one.shown.label = LabelOf(fault);
    one.shown.help = error.help;
    one.exception = error.event->exception;
    one.frame = error.event->frame;
  }
  return faults;
}

}  // namespace onnxcheck::facts
