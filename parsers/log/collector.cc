#include "parsers/log/collector.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#include "parsers/log/limits.h"
#include "parsers/log/text.h"

namespace onnxcheck::parsers::log {
namespace {

std::size_t RecentSlot(std::string_view name) {
  return (static_cast<unsigned char>(name.front()) * 7u +
          static_cast<unsigned char>(name.back()) * 31u +
          static_cast<unsigned char>(name[name.size() / 2]) * 13u + name.size() * 3u) &
         255u;
}

bool IsTrainLoss(const NameEntry& entry, Split split) {
  return entry.name.quantity == Quantity::kLoss && split == Split::kTrain;
}

bool IsAccuracy(ir::Role role) {
  return role == ir::Role::kTrainAccuracy || role == ir::Role::kValidationAccuracy ||
         role == ir::Role::kTestAccuracy;
}

// Fractions are at most 1, up to rounding and to averages over unequal batches.
constexpr double kLargestFraction = 1.05;
constexpr double kLargestPercent = 100.5;

bool LooksPercent(const ir::Series& series) {
  double largest = 0;
  for (const double value : series.value) {
    if (std::isfinite(value)) largest = std::max(largest, value);
  }
  return largest > kLargestFraction && largest <= kLargestPercent;
}

// Half of the time of a long log would go into faults of small pages. Large ones are asked for
// where they are many: the last of a column may stay half empty.
void MakeRoom(std::size_t room, std::vector<double>* numbers) {
  std::vector<double>& column = *numbers;
  column.reserve(room);
  constexpr std::uintptr_t kLargePage = std::uintptr_t{2} << 20;
  constexpr std::size_t kFewestPages = 2;
  if (column.capacity() * sizeof(double) < kFewestPages * kLargePage) return;
  const auto begin = reinterpret_cast<std::uintptr_t>(column.data());
  const std::uintptr_t first = (begin + kLargePage - 1) / kLargePage * kLargePage;
  const std::uintptr_t last =
      (begin + column.capacity() * sizeof(double)) / kLargePage * kLargePage;
  madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

// From this many points on, the rest of a series is foreseen from what there has been of it.
constexpr std::size_t kForeseeablePoints = 65536;
constexpr double kForesightMargin = 1.02;
constexpr std::size_t kMostGrowth = 64;

// One value for each epoch, the epochs one after another.
bool OnePerEpoch(const ir::Series& series) {
  const ir::Column<double>& epoch = series.at->epoch;
  if (epoch.size() < 2) return false;
  for (std::size_t i = 0; i < epoch.size(); ++i) {
    if (std::isnan(epoch[i])) return false;
    if (i > 0 && epoch[i] == epoch[i - 1]) return false;
    if (epoch[i] != std::floor(epoch[i])) return false;
  }
  return true;
}

// A curve whose name says only where it was measured: "val_r", "validation_epoch_average", "train".
// What it measures is not said, but a setting would not vary.
bool IsUnnamedMeasure(const ir::Series& series, const Name& name) {
  constexpr std::size_t kCurvePoints = 3;
  if (series.role != ir::Role::kOther || name.quantity != Quantity::kUnknown ||
      series.value.size() < kCurvePoints)
    return false;
  const bool prefixed = series.name.find_first_of("_/") != std::string::npos &&
                        (name.split == Split::kValidation || name.split == Split::kTest);
  if (!prefixed && !name.heading) return false;
  const auto whole = [](double value) { return value == std::floor(value); };
  return !std::all_of(series.value.begin(), series.value.end(), whole) &&
         std::any_of(series.value.begin(), series.value.end(),
                     [&](double value) { return value != series.value.front(); });
}

// Of several evaluation sets each has its own loss, and its runtime beside it:
// "eval_news_loss", "eval_news_runtime" (transformers, Trainer.evaluate).
bool IsLossOfSet(const ir::Series& series, const std::vector<ir::Series>& all) {
  constexpr std::string_view kStart = "eval_";
  constexpr std::string_view kEnd = "_loss";
  const std::string_view name = series.name;
  if (series.role != ir::Role::kLossComponent || name.size() <= kStart.size() + kEnd.size() ||
      name.substr(0, kStart.size()) != kStart || name.substr(name.size() - kEnd.size()) != kEnd)
    return false;
  const std::string runtime = std::string(name.substr(0, name.size() - kEnd.size())) + "_runtime";
  return std::any_of(all.begin(), all.end(),
                     [&](const ir::Series& other) { return other.name == runtime; });
}

}  // namespace

NameEntry* Collector::FindName(std::string_view name) {
  if (name.empty()) return nullptr;
  if (name.size() > kMaxNameBytes) name = name.substr(name.size() - kMaxNameBytes);
  NameEntry*& recent = recent_[RecentSlot(name)];
  if (recent != nullptr && recent->text == name) return recent;
  const auto found = names_.find(name);
  if (found != names_.end()) {
    recent = found->second.get();
    return recent;
  }
  if (names_.size() >= kMaxNames) {
    AddProblem(
        ir::ProblemKind::kResourceLimit, 0,
        "has more than " + std::to_string(kMaxNames) + " different names; the rest is not read",
        "give onnxcheck the log of one run");
    return nullptr;
  }
  auto entry = std::make_unique<NameEntry>();
  entry->text = std::string(name);
  entry->name = ClassifyName(name);
  NameEntry* raw = entry.get();
  names_.emplace(std::string_view(raw->text), std::move(entry));
  recent = raw;
  return raw;
}

ir::Location Collector::At(std::uint32_t line) const { return ir::LineLocation(*log_, line); }

void Collector::AddProblem(ir::ProblemKind kind, std::uint32_t line, std::string message,
                           std::string help) {
  for (const ir::Problem& problem : log_->input.problems) {
    if (problem.kind == kind) return;
  }
  ir::Problem& problem = log_->input.problems.emplace_back();
  problem.kind = kind;
  problem.location = At(line);
  problem.message = std::move(message);
  problem.help = std::move(help);
}

bool Collector::Create(NameEntry* entry, Split split, bool structured) {
  if (log_->series.size() >= kMaxSeries) {
    AddProblem(ir::ProblemKind::kResourceLimit, 0,
               "has more than " + std::to_string(kMaxSeries) + " series; the rest is not read",
               "give onnxcheck the log of one run");
    return false;
  }
  ++partings_;
  const auto index = static_cast<std::int32_t>(log_->series.size());
  entry->series[static_cast<std::size_t>(split)] = index;
  if (IsTrainLoss(*entry, split)) entry->series[static_cast<std::size_t>(Split::kUnknown)] = index;
  const bool moves = log_->series.size() == log_->series.capacity();
  ir::Series& series = log_->series.emplace_back();
  series.name = Printable(entry->text, kMaxNameBytes);
  series.role = RoleOf(entry->name.quantity, split);
  Traits& traits = traits_.emplace_back();
  traits.quantity = entry->name.quantity;
  traits.structured = structured;
  traits.of_epoch = entry->name.of_epoch;
  traits.of_step = entry->name.of_step;
  const bool shared = placed_series_ && StandsAt(*traits_[*placed_series_].at, 0);
  traits.at = shared ? traits_[*placed_series_].at : std::make_shared<ir::Positions>();
  for (std::size_t i = moves ? 0 : traits_.size() - 1; i < traits_.size(); ++i)
    traits_[i].value = &log_->series[i].value;
  return true;
}

ir::Series* Collector::AddSlowly(NameEntry* entry, Split split, double value, bool percent,
                                 bool structured) {
  if (points_ >= kMaxPoints) {
    TellFull();
    return nullptr;
  }
  // An unprefixed loss is the training loss, wherever it stands.
  if (split == Split::kUnknown && IsTrainLoss(*entry, Split::kTrain)) split = Split::kTrain;
  const std::int32_t& index = entry->series[static_cast<std::size_t>(split)];
  if (index < 0 && !Create(entry, split, structured)) return nullptr;
  const auto series = static_cast<std::size_t>(index);
  const std::size_t count = traits_[series].value->size();
  PlaceIn(series, count);
  if (count == traits_[series].value->capacity()) MakeRoom(RoomFor(count), traits_[series].value);
  return Append(series, value, percent);
}

// Where the next record goes, if it is like the one that has just been added.
void Collector::Know(Batch* batch) const {
  batch->room_ = 0;
  batch->values_.clear();
  std::size_t room = kMaxPoints;
  for (const std::ptrdiff_t series : batch->series_) {
    if (series < 0) return;
    const Traits& traits = traits_[static_cast<std::size_t>(series)];
    const std::size_t points = traits.value->size();
    if (batch->values_.empty()) batch->at_ = traits.at.get();
    if (traits.at.get() != batch->at_ || batch->at_->line.size() != points) return;
    room = std::min(room, traits.value->capacity() - points);
    batch->points_ = points;
    batch->values_.push_back(traits.value);
  }
  // A series that a record measures twice has two places of it.
  std::sort(batch->series_.begin(), batch->series_.end());
  const bool twice =
      std::adjacent_find(batch->series_.begin(), batch->series_.end()) != batch->series_.end();
  batch->room_ = twice || batch->values_.empty() ? 0 : room;
  batch->partings_ = partings_;
}

void Collector::TellFull() {
  if (std::exchange(full_, true)) return;
  AddProblem(ir::ProblemKind::kResourceLimit, place_.line,
             "has more than " + std::to_string(kMaxPoints) + " points; the rest is not read",
             "give onnxcheck the log of one run");
}

// Series have their positions in common as long as the same records have measured them.
void Collector::PlaceIn(std::size_t series, std::size_t index) {
  Traits& traits = traits_[series];
  // What another has parted with may not fit either.
  while (index < traits.at->line.size() && !StandsAt(*traits.at, index)) Part(index, &traits);
  ir::Positions& at = *traits.at;
  placed_series_ = series;
  placed_at_ = &at;
  placed_index_ = index;
  if (index < at.line.size()) return;
  Append(place_, &at);
}

bool Collector::StandsAt(const ir::Positions& at, std::size_t index) const {
  const auto bits = [](double number) { return std::bit_cast<std::uint64_t>(number); };
  return at.line[index] == place_.line && bits(at.step[index]) == bits(place_.step) &&
         bits(at.epoch[index]) == bits(place_.epoch);
}

// From here on others are measured without this one, or this one without them: it gets a copy of
// what they had in common, or the copy that another series has just got.
void Collector::Part(std::size_t points, Traits* traits) {
  ++partings_;
  if (parted_ == nullptr || parted_from_ != traits->at || parted_points_ != points) {
    const ir::Positions& all = *traits->at;
    parted_ = std::make_shared<ir::Positions>(
        ir::Positions{all.line.First(points), all.step.First(points), all.epoch.First(points)});
    parted_from_ = traits->at;
    parted_points_ = points;
  }
  traits->at = parted_;
}

// A long column is given room for all that the rest of the text will hold, if it goes on like this:
// doubling again and again costs copies, and twice the memory while it copies. Pages that are never
// written cost nothing.
std::size_t Collector::RoomFor(std::size_t points) {
  const std::size_t twice = std::max<std::size_t>(points * 2, 16);
  if (points < kForeseeablePoints || read_ == 0) return twice;
  const double all = static_cast<double>(points) * static_cast<double>(size_) /
                     static_cast<double>(read_) * kForesightMargin;
  const double most = static_cast<double>(std::min(points * kMostGrowth, kMaxPoints - reserved_));
  const std::size_t room =
      std::max(points + points / 4, static_cast<std::size_t>(std::min(all, most)));
  reserved_ += std::min(room, kMaxPoints - reserved_);
  return room;
}

void Collector::PlanEpochs(double epochs, std::uint32_t line) {
  if (!epochs_setting_ || epochs_setting_->value < epochs)
    epochs_setting_ = ir::Located<double>{epochs, At(line)};
}

void Collector::Finish() {
  if (epochs_setting_ && !stops_early_ && !log_->planned_epochs)
    log_->planned_epochs = epochs_setting_;
  for (ir::Series& series : log_->series) {
    if (IsLossOfSet(series, log_->series)) series.role = ir::Role::kValidationLoss;
    if (series.role == ir::Role::kOther && IsUnnamedMeasure(series, ClassifyName(series.name))) {
      series.role = ir::Role::kMetric;
      // At least its own records measured something.
      log_->metric_records = std::max<std::uint64_t>(log_->metric_records, series.value.size());
    }
  }
  for (std::size_t i = 0; i < log_->series.size(); ++i) {
    ir::Series& series = log_->series[i];
    // Twice where another has parted at the same point and gone on.
    while (traits_[i].at->line.size() > series.value.size()) Part(series.value.size(), &traits_[i]);
    series.at = std::move(traits_[i].at);
  }
  std::vector<ir::Series> kept;
  kept.reserve(log_->series.size());
  for (std::size_t i = 0; i < log_->series.size(); ++i) {
    ir::Series& series = log_->series[i];
    const Traits& traits = traits_[i];
    // A name with one number in free text is a setting or a statement, not a curve.
    if (series.role == ir::Role::kOther && !traits.structured && series.value.size() < 2) continue;
    if (traits.percent_sign) {
      series.percent = true;
    } else if (IsAccuracy(series.role) || traits.quantity == Quantity::kAccuracy) {
      series.percent = LooksPercent(series);
    }
    series.per_epoch =
        series.per_epoch || (!traits.of_step && (traits.of_epoch || OnePerEpoch(series)));
    kept.push_back(std::move(series));
  }
  log_->series = std::move(kept);
}

}  // namespace onnxcheck::parsers::log
