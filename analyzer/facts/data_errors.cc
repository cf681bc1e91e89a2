#include "analyzer/facts/data_errors.h"

#include <string>

#include "absl/strings/ascii.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::facts {
namespace {

struct Known {
  std::string_view needle;  // lower case, a part of the message
  std::string_view also;    // another part; empty: none
  DataError error;
};

constexpr std::string_view kFloat =
    "convert the batch to the type of the weights: x.float(), astype(\"float32\")";
constexpr std::string_view kTargets =
    "give the loss targets of its type: long class indices for cross-entropy, floats for MSE and "
    "binary cross-entropy";
constexpr std::string_view kText =
    "convert or encode the column before it reaches the model, and look for cells that are empty";

// PyTorch 2.13, Keras 2.15 and 3.15, TensorFlow 2.21, Transformers 5.23, scikit-learn 1.9.
constexpr Known kKnown[] = {
    {"expected scalar type long", "", {DataFault::kType, "the targets are no integers", kTargets}},
    {"expected scalar type",
     "but found",
     {DataFault::kType, "two types meet in one operation", kFloat}},
    {"found dtype",
     "but expected",
     {DataFault::kType, "outputs and targets differ in type", kTargets}},
    {"must have the same dtype",
     "",
     {DataFault::kType, "input and weights differ in type", kFloat}},
    {"to have the same dtype", "", {DataFault::kType, "input and weights differ in type", kFloat}},
    {"input type (",
     "should be the same",
     {DataFault::kType, "input and weights differ in type", kFloat}},
    {"not implemented for '",
     "",
     {DataFault::kType, "the operation does not take this type", kTargets}},
    {"can't be cast to the desired output type",
     "",
     {DataFault::kType, "a number would lose its fraction", kFloat}},
    {"expected floating point type for target",
     "",
     {DataFault::kType, "the targets are no class probabilities", kTargets}},
    {"can't convert np.ndarray of type numpy.object_",
     "",
     {DataFault::kType, "the array holds Python objects", kText}},
    {"unsupported object type", "", {DataFault::kType, "the array holds Python objects", kText}},
    {"invalid dtype: object", "", {DataFault::kType, "the array holds Python objects", kText}},
    {"could not convert string to float", "", {DataFault::kType, "a column holds text", kText}},
    {"cast string to float is not supported", "", {DataFault::kType, "a column holds text", kText}},
    {"did not return a loss from the inputs",
     "",
     {DataFault::kLabels, "the batches hold no labels",
      "give the dataset a column named labels (label_names says which), and do not remove it"}},
    {"target data is missing",
     "",
     {DataFault::kLabels, "the batches hold no labels",
      "let the dataset give (inputs, targets), or pass y to fit()"}},
    {"previously unseen labels",
     "",
     {DataFault::kLabels, "labels occur that the encoder has never seen",
      "fit the encoder on all labels, or leave these samples out"}},
    {"the data contains only one class",
     "",
     {DataFault::kLabels, "all labels are the same",
      "check how the data is split: shuffle and stratify it"}},
};

}  // namespace

DataError DataErrorOf(const ir::Event& event) {
  if (event.kind != ir::EventKind::kTraceback) return {};
  const std::string message = absl::AsciiStrToLower(event.message);
  // The same words for tensors on different devices.
  const bool devices = message.find("input type (") != std::string::npos &&
                       message.find("cuda") != std::string::npos;
  if (devices) return {};
  for (const Known& known : kKnown) {
    if (message.find(known.needle) != std::string::npos &&
        message.find(known.also) != std::string::npos) {
      return known.error;
    }
  }
  return {};
}

std::vector<LoggedDataError> LastDataErrors(const ir::Run& run, DataFault fault) {
  std::vector<LoggedDataError> errors;
  for (const ir::Log& log : run.logs) {
    for (auto event = log.events.rbegin(); event != log.events.rend(); ++event) {
      const DataError error = DataErrorOf(*event);
      if (error.fault != fault) continue;
      errors.push_back(
          {&*event, Cat(error.meaning, ": ", event->exception, ": ", event->message), error.help});
      break;
    }
  }
  return errors;
}

}  // namespace onnxcheck::facts
