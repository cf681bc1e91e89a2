// What a run was told to do: every key as written, and the fields rules use.
#ifndef ONNXCHECK_ANALYZER_IR_CONFIG_H_
#define ONNXCHECK_ANALYZER_IR_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analyzer/ir/input.h"

namespace onnxcheck::ir {

using Scalar = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

// One leaf of the file: "optimizer.lr", "logging.handlers[0].mode".
struct Entry {
  std::string key;
  Scalar value;       // as the format's usual reader resolves it (PyYAML for YAML)
  std::string text;   // as written
  Location location;  // of the value; logical is the key
};

struct LogHandler {
  Location location;
  std::optional<Located<std::string>> type;   // "file", "console", "csv", "tensorboard", class name
  std::optional<Located<std::string>> path;   // as written
  std::optional<Located<std::string>> mode;   // "w", "a", ...
  std::optional<Located<std::string>> level;  // upper case: DEBUG INFO WARNING ERROR CRITICAL
};

enum class LabelEncoding { kInteger, kOneHot, kBinary, kMultiHot, kContinuous };

// The normalised fields. Absent means the file does not say; a parser never
// fills in a default.
struct Config {
  Input input;
  std::vector<Entry> entries;  // in file order

  std::optional<Located<std::string>> framework;  // "keras", "torch"
  std::optional<Located<std::string>> loss;       // as the framework spells it
  std::optional<Located<bool>> from_logits;
  std::optional<Located<std::string>> optimizer;  // lower case: "adam", "sgd"
  std::optional<Located<double>> learning_rate;
  std::optional<Located<double>> momentum;
  std::optional<Located<std::string>> schedule;
  std::optional<Located<double>> batch_size;    // numbers are kept as written, even if
  std::optional<Located<double>> dataset_size;  // negative or fractional: C rules judge them
  std::optional<Located<bool>> drop_last;
  std::optional<Located<double>> epochs;
  std::optional<Located<double>> steps_per_epoch;
  std::optional<Located<LabelEncoding>> labels;
  std::optional<Located<double>> classes;
  std::optional<Located<bool>> all_frozen;
  std::vector<Located<std::string>> frozen;  // names of frozen layers or parameters
  std::vector<Located<std::string>> metrics;
  std::optional<Located<std::string>>
      precision;  // "float32", "float16", "bfloat16", "mixed_float16"
  std::optional<Located<std::string>>
      output_activation;  // of the last layer, when the config holds the architecture
  std::optional<Located<double>> output_units;
  std::optional<Located<std::string>> log_level;  // of the logger; upper case
  std::optional<Located<std::string>>
      metric_level;  // level that metric lines are logged at, when stated
  std::vector<LogHandler> handlers;
};

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_CONFIG_H_
