// A finding: what is wrong, where, how sure, and what to change.
#ifndef ONNXCHECK_ANALYZER_ENGINE_FINDING_H_
#define ONNXCHECK_ANALYZER_ENGINE_FINDING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/ir/experiment.h"
#include "analyzer/ir/location.h"

namespace onnxcheck {

enum class Severity { kInfo, kWarning, kError };
enum class Confidence { kLow, kMedium, kHigh };

struct Related {
  ir::Location location;
  std::string message;  // "output \"probs\" ends in Softmax"
};

using EvidenceValue = std::variant<bool, std::int64_t, double, std::string>;
using Evidence = std::vector<std::pair<std::string, EvidenceValue>>;

enum class ConfirmationStatus { kUntested, kConfirmed, kRefuted, kInconclusive };

// What a replay said. Curves are the loss after curve_steps optimizer steps,
// median over seeds; NaN where training had broken down. A curve that ends
// early stopped there.
struct Confirmation {
  ConfirmationStatus status = ConfirmationStatus::kUntested;
  std::string text;  // "2.29 -> 0.31 with the change, 0.090 -> 0.088 without (3 seeds)"
  Evidence figures;
  std::vector<std::int64_t> curve_steps;
  std::vector<double> baseline_curve;
  std::vector<double> changed_curve;
};

struct Finding {
  std::string_view id;    // "A001"
  std::string_view name;  // "softmax-with-mse"
  Severity severity = Severity::kWarning;
  Confidence confidence = Confidence::kHigh;
  std::string message;  // one sentence, lower case, no full stop
  std::string label;    // two to five words beside the caret; may be empty
  std::string help;     // what to change
  ir::Location location;
  std::vector<Related> related;
  Evidence evidence;
  std::optional<ir::Experiment> experiment;  // how a replay can settle it
  Confirmation confirmation;
  // Stable over unrelated edits: the rule, the path, and the logical place or
  // the text at the line; filled in by the engine.
  std::string fingerprint;
};

}  // namespace onnxcheck

#endif  // ONNXCHECK_ANALYZER_ENGINE_FINDING_H_
