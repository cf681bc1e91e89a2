#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

// A seed that is there and says that there is none.
bool SaysNoSeed(const ir::Entry& entry) {
  constexpr std::array<std::string_view, 5> kSeeds = {"seed", "random_seed", "seed_everything",
                                                      "manual_seed", "manualseed"};
  std::string key = entry.key.substr(entry.key.rfind('.') + 1);
  std::transform(key.begin(), key.end(), key.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  // W&B writes "seed.value".
  if (key == "value" && entry.key == "seed.value") key = "seed";
  if (std::find(kSeeds.begin(), kSeeds.end(), key) == kSeeds.end()) return false;
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
