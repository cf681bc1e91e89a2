// What frameworks document to be in force where a configuration says nothing.
#ifndef ONNXCHECK_ANALYZER_FACTS_DEFAULTS_H_
#define ONNXCHECK_ANALYZER_FACTS_DEFAULTS_H_

#include <optional>
#include <string_view>

#include "analyzer/ir/config.h"

namespace onnxcheck::facts {

// A number in force, and whether the configuration states it.
struct InForce {
  double value = 0;
  std::string_view by_default_of;  // "Lightning"; empty: stated
};

// Steps between two logged metrics: as stated, or the default of whoever reads the configuration.
// Absent where neither is known, and where an interval in steps does not count: Hugging Face's
// logging_strategy of "epoch" or "no".
std::optional<InForce> LoggingSteps(const ir::Config& config);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_DEFAULTS_H_
