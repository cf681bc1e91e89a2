#include "parsers/log/statements.h"

#include <absl/types/span.h>

#include <algorithm>
#include <optional>

namespace onnxcheck::parsers::log {
namespace {

// How frameworks state a model's size: Keras, Lightning, Transformers, PEFT.
constexpr std::string_view kTotalNames[] = {"total params",         "total parameters",
                                            "number of parameters", "total number of parameters",
                                            "all params",           "model parameters"};
constexpr std::string_view kTrainableNames[] = {
    "trainable params", "trainable parameters", "number of trainable parameters",
    "total trainable params", "total trainable parameters"};
constexpr std::string_view kClassNames[] = {"classes", "num_classes", "n_classes"};

// As a setting of the run is printed before it: OpenMMLab, Lightning and many scripts.
constexpr std::string_view kEpochNames[] = {"max_epochs", "num_epochs", "total_epochs"};
// Of early stopping, or of a schedule.
constexpr std::string_view kPatience = "patience";

// One class is no classification; thousands of thousands are no classes.
constexpr double kLeastClasses = 2;
constexpr double kMostClasses = 1e6;

bool IsOneOf(std::string_view name, absl::Span<const std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view known) {
    return name.size() == known.size() && EndsWithWord(name, known);
  });
}

bool NamesClasses(std::string_view name) {
  return std::any_of(std::begin(kClassNames), std::end(kClassNames),
                     [&](std::string_view known) { return EndsWithWord(name, known); });
}

bool NamesPatience(std::string_view name) {
  if (name.size() < kPatience.size()) return false;
  const std::string_view end = name.substr(name.size() - kPatience.size());
  return EndsWithWord(end, kPatience);
}

}  // namespace

bool EndsWithWord(std::string_view name, std::string_view lower) {
  if (name.size() < lower.size()) return false;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const char c = name[name.size() - lower.size() + i];
    if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lower[i]) return false;
  }
  return name.size() == lower.size() || name[name.size() - lower.size() - 1] == ' ';
}

bool IsStatement(std::string_view name) {
  return IsOneOf(name, kTrainableNames) || IsOneOf(name, kTotalNames) ||
         IsOneOf(name, kEpochNames) || NamesPatience(name) || NamesClasses(name);
}

void NoteStatement(std::string_view name, double value, std::uint32_t line, Collector* collector) {
  if (value <= 0) return;
  ir::Log* log = collector->log();
  const auto state = [&](std::optional<ir::Located<double>>* fact) {
    if (!fact->has_value()) *fact = ir::Located<double>{value, collector->At(line)};
  };
  if (IsOneOf(name, kTrainableNames)) {
    state(&log->trainable_parameters);
  } else if (IsOneOf(name, kTotalNames)) {
    state(&log->total_parameters);
  } else if (IsOneOf(name, kEpochNames)) {
    collector->PlanEpochs(value, line);
  } else if (NamesPatience(name)) {
    collector->MayStopEarly();
  } else if (NamesClasses(name) && value >= kLeastClasses && value < kMostClasses) {
    state(&log->classes);
  }
}

}  // namespace onnxcheck::parsers::log
