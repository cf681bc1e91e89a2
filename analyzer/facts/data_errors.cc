#include "analyzer/facts/data_errors.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "analyzer/facts/lifecycle.h"
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
constexpr std::string_view kPlace =
    "put the data where the script looks for it, or correct the path; a relative one counts from "
    "the folder that the run is started in";
constexpr std::string_view kClean =
    "find the cells first (np.isnan(x).any(axis=0) names the columns), and fill or drop them";
constexpr std::string_view kText =
    "convert or encode the column before it reaches the model, and look for cells that are empty";

// PyTorch 2.13, Keras 2.15 and 3.15, TensorFlow 2.21, Transformers 5.23, scikit-learn 1.9.
constexpr Known kKnown[] = {
    {"expected scalar type long", "", {DataFault::kType, "the targets are no integers", kTargets}},
    {"expected target dtype to be long",
     "",
     {DataFault::kType, "the targets are no integers", kTargets}},
    {"invalid dtype: str", "", {DataFault::kType, "the array holds text", kText}},
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
    {"couldn't find any class folder",
     "",
     {DataFault::kMissing, "the folder holds no class folders", kPlace}},
    {"found no valid file for the classes",
     "",
     {DataFault::kMissing, "the class folders hold no images", kPlace}},
    {"dataset not found or corrupted",
     "",
     {DataFault::kMissing, "the dataset is not there",
      "pass download=True, or put the data into the folder that root names"}},
    {"couldn't find any data file", "", {DataFault::kMissing, "the dataset is not there", kPlace}},
    {"couldn't find a dataset script",
     "",
     {DataFault::kMissing, "the dataset is not there", kPlace}},
    {"no images found in directory",
     "",
     {DataFault::kMissing, "the folder holds no images", kPlace}},
    {"no columns to parse from file",
     "",
     {DataFault::kMissing, "the table is empty", "look at the file: it holds no line of data"}},
    {"contains nan",
     "",
     {DataFault::kNonfinite, "the data holds values that are no numbers", kClean}},
    {"contains infinity", "", {DataFault::kNonfinite, "the data holds infinite values", kClean}},
    {"cannot convert non-finite values",
     "",
     {DataFault::kNonfinite, "a column to be made whole numbers has gaps", kClean}},
    {"cannot convert float nan to integer",
     "",
     {DataFault::kNonfinite, "a value to be made a whole number is missing", kClean}},
};

// What a run writes is no data that it reads: a log or a table of results in a folder that is not
// there.
bool NamesOutput(std::string_view path) {
  const std::string lower = absl::AsciiStrToLower(absl::string_view(path.data(), path.size()));
  constexpr std::string_view kWords[] = {"log",   "output",       "result",  "history", "metric",
                                         "loss",  "check",        "save",    "runs",    "predict",
                                         "submi", "training.csv", "progress"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

// "No such file or directory: 'data/train.csv'"
bool NamesDataFile(const ir::Event& event) {
  if (event.exception != "FileNotFoundError") return false;
  std::string_view path = event.message;
  while (!path.empty() &&
         (path.back() == '\'' || path.back() == '"' || path.back() == '.' || path.back() == ' ')) {
    path.remove_suffix(1);
  }
  constexpr std::string_view kNotFound = " not found";  // NumPy's and h5py's way to say it
  if (path.ends_with(kNotFound)) path.remove_suffix(kNotFound.size());
  if (NamesOutput(path)) return false;
  constexpr std::string_view kSuffixes[] = {".csv",  ".tsv",      ".npy",   ".npz",      ".parquet",
                                            ".h5",   ".hdf5",     ".mat",   ".arrow",    ".feather",
                                            ".lmdb", ".tfrecord", ".jsonl", ".tfrecords"};
  return std::any_of(std::begin(kSuffixes), std::end(kSuffixes),
                     [&](std::string_view suffix) { return path.ends_with(suffix); });
}

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
  if (NamesDataFile(event)) return {DataFault::kMissing, "the dataset is not there", kPlace};
  return {};
}

bool EndedByData(const ir::Log& log, const ir::Event& event) {
  return DataErrorOf(event).fault != DataFault::kNone && LastMetricLine(log) <= event.line;
}

std::vector<LoggedDataError> LastDataErrors(const ir::Run& run, DataFault fault) {
  std::vector<LoggedDataError> errors;
  for (const ir::Log& log : run.logs) {
    for (auto event = log.events.rbegin(); event != log.events.rend(); ++event) {
      const DataError error = DataErrorOf(*event);
      if (error.fault != fault || !EndedByData(log, *event)) continue;
      errors.push_back(
          {&*event, Cat(error.meaning, ": ", event->exception, ": ", event->message), error.help});
      break;
    }
  }
  return errors;
}

}  // namespace onnxcheck::facts
