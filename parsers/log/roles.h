// The one table that says what a name in a log measures, for every dialect.
#ifndef ONNXCHECK_PARSERS_LOG_ROLES_H_
#define ONNXCHECK_PARSERS_LOG_ROLES_H_

#include <cstdint>
#include <string_view>

#include "analyzer/ir/log.h"

namespace onnxcheck::parsers::log {

// Which data a number was measured on.
enum class Split : std::uint8_t { kUnknown, kTrain, kValidation, kTest };
inline constexpr std::size_t kSplits = 4;

// What a name says by itself; the record it stands in may add the split.
enum class Quantity : std::uint8_t {
  kUnknown,
  kLoss,
  kLossComponent,
  kAccuracy,
  kMetric,
  kPerplexity,
  kReward,
  kLearningRate,
  kGradientNorm,
  kLossScale,
  kEpoch,
  kStep,
  kTime,
  kThroughput,
  kMemory,
  kSetting,  // a setting or a record so far ("best", "max"), not a measurement of now
};

struct Name {
  Quantity quantity = Quantity::kUnknown;
  Split split = Split::kUnknown;
  // Every word is known: "train loss", not "checkpoint loss".
  bool exact = false;
  // The name itself says that it sums up an epoch ("train_loss_epoch") or a step.
  bool of_epoch = false;
  bool of_step = false;
  // Nothing but a split ("Validation"): it may head what follows.
  bool heading = false;
  // "train.py", "sdp_utils.cpp": a place in a source file, whatever its words say.
  bool file = false;
  std::uint8_t words = 0;
};

// Conservative: a loss with an unknown word beside it is a component, because rules fire on the
// main losses.
Name ClassifyName(std::string_view name);

// A loss or a metric, as opposed to a counter, a rate or a setting.
bool IsMeasurement(Quantity quantity);

ir::Role RoleOf(Quantity quantity, Split split);

// The split of a value in a file that names each series once: the name's own or `unsaid`. An
// accuracy for which neither says one was measured in training, as a loss would be.
Split SplitOf(const Name& name, Split unsaid);

// One word of the table, lower case.
enum class Word : std::uint8_t {
  kUnknown,
  kTrain,
  kValidation,
  kTest,
  kLoss,
  kLossName,  // names a term: kl, focal
  kAccuracy,
  kTopOne,
  kAccuracyKind,
  kMetric,
  kWeakMetric,  // "error" is a metric alone, not among words that are none
  kPerplexity,
  kReward,
  kLrAbbreviation,
  kLearning,
  kRate,
  kGradient,
  kNorm,
  kGradientNorm,
  kScale,
  kEpoch,
  kStep,
  kTime,
  kThroughput,
  kCountable,  // what throughputs and totals count
  kMemory,
  kAverage,
  kNeutral,
  kParameter,  // makes a name a setting or a record so far
  kMoment,     // "initial loss" is none of now
  kCopula,     // "loss is": nothing, at the end
  kOptimizer,
  kNumber,
};
inline constexpr std::size_t kWords = 33;
Word LookUpWord(std::string_view lower);
// The length of a Chinese, Japanese or Korean word of the table at the front, and what it is in
// English; 0: none. These scripts set no blanks between the words of a name.
std::size_t TakeScriptWord(std::string_view text, std::string_view* english);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_ROLES_H_
