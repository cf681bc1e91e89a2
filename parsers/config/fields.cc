#include "parsers/config/fields.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "parsers/config/aliases.h"
#include "parsers/config/last_keys.h"
#include "parsers/config/values.h"
#include "parsers/config/writers.h"

namespace onnxcheck::parsers {
namespace {

// Longer keys are data, not settings.
constexpr std::size_t kMaxKeyBytes = 512;

using Segments = std::vector<std::string>;

Segments Split(std::string_view text, char separator) {
  Segments parts;
  while (true) {
    const std::size_t cut = text.find(separator);
    parts.emplace_back(text.substr(0, cut));
    if (cut == std::string_view::npos) return parts;
    text.remove_prefix(cut + 1);
  }
}

struct Row {
  const Alias* alias = nullptr;
  std::size_t rank = 0;
};

// Alias path -> rows of the table, with the alternatives written out.
using Index = absl::flat_hash_map<std::string, std::vector<Row>>;

const Index& AliasIndex() {
  static const Index* const index = [] {
    auto* built = new Index;
    for (std::size_t rank = 0; rank < std::size(kAliases); ++rank) {
      const Alias& alias = kAliases[rank];
      std::vector<std::string> paths = Split(alias.keys, '|');
      if (!alias.below.empty()) {
        paths.clear();
        for (const std::string& head : Split(alias.keys, '|')) {
          for (const std::string& leaf : Split(alias.below, '|'))
            paths.push_back(absl::StrCat(head, ".", leaf));
        }
      }
      for (const std::string& one : paths) (*built)[one].push_back({&alias, rank});
    }
    return built;
  }();
  return *index;
}

template <std::size_t N>
bool IsOneOf(const std::string_view (&words)[N], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// May `section` stand before an alias with these permissions?
bool MayPrecede(std::string_view section, std::uint8_t under) {
  return IsOneOf(kTrainingSections, section) ||
         ((under & kModelToo) != 0 && IsOneOf(kModelSections, section)) ||
         ((under & kDataToo) != 0 && IsOneOf(kDataSections, section));
}

// "Optimizer.config.metrics[3]" -> {"optimizer", "metrics[]"}.
Segments CanonicalSegments(std::string_view key, bool wandb) {
  Segments segments = Split(Canonical(key), '.');
  for (std::string& segment : segments) {
    const std::size_t bracket = segment.find('[');
    if (bracket != std::string::npos) segment = segment.substr(0, bracket) + "[]";
  }
  if (wandb && segments.size() > 1 && segments[1].compare(0, 5, "value") == 0) {
    segments[0] += segments[1].substr(5);
    segments.erase(segments.begin() + 1);
  }
  for (std::size_t i = 1; i + 1 < segments.size();) {
    if (IsOneOf(kWrappers, segments[i])) {
      segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  return segments;
}

struct Candidate {
  const ir::Entry* entry = nullptr;
  const Alias* alias = nullptr;
  std::size_t rank = 0;
  std::size_t depth = 0;  // sections before the alias
};

std::optional<double> Number(const Candidate& found) {
  const std::optional<double> number = AsNumber(found.entry->value);
  if (!number) return std::nullopt;
  const std::uint8_t accepts = found.alias->accepts;
  // "0.5" and 10.0 are shares; a whole number that a format has no type for is one.
  const bool whole = std::holds_alternative<std::int64_t>(found.entry->value) ||
                     (std::holds_alternative<std::string>(found.entry->value) &&
                      found.entry->text.find_first_of(".eE") == std::string::npos);
  if ((accepts & kIntegerOnly) != 0 && !whole) return std::nullopt;
  if ((accepts & kNotMinusOne) != 0 && *number == -1) return std::nullopt;
  if ((accepts & kPositive) != 0 && *number < 1) return std::nullopt;
  return number;
}

bool IsItem(const ir::Entry& entry) { return entry.key.find(']') != std::string::npos; }

// Whether the value has a type that the field can take; others are no candidates.
bool Fits(const Candidate& found) {
  const ir::Scalar& value = found.entry->value;
  switch (found.alias->field) {
    case Field::kFramework:
    case Field::kLoss:
    case Field::kOptimizer:
    case Field::kSchedule:
    case Field::kMetrics:
      return AsName(value).has_value();
    case Field::kFromLogits:
    case Field::kDropLast:
    case Field::kShuffleTrain:
    case Field::kShuffleValidation:
      return AsBool(value).has_value();
    case Field::kLabels:
      return AsName(value) && Labels(*AsName(value));
    case Field::kClasses:
      return IsItem(*found.entry) ? AsName(value).has_value() : Number(found).has_value();
    case Field::kFrozen:
      return IsItem(*found.entry) ? AsName(value).has_value()
                                  : AsBool(value) || AsName(value) == "all";
    case Field::kPrecision:
      if ((found.alias->accepts & kTrueIsPrecision) != 0) return AsBool(value) == true;
      return Precision(value).has_value();
    default:
      return Number(found).has_value();
  }
}

// The best alias of each field, and every entry that it matched.
class Chooser {
 public:
  void Offer(const Candidate& found) {
    if (!Fits(found)) return;
    std::vector<Candidate>& kept = kept_[static_cast<std::size_t>(found.alias->field)];
    if (!kept.empty()) {
      const auto order = std::pair(found.rank, found.depth);
      const auto best = std::pair(kept[0].rank, kept[0].depth);
      if (order > best) return;
      if (order < best) {
        kept.clear();
      } else if (found.entry->key == kept.back().entry->key) {
        kept.pop_back();  // the key is repeated: the last one counts
      } else if (!IsItem(*found.entry) || !IsItem(*kept.back().entry)) {
        return;
      }
    }
    kept.push_back(found);
  }

  const std::vector<Candidate>& Get(Field field) const {
    return kept_[static_cast<std::size_t>(field)];
  }

 private:
  std::vector<Candidate> kept_[kFields];
};

template <typename T>
ir::Located<T> At(T value, const Candidate& found) {
  return {std::move(value), found.entry->location};
}

// Ultralytics: "optimizer=auto" is announced as "ignoring lr0 and momentum".
void DropAutomatic(ir::Config& config) {
  if (!config.optimizer || config.optimizer->value != "auto") return;
  config.optimizer.reset();
  if (config.learning_rate && config.learning_rate->location.logical == "lr0") {
    config.learning_rate.reset();
    config.momentum.reset();
  }
}

// A number that the format took for text though nobody put it in quotes.
void NoteText(const ir::Entry& entry, ir::Config& config) {
  const auto* text = std::get_if<std::string>(&entry.value);
  if (text != nullptr && *text == entry.text) {
    config.text_numbers.push_back({*text, entry.location});
  }
}

// "betas: [0.9, 0.999]".
void FillBetas(const std::vector<Candidate>& betas, ir::Config& config) {
  if (betas.size() != 2 || config.beta1 || config.beta2) return;
  config.beta1 = At(*Number(betas[0]), betas[0]);
  config.beta2 = At(*Number(betas[1]), betas[1]);
}

void Fill(const Chooser& chooser, ir::Config& config) {
  const auto one = [&chooser](Field field) -> const Candidate* {
    const std::vector<Candidate>& kept = chooser.Get(field);
    return kept.empty() ? nullptr : &kept[0];
  };
  const auto number = [&one, &config](Field field, std::optional<ir::Located<double>>& into) {
    if (const Candidate* found = one(field); found != nullptr && !into) {
      into = At(*Number(*found), *found);
      NoteText(*found->entry, config);
    }
  };
  const auto boolean = [&one](Field field, std::optional<ir::Located<bool>>& into) {
    if (const Candidate* found = one(field); found != nullptr && !into) {
      into = At(*AsBool(found->entry->value), *found);
    }
  };
  const auto name = [&one](Field field, std::optional<ir::Located<std::string>>& into,
                           auto convert) {
    if (const Candidate* found = one(field); found != nullptr && !into) {
      into = At(std::string(convert(*AsName(found->entry->value))), *found);
    }
  };
  number(Field::kLearningRate, config.learning_rate);
  number(Field::kMomentum, config.momentum);
  number(Field::kBatchSize, config.batch_size);
  number(Field::kDatasetSize, config.dataset_size);
  number(Field::kEpochs, config.epochs);
  number(Field::kStepsPerEpoch, config.steps_per_epoch);
  number(Field::kWeightDecay, config.weight_decay);
  number(Field::kEpsilon, config.epsilon);
  number(Field::kBeta1, config.beta1);
  number(Field::kBeta2, config.beta2);
  number(Field::kScheduleSteps, config.schedule_steps);
  number(Field::kScheduleEnd, config.schedule_end);
  number(Field::kWarmupSteps, config.warmup_steps);
  number(Field::kWarmupEpochs, config.warmup_epochs);
  number(Field::kWarmupRatio, config.warmup_ratio);
  number(Field::kMaxSteps, config.max_steps);
  number(Field::kAccumulation, config.accumulation);
  number(Field::kSeed, config.seed);
  number(Field::kLoggingSteps, config.logging_steps);
  number(Field::kLossScale, config.loss_scale);
  boolean(Field::kFromLogits, config.from_logits);
  boolean(Field::kShuffleTrain, config.shuffle_train);
  boolean(Field::kShuffleValidation, config.shuffle_validation);
  boolean(Field::kDropLast, config.drop_last);
  name(Field::kFramework, config.framework, Framework);
  name(Field::kLoss, config.loss, LastComponent);
  name(Field::kOptimizer, config.optimizer, OptimizerName);
  name(Field::kSchedule, config.schedule, LastComponent);

  FillBetas(chooser.Get(Field::kBetas), config);
  if (const Candidate* found = one(Field::kLabels); found != nullptr && !config.labels) {
    config.labels = At(*Labels(*AsName(found->entry->value)), *found);
  }
  if (const Candidate* found = one(Field::kPrecision); found != nullptr && !config.precision) {
    const bool is_switch = (found->alias->accepts & kTrueIsPrecision) != 0;
    config.precision = At(
        is_switch ? std::string(found->alias->meaning) : *Precision(found->entry->value), *found);
  }
  if (const Candidate* found = one(Field::kClasses); found != nullptr && !config.classes) {
    const double count = IsItem(*found->entry)
                             ? static_cast<double>(chooser.Get(Field::kClasses).size())
                             : *Number(*found);
    config.classes = At(count, *found);
  }
  for (const Candidate& found : chooser.Get(Field::kFrozen)) {
    if (IsItem(*found.entry)) {
      config.frozen.push_back(At(*AsName(found.entry->value), found));
    } else if (!config.all_frozen) {
      config.all_frozen = At(AsBool(found.entry->value).value_or(true), found);
    }
  }
  if (config.metrics.empty()) {
    for (const Candidate& found : chooser.Get(Field::kMetrics)) {
      for (const std::string& part : Split(*AsName(found.entry->value), ',')) {
        const std::size_t begin = part.find_first_not_of(' ');
        if (begin == std::string::npos) continue;
        config.metrics.push_back(
            At(part.substr(begin, part.find_last_not_of(' ') - begin + 1), found));
      }
    }
  }
  DropAutomatic(config);
}

// W&B's summary and its like hold the last values of a run, not what it was
// told: a learning rate there is the end of the schedule.
bool IsSummary(const ir::Config& config) {
  return std::any_of(config.entries.begin(), config.entries.end(), [](const ir::Entry& entry) {
    return entry.key == "_runtime" || entry.key == "_timestamp" || entry.key == "_step";
  });
}

}  // namespace

void FillFields(ir::Config& config) {
  if (IsSummary(config)) return;
  const Index& index = AliasIndex();
  const bool wandb =
      std::any_of(config.entries.begin(), config.entries.end(), [](const ir::Entry& entry) {
        return entry.key == "wandb_version" || entry.key.compare(0, 7, "_wandb.") == 0;
      });
  Chooser chooser;
  for (const ir::Entry& entry : config.entries) {
    if (entry.key.size() > kMaxKeyBytes) continue;
    const Segments segments = CanonicalSegments(entry.key, wandb);
    for (std::size_t depth = 0; depth < segments.size(); ++depth) {
      std::string path = segments[depth];
      for (std::size_t i = depth + 1; i < segments.size(); ++i) path += "." + segments[i];
      const auto rows = index.find(path);
      if (rows != index.end()) {
        for (const Row& row : rows->second) {
          const bool allowed =
              std::all_of(segments.begin(), segments.begin() + static_cast<std::ptrdiff_t>(depth),
                          [&row](const std::string& s) { return MayPrecede(s, row.alias->under); });
          if (allowed) chooser.Offer({&entry, row.alias, row.rank, depth});
        }
      }
      if (!MayPrecede(segments[depth], kModelToo | kDataToo)) break;
    }
  }
  Fill(chooser, config);
  FillFromLastKeys(config);
  config.writer = WriterOf(config);
}

}  // namespace onnxcheck::parsers
