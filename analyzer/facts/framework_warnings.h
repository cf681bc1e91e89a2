// Warnings that frameworks print and that say more than they seem to.
#ifndef ONNXCHECK_ANALYZER_FACTS_FRAMEWORK_WARNINGS_H_
#define ONNXCHECK_ANALYZER_FACTS_FRAMEWORK_WARNINGS_H_

#include <span>
#include <string_view>

namespace onnxcheck::facts {

// What is known to make a warning appear where nothing is wrong.
enum class Doubt {
  kNone,
  kMixedPrecision,  // a loss scaler skips the first optimizer steps
  kLossFalls,       // if training works all the same
  kPooler,          // layers of a pretrained model that the task does not use
  kPlanReached,     // if all planned epochs were trained after it
  kTrainingLogged,  // if the training loss is in the log after all
};

struct FrameworkWarning {
  std::string_view needle;     // part of the text that no other sentence has; lower case
  std::string_view framework;  // "Keras"
  std::string_view meaning;    // "early stopping watches a metric that is not logged, ..."
  std::string_view help;
  Doubt doubt = Doubt::kNone;
  bool harmful = true;       // false: it costs time, or it is only a hint
  bool data_ended = false;   // it says that the data ran out
  std::string_view example;  // the text as the framework prints it
};

std::span<const FrameworkWarning> FrameworkWarnings();

// The entry for a line of a log; null if it is none of them, or source code that would print one.
const FrameworkWarning* KnownWarning(std::string_view line);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_FRAMEWORK_WARNINGS_H_
