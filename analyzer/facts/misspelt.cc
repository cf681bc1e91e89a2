#include "analyzer/facts/misspelt.h"

#include <string>
#include <unordered_set>

#include "analyzer/facts/slip.h"

namespace onnxcheck::facts {
namespace {

// A slip in a shorter word makes another word.
constexpr std::size_t kMinMisspeltBytes = 8;

// Keys so long and so plain that one that differs in a letter is a slip; plurals are sweeps.
constexpr std::string_view kOftenMisspelt[] = {
    "learning_rate",
    "batch_size",
    "weight_decay",
    "optimizer",
    "scheduler",
    "lr_scheduler",
    "num_epochs",
    "num_train_epochs",
    "max_epochs",
    "warmup_steps",
    "warmup_ratio",
    "momentum",
    "dropout",
    "num_classes",
    "gradient_accumulation_steps",
    "per_device_train_batch_size",
    "max_steps",
    "logging_steps",
    "precision",
    "num_workers",
    "early_stopping",
    "label_smoothing",
};

std::string_view MeantBy(const std::string& key) {
  if (key.size() < kMinMisspeltBytes) return {};
  for (const std::string_view word : kOftenMisspelt) {
    // "learning_rates" are a list to choose from, "optimizerG" is one of two, "warmup_step" is how
    // others say it.
    const bool end_only = key.starts_with(word) || word.starts_with(key);
    if (word.size() >= kMinMisspeltBytes && !end_only && DiffersByASlip(key, word)) return word;
  }
  return {};
}

}  // namespace

std::vector<MisspeltKey> MisspeltKeys(const ir::Config& config) {
  std::unordered_set<std::string> present;
  for (const ir::KeyWord& one : config.key_words) present.insert(one.word.value);
  std::vector<MisspeltKey> misspelt;
  for (const ir::KeyWord& one : config.key_words) {
    if (one.known) continue;
    const std::string_view meant = MeantBy(one.word.value);
    if (!meant.empty() && present.count(std::string(meant)) == 0) {
      misspelt.push_back({one.word, meant});
    }
  }
  return misspelt;
}

}  // namespace onnxcheck::facts
