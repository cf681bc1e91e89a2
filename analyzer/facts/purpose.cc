#include "analyzer/facts/purpose.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"

namespace onnxcheck::facts {

bool OnlyEvaluates(const ir::Config& config) {
  constexpr std::string_view kSwitches[] = {
      "eval_only", "evaluate_only", "only_eval", "test_only",    "only_test",   "evaluate",
      "inference", "eval",          "test_mode", "predict_only", "do_test_only"};
  constexpr std::string_view kModes[] = {"test", "eval", "evaluate", "val", "predict", "inference"};
  return std::any_of(config.entries.begin(), config.entries.end(), [&](const ir::Entry& entry) {
    std::string key = absl::AsciiStrToLower(entry.key.substr(entry.key.rfind('.') + 1));
    std::replace(key.begin(), key.end(), '-', '_');
    if (const auto* flag = std::get_if<bool>(&entry.value)) {
      return *flag
                 ? std::find(std::begin(kSwitches), std::end(kSwitches), key) != std::end(kSwitches)
                 : key == "train" || key == "training";
    }
    const auto* text = std::get_if<std::string>(&entry.value);
    const bool mode = key == "mode" || key == "phase" || key == "stage" || key == "run_mode";
    return text != nullptr && mode &&
           std::find(std::begin(kModes), std::end(kModes), absl::AsciiStrToLower(*text)) !=
               std::end(kModes);
  });
}

}  // namespace onnxcheck::facts
