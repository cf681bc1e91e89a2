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
  std::optional<Located<std::string>>
      format;            // of its lines, as written: "%(asctime)s %(message)s"
  std::string name;      // in dictConfig and fileConfig; else empty
  bool rotates = false;  // starts a new file by size or time
};

// A logger that dictConfig or fileConfig sets up. Levels and propagation mean what they do in
// Python's logging; facts/logging.h works out what reaches a handler.
struct Logger {
  Location location;
  std::string name;                           // "train.loop"; "": the root
  std::optional<Located<std::string>> level;  // upper case; absent: not stated, or NOTSET
  bool propagate = true;
  std::vector<std::string> handlers;  // names of LogHandlers
};

// What watches a metric: early stopping, the choice of a checkpoint, a schedule that waits.
struct Monitor {
  Located<std::string> metric;  // as written: "val_loss"
  // "min" or "max"; absent: the framework decides by itself.
  std::optional<Located<std::string>> mode;
  std::string watcher;  // the key of what holds it: "callbacks.early_stopping"; may be empty
};

// The last part of a key in one spelling: of "model.Learning-Rate" it is "learning_rate".
struct KeyWord {
  Located<std::string> word;
  bool known = false;  // some field goes by it, by itself or in some section
};

enum class LabelEncoding { kInteger, kOneHot, kBinary, kMultiHot, kContinuous };

// The normalised fields. Absent means the file does not say; a parser never
// fills in a default.
struct Config {
  Input input;
  std::vector<Entry> entries;  // in file order
  std::string writer;          // whose file it is: "hugging-face", "hydra", ...; empty: anybody's

  std::optional<Located<std::string>> framework;  // "keras", "torch"
  std::optional<Located<std::string>> loss;       // as the framework spells it
  std::optional<Located<bool>> from_logits;
  std::optional<Located<std::string>> optimizer;  // lower case: "adam", "sgd"
  std::optional<Located<double>> learning_rate;
  std::optional<Located<double>> momentum;
  std::optional<Located<double>> weight_decay;
  std::optional<Located<double>> epsilon;  // of the optimizer
  std::optional<Located<double>> beta1;    // Adam's and its kin
  std::optional<Located<double>> beta2;
  std::optional<Located<std::string>> schedule;
  std::optional<Located<double>> schedule_steps;  // optimizer steps until it has reached its end
  std::optional<Located<double>> schedule_end;    // rate that it ends at
  std::optional<Located<double>> warmup_steps;
  std::optional<Located<double>> warmup_epochs;
  std::optional<Located<double>> warmup_ratio;  // of all steps
  std::optional<Located<double>> batch_size;    // numbers are kept as written, even if
  std::optional<Located<double>> dataset_size;  // negative or fractional: C rules judge them
  std::optional<Located<bool>> drop_last;
  std::optional<Located<double>> epochs;
  std::optional<Located<double>> steps_per_epoch;
  std::optional<Located<double>> max_steps;     // optimizer steps of the whole run
  std::optional<Located<double>> accumulation;  // batches whose gradients make one step
  std::optional<Located<bool>> shuffle_train;
  std::optional<Located<bool>> shuffle_validation;
  std::optional<Located<double>> seed;
  std::optional<Located<double>> logging_steps;  // steps from one logged metric to the next
  std::optional<Located<LabelEncoding>> labels;
  std::optional<Located<double>> classes;
  std::optional<Located<bool>> all_frozen;
  std::vector<Located<std::string>> frozen;  // names of frozen layers or parameters
  std::vector<Located<std::string>> metrics;
  std::optional<Located<std::string>>
      precision;                              // "float32", "float16", "bfloat16", "mixed_float16"
  std::optional<Located<double>> loss_scale;  // 0: dynamic
  std::vector<Located<double>> dropout;       // probabilities that a unit is dropped
  std::vector<Monitor> monitors;
  std::optional<Located<std::string>>
      output_activation;  // of the last layer, when the config holds the architecture
  std::optional<Located<double>> output_units;
  std::optional<Located<std::string>> log_level;  // of the logger; upper case
  std::optional<Located<std::string>>
      metric_level;  // level that metric lines are logged at, when stated
  std::vector<LogHandler> handlers;
  std::vector<Logger> loggers;     // in file order; empty: the file is no dictConfig or fileConfig
  std::vector<KeyWord> key_words;  // each once, where it stands first; at most 1000
  // Numbers that YAML 1.1 reads as text for want of a dot or a sign ("1e-4").
  std::vector<Located<std::string>> text_numbers;
};

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_CONFIG_H_
