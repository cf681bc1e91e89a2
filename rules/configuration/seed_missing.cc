#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

// The run's own seed, which says that there is none: not the seed of a layer's initialiser.
bool SaysNoSeed(const ir::Entry& entry) {
  constexpr std::array<std::string_view, 5> kSeeds = {"seed", "random_seed", "seed_everything",
                                                      "manual_seed", "manualseed"};
  constexpr std::array<std::string_view, 10> kSections = {
      "",    "train",      "training", "trainer", "general",
      "run", "experiment", "args",     "hparams", "system"};
  std::string key = entry.key;
  std::transform(key.begin(), key.end(), key.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (key == "seed.value") key = "seed";  // W&B
  const std::size_t dot = key.rfind('.');
  const std::string section = dot == std::string::npos ? "" : key.substr(0, dot);
  if (dot != std::string::npos) key.erase(0, dot + 1);
  if (std::find(kSeeds.begin(), kSeeds.end(), key) == kSeeds.end() ||
      std::find(kSections.begin(), kSections.end(), section) == kSections.end()) {
    return false;
  }
  if (const auto* flag = std::get_if<bool>(&entry.value)) return !*flag;
  if (const auto* text = std::get_if<std::string>(&entry.value)) return *text == "None";
  return std::holds_alternative<std::monostate>(entry.value);
}

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  if (config.seed || !(config.optimizer || config.learning_rate || config.epochs)) return;
  const auto found = std::find_if(config.entries.begin(), config.entries.end(), SaysNoSeed);
  if (found == config.entries.end()) return;
  Finding& finding = sink.Report(found->location, "the run has no seed: it cannot be repeated");
  finding.label = "no seed";
  finding.help = "set a whole number, such as 42";
}

}  // namespace

extern const Rule kSeedMissing;
const Rule kSeedMissing = {
    .id = "C019",
    .name = "seed-missing",
    .family = Family::kConfiguration,
    .severity = Severity::kInfo,
    .needs = kConfig,
    .documentation =
        {.summary = "The configuration has a seed, and it is empty.",
         .what = "Reports a seed that is null or false while the run states none elsewhere. A "
                 "configuration without the key is not reported: the script may set one.",
         .why = "Initial weights, shuffling and dropout differ from run to run. Without a seed a "
                "good run cannot be repeated, nor a bad one be looked into.",
         .bad = R"(```yaml config.yaml
framework: torch
optimizer: adam
learning_rate: 0.001
seed: null
```)",
         .good = R"(```yaml config.yaml
framework: torch
optimizer: adam
learning_rate: 0.001
seed: 42
```)",
         .references = "PyTorch documentation, Reproducibility."},
    .check = Check,
};

}  // namespace onnxcheck::rules
