#include "analyzer/facts/defaults.h"

#include <algorithm>
#include <iterator>

namespace onnxcheck::facts {
namespace {

// By ir::Config::writer. Hugging Face: TrainingArguments.logging_steps (transformers 5.23);
// Lightning: Trainer(log_every_n_steps) (2.6); MMEngine: LoggerHook(interval) (0.10).
struct Default {
  std::string_view writer;
  std::string_view name;
  double value;
};
constexpr Default kLoggingSteps[] = {{"hugging-face", "Hugging Face", 500},
                                     {"lightning", "Lightning", 50},
                                     {"mmengine", "MMEngine", 10}};

bool ByEpochOrNever(const ir::Config& config) {
  return std::any_of(config.entries.begin(), config.entries.end(), [](const ir::Entry& entry) {
    return entry.key.ends_with("logging_strategy") && entry.text.find("steps") == std::string::npos;
  });
}

}  // namespace

std::optional<InForce> LoggingSteps(const ir::Config& config) {
  if (ByEpochOrNever(config)) return std::nullopt;
  if (config.logging_steps) return InForce{config.logging_steps->value, {}};
  const auto found = std::find_if(std::begin(kLoggingSteps), std::end(kLoggingSteps),
                                  [&](const Default& row) { return row.writer == config.writer; });
  if (found == std::end(kLoggingSteps)) return std::nullopt;
  return InForce{found->value, found->name};
}

}  // namespace onnxcheck::facts
