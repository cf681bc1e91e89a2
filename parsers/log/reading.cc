// What a record's names and forms say, whatever its numbers are.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "parsers/log/interpreter.h"
#include "parsers/log/statements.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// No run counts further; larger "epochs" are dates, ids, bytes.
constexpr double kMaxEpoch = 1e7;
constexpr double kMaxStep = 1e12;
// A heading is a word or two, not a sentence.
constexpr int kMaxHeadingWords = 3;

// All that the reading of a record may ask of its numbers, as bits.
enum NumberClass : std::uint8_t {
  kNotNegative = 1,
  kCountsEpochs = 2,
  kCountsSteps = 4,
  kIntegral = 8,
  kSecondLargest = 16,
  kSecondPositive = 32,
  kSecondUnknown = 64,
};

std::uint8_t ClassOf(const Pair& pair) {
  unsigned seen = 0;
  if (pair.value >= 0) seen |= kNotNegative;
  if (pair.value >= 0 && pair.value < kMaxEpoch) seen |= kCountsEpochs;
  if (pair.value >= 0 && pair.value < kMaxStep) seen |= kCountsSteps;
  if (pair.whole || pair.value == std::floor(pair.value)) seen |= kIntegral;
  if (pair.kind != Pair::Kind::kRatio) return static_cast<std::uint8_t>(seen);
  if (pair.second >= pair.value) seen |= kSecondLargest;
  if (pair.second > 0) seen |= kSecondPositive;
  if (std::isnan(pair.second)) seen |= kSecondUnknown;
  return static_cast<std::uint8_t>(seen);
}

bool IsCount(const Pair& pair, unsigned seen, NumberClass limit) {
  return pair.whole && pair.unit == Unit::kNone && (seen & limit) != 0;
}

// A name written as an identifier stands for itself even without a separator behind it.
bool IsIdentifier(std::string_view name) {
  return name.find_first_of("_@") != std::string_view::npos &&
         name.find(' ') == std::string_view::npos;
}

// "Total reward in global step" is what is measured and what it is counted by; 0: no such name.
std::size_t MeasuredBefore(std::string_view name) {
  for (const std::string_view joint : {" in ", " at ", " after ", " for "}) {
    const std::size_t at = name.rfind(joint);
    if (at == std::string_view::npos || at == 0) continue;
    const Name counter = ClassifyName(name.substr(at + joint.size()));
    const bool counts = counter.quantity == Quantity::kEpoch || counter.quantity == Quantity::kStep;
    if (counts && counter.exact && IsMeasurement(ClassifyName(name.substr(0, at)).quantity))
      return at;
  }
  return 0;
}

bool NamesPhase(std::string_view name) {
  return EndsWithWord(name, "fold") || EndsWithWord(name, "stage") || EndsWithWord(name, "phase") ||
         EndsWithWord(name, "trial");
}

}  // namespace

bool IsReadable(const Pair& pair, const Name& name) {
  if (pair.separator != ' ') return true;
  if (!(name.exact && !name.heading) && !IsIdentifier(pair.name)) return false;
  if (name.quantity == Quantity::kMemory) return pair.unit == Unit::kMemory;
  if (name.quantity == Quantity::kThroughput)
    return pair.unit != Unit::kNone || IsIdentifier(pair.name);
  return true;
}

bool SaysNow(std::string_view name) {
  return name.substr(0, 4) == "curr" || name.substr(0, 4) == "Curr";
}

Interpreter::Preset::Preset() : epoch(kNaN), epochs(kNaN), step(kNaN), steps(kNaN) {}

void Interpreter::Watch(const Pair& pair, std::uint32_t index, Reading* reading) {
  Reading::Watched watched{index, ClassOf(pair), 0, 0};
  // Of whole numbers it is their size alone that tells the class.
  if (pair.whole && pair.kind == Pair::Kind::kNumber && pair.value >= 0) {
    const bool epochs = pair.value < kMaxEpoch;
    const bool steps = !epochs && pair.value < kMaxStep;
    if (steps) watched.least = kMaxEpoch;
    if (epochs || steps) watched.limit = epochs ? kMaxEpoch : kMaxStep;
  }
  reading->watched_.push_back(watched);
}

bool Interpreter::IsLike(const Reading::Watched& watched, const Pair& pair) {
  return ClassOf(pair) == watched.seen;
}

// "Loss after 3 epochs: 0.5" and "Loss in epoch 3: 0.5" are an epoch and a loss.
const std::vector<Pair>& Interpreter::MoveCounters(const std::vector<Pair>& pairs,
                                                   Reading* reading) {
  for (std::size_t i = 0; i + 1 < pairs.size(); ++i) {
    const Pair& counter = pairs[i];
    const Pair& value = pairs[i + 1];
    if (counter.separator != ' ' || !counter.whole) continue;
    if (value.name.empty() && value.separator == ':') {
      const std::size_t end = MeasuredBefore(counter.name);
      if (end == 0) continue;
      const bool epochs = EndsWithWord(counter.name, "epoch");
      moved_ = pairs;
      moved_[i + 1].name = counter.name.substr(0, end);
      moved_[i + 1].first = counter.first;
      moved_.erase(moved_.begin() + static_cast<std::ptrdiff_t>(i));
      (epochs ? reading->said_.epoch : reading->said_.step) = counter.value;
      reading->moved_ = true;
      return moved_;
    }
    if (!EndsWithWord(counter.name, "after")) continue;
    if (value.separator != ':' && value.separator != '=') continue;
    const bool epochs = EndsWithWord(value.name, "epochs") || EndsWithWord(value.name, "epoch");
    const bool steps = EndsWithWord(value.name, "steps") || EndsWithWord(value.name, "iterations");
    if ((!epochs && !steps) || value.name.find(' ') != std::string_view::npos) continue;
    moved_ = pairs;
    moved_[i + 1].name = counter.name.substr(0, counter.name.size() - 6);
    moved_.erase(moved_.begin() + static_cast<std::ptrdiff_t>(i));
    (epochs ? reading->said_.epoch : reading->said_.step) = counter.value;
    reading->moved_ = true;
    return moved_;
  }
  return pairs;
}

void Interpreter::ReadHeadings(const std::vector<Pair>& pairs, Reading* reading) {
  Split heading = reading->said_.split;
  reading->entries_.reserve(pairs.size());
  for (const Pair& pair : pairs) {
    NameEntry* name = collector_->FindName(pair.name);
    if (name != nullptr && name->name.heading && name->name.words <= kMaxHeadingWords) {
      heading = name->name.split;
    }
    // "Train Epoch: 3 Loss: 0.5": the counter's split is the record's.
    if (name != nullptr && name->name.split != Split::kUnknown && heading == Split::kUnknown &&
        (name->name.quantity == Quantity::kEpoch || name->name.quantity == Quantity::kStep)) {
      heading = name->name.split;
    }
    // "Best valid accuracy: 0.77 current accu: 0.76": the same measure, on the same data.
    const auto& entries = reading->entries_;
    const Reading::Entry* before = entries.empty() ? nullptr : &entries.back();
    const bool current = name != nullptr && before != nullptr && before->name != nullptr &&
                         before->name->name.quantity == Quantity::kSetting && SaysNow(name->text) &&
                         IsMeasurement(name->name.quantity);
    reading->entries_.push_back({name, current && before->name->name.split != Split::kUnknown
                                           ? before->name->name.split
                                           : heading});
    if (name != nullptr && name->name.quantity == Quantity::kLoss &&
        name->name.split == Split::kUnknown &&
        (heading == Split::kUnknown || heading == Split::kTrain)) {
      reading->main_loss_ = true;
    }
  }
}

// "train loss: 0.5 acc: 0.9 | val loss: 0.6 acc: 0.8": where every split is followed by the same
// names without one, each holds up to the next.
bool Interpreter::ShareSplits(const std::vector<Pair>& pairs, Reading* reading) {
  std::vector<Split> splits(pairs.size(), Split::kUnknown);
  std::vector<const NameEntry*> first;  // behind the first split
  std::size_t parts = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const NameEntry* name = reading->entries_[i].name;
    if (name == nullptr || !IsMeasurement(name->name.quantity)) continue;
    if (name->name.split != Split::kUnknown) {
      if (parts > 0 && (first.empty() || at != (parts == 1 ? 0 : first.size()))) return false;
      ++parts;
      at = 0;
      splits[i] = name->name.split;
      continue;
    }
    if (parts == 0) return false;
    if (parts == 1) {
      first.push_back(name);
    } else if (at >= first.size() || first[at++] != name) {
      return false;
    }
    splits[i] = splits[i - 1];
    for (std::size_t k = i; k > 0 && splits[i] == Split::kUnknown; --k) splits[i] = splits[k - 1];
  }
  if (parts < 2 || first.empty() || at != first.size()) return false;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (splits[i] != Split::kUnknown) reading->entries_[i].heading = splits[i];
  }
  return true;
}

// "val Loss: 0.5 Acc: 0.9": where the first name says the split as a word of its own, and no other
// name says another, it holds for the rest of the record.
void Interpreter::ShareSplit(const std::vector<Pair>& pairs, Reading* reading) {
  std::size_t first = pairs.size();
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Reading::Entry& entry = reading->entries_[i];
    if (entry.name == nullptr || !IsMeasurement(entry.name->name.quantity)) continue;
    if (entry.heading != Split::kUnknown) return;
    const Split split = entry.name->name.split;
    if (first == pairs.size()) {
      if (split == Split::kUnknown || entry.name->text.find(' ') == std::string::npos) return;
      first = i;
    } else if (split != Split::kUnknown && split != reading->entries_[first].name->name.split) {
      ShareSplits(pairs, reading);
      return;
    }
  }
  for (std::size_t i = first; i < pairs.size(); ++i)
    reading->entries_[i].heading = reading->entries_[first].name->name.split;
}

void Interpreter::ReadCounters(const std::vector<Pair>& pairs, Reading* reading) {
  reading->own_epoch_ = !std::isnan(reading->said_.epoch);
  reading->own_step_ = !std::isnan(reading->said_.step);
  reading->step_opens_ = reading->own_step_;
  reading->header_ = reading->own_epoch_ && pairs.empty();
  const auto watch = [&](std::size_t i) -> unsigned {
    Watch(pairs[i], static_cast<std::uint32_t>(i), reading);
    return reading->watched_.back().seen;
  };
  int heading_ratio = -1;
  int unnamed = -1;
  bool metrics_begun = false;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Pair& pair = pairs[i];
    const NameEntry* name = reading->entries_[i].name;
    if (pair.kind == Pair::Kind::kHeading) continue;
    if (name == nullptr) {
      // Behind a metric only brackets hold progress: "accuracy: 20.8%, (512570/2466133)" counts
      // hits.
      if (pair.kind == Pair::Kind::kRatio && unnamed < 0 &&
          (!metrics_begun || pair.separator == '[') && IsCount(pair, watch(i), kCountsSteps))
        unnamed = static_cast<int>(i);
      continue;
    }
    metrics_begun = metrics_begun || IsMeasurement(name->name.quantity);
    // LLaMA-Factory, beside "current_steps"; alone it is a counter.
    if (reading->structured_ && reading->own_step_ && name->text == "total_steps") {
      reading->total_ = static_cast<int>(i);
      continue;
    }
    if (name->name.quantity == Quantity::kEpoch) {
      const unsigned seen = watch(i);
      const bool fraction =
          (reading->structured_ || pair.separator == ':' || pair.separator == '=') &&
          pair.kind == Pair::Kind::kNumber && (seen & kCountsEpochs) != 0;
      if ((IsCount(pair, seen, kCountsEpochs) || fraction) && !reading->own_epoch_) {
        reading->epoch_ = static_cast<int>(i);
        reading->own_epoch_ = true;
        reading->header_ = pair.first;
        reading->epochs_ = pair.kind == Pair::Kind::kRatio && (seen & kSecondLargest) != 0;
      }
    } else if (name->name.quantity == Quantity::kStep) {
      const unsigned seen = watch(i);
      const bool fraction =
          reading->structured_ && pair.kind == Pair::Kind::kNumber && (seen & kIntegral) != 0;
      if ((IsCount(pair, seen, kCountsSteps) || fraction) && !reading->own_step_) {
        reading->step_ = static_cast<int>(i);
        reading->own_step_ = true;
        reading->step_opens_ = pair.first || pair.kind == Pair::Kind::kRatio;
        reading->steps_ = pair.kind == Pair::Kind::kRatio;
      }
    } else if (name->name.heading && pair.first && IsCount(pair, watch(i), kCountsEpochs)) {
      heading_ratio = static_cast<int>(i);
    } else if (NamesPhase(pair.name) && pair.whole) {
      reading->phase_ = true;
    } else if (pair.kind == Pair::Kind::kRatio && EndsWithWord(pair.name, "i") &&
               IsCount(pair, watch(i), kCountsSteps) && !reading->own_step_) {
      reading->step_ = static_cast<int>(i);  // "i=135/530"
      reading->steps_ = true;
      reading->own_step_ = true;
    } else if (pair.kind == Pair::Kind::kNumber && pair.whole && IsStatement(name->text)) {
      reading->statements_.push_back(static_cast<std::uint32_t>(i));
    }
  }
  const auto at = [&](int index) -> const Pair& { return pairs[static_cast<std::size_t>(index)]; };
  if (heading_ratio >= 0 && !reading->own_epoch_ &&
      (unnamed >= 0 || at(heading_ratio).kind == Pair::Kind::kNumber)) {
    reading->epoch_ = heading_ratio;  // "Train: [3/50][10/500]", "Train 3, loss: .."
    reading->own_epoch_ = true;
    reading->epochs_ = at(heading_ratio).kind == Pair::Kind::kRatio;
  } else if (heading_ratio >= 0 && unnamed < 0 && at(heading_ratio).kind == Pair::Kind::kRatio) {
    unnamed = heading_ratio;
  }
  if (unnamed >= 0 && !reading->own_step_ &&
      (ClassOf(at(unnamed)) & (kSecondUnknown | kSecondPositive)) != 0) {
    reading->step_ = unnamed;
    reading->steps_ = true;
    reading->own_step_ = true;
    reading->weak_step_ = true;
  }
}

// A heading on its own line speaks for the block below it: "Validation", "evaluate:test".
void Interpreter::ReadBlock(const std::vector<Pair>& pairs, Reading* reading) {
  constexpr int kMaxBlockWords = 2;
  if (pairs.empty() || !pairs[0].first) return;
  int words = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const NameEntry* name = reading->entries_[i].name;
    if (pairs[i].kind != Pair::Kind::kHeading || name == nullptr) return;
    // "Test Error:" alone on its line heads the figures below it, until training goes on.
    const bool figures = pairs.size() == 1 && name->name.split != Split::kUnknown &&
                         name->name.quantity == Quantity::kMetric;
    if (!name->name.heading && !figures) return;
    reading->block_passes_ = figures;
    words += name->name.words;
  }
  if (words > kMaxBlockWords) return;
  reading->block_ = true;
  reading->block_split_ = reading->entries_[pairs.size() - 1].name->name.split;
}

// "[epoch: 3/200, iter: 25/188] total: 0.63" can only mean the loss.
bool Interpreter::FindTotal(const std::vector<Pair>& pairs, const Reading& reading) {
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    NameEntry* name = reading.entries_[i].name;
    if (name == nullptr || (name->text != "total" && name->text != "Total")) continue;
    const bool separated = pairs[i].separator == ':' || pairs[i].separator == '=';
    if (pairs[i].kind != Pair::Kind::kNumber || pairs[i].whole || !separated ||
        pairs[i].unit != Unit::kNone)
      continue;
    name->name.quantity = Quantity::kLoss;
    name->name.exact = true;
    ++revision_;
    return true;
  }
  return false;
}

bool Interpreter::IsEvaluationBar(const std::vector<Pair>& pairs, const Reading& reading) {
  if (!reading.weak_step_ || pairs.empty() || reading.own_epoch_ || !pairs[0].name.empty())
    return false;
  return std::none_of(reading.entries_.begin(), reading.entries_.end(), [](const auto& entry) {
    return entry.name != nullptr && entry.name->name.split == Split::kValidation;
  });
}

const std::vector<Pair>& Interpreter::Read(const std::vector<Pair>& original, bool structured,
                                           const Preset& preset, Reading* reading) {
  // Keeps what the vectors have allocated.
  Reading fresh;
  fresh.entries_.swap(reading->entries_);
  fresh.watched_.swap(reading->watched_);
  fresh.statements_.swap(reading->statements_);
  fresh.emissions_.swap(reading->emissions_);
  fresh.batch_ = std::move(reading->batch_);
  fresh.entries_.clear();
  fresh.watched_.clear();
  fresh.statements_.clear();
  fresh.emissions_.clear();
  fresh.said_ = preset;
  fresh.structured_ = structured;
  *reading = std::move(fresh);

  const std::vector<Pair>& pairs = MoveCounters(original, reading);
  reading->empty_ = pairs.empty() && std::isnan(preset.epoch) && std::isnan(preset.step);
  reading->inert_ = reading->empty_ && preset.split == Split::kUnknown;
  if (reading->empty_) return pairs;
  ReadHeadings(pairs, reading);
  if (!structured) ShareSplit(pairs, reading);
  ReadCounters(pairs, reading);
  const auto& entries = reading->entries_;
  for (std::size_t i = 0; i < pairs.size() && !reading->candidates_; ++i) {
    reading->candidates_ = entries[i].name != nullptr && pairs[i].kind != Pair::Kind::kHeading &&
                           IsMeasurement(entries[i].name->name.quantity) &&
                           IsReadable(pairs[i], entries[i].name->name);
  }
  if (!reading->candidates_ && reading->own_epoch_ && reading->own_step_)
    reading->candidates_ = FindTotal(pairs, *reading);
  if (!reading->candidates_) ReadBlock(pairs, reading);
  reading->may_evaluate_ = reading->candidates_ && IsEvaluationBar(pairs, *reading);
  reading->revision_ = revision_;
  return pairs;
}

}  // namespace onnxcheck::parsers::log
