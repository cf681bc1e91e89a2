// Points, series and counts of a log while it is being read.
#ifndef ONNXCHECK_PARSERS_LOG_COLLECTOR_H_
#define ONNXCHECK_PARSERS_LOG_COLLECTOR_H_

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/log.h"
#include "parsers/log/limits.h"
#include "parsers/log/roles.h"
#include "parsers/log/segments.h"
#include "parsers/log/writing.h"

namespace onnxcheck::parsers::log {

// A name that occurred, classified once.
struct NameEntry {
  std::string text;
  Name name;
  std::array<std::int32_t, kSplits> series{-1, -1, -1, -1};
};

struct Place {
  std::uint32_t line = 0;
  double step = 0;   // NaN: unknown
  double epoch = 0;  // NaN: unknown
};

class Collector {
 public:
  // The series that records of one form measure. As long as they have their places in common, a
  // value more costs no more than its store.
  class Batch {
   public:
    void Add(std::size_t index, double value) { values_[index]->push_back(value); }
    // The next record measures others, or in another order.
    void Forget() { room_ = 0; }

   private:
    friend class Collector;
    std::vector<std::ptrdiff_t> series_;  // that Add() found; -1: none
    std::vector<std::vector<double>*> values_;
    ir::Positions* at_ = nullptr;
    std::size_t points_ = 0;  // of each series
    std::size_t room_ = 0;    // for so many more
    std::uint64_t partings_ = 0;
  };

  explicit Collector(ir::Log* log) : log_(log) {}

  // nullptr when the log has too many different names.
  NameEntry* FindName(std::string_view name);
  // Where the values stand that are added from now on.
  void Stand(const Place& place) {
    place_ = place;
    placed_at_ = nullptr;
  }
  // `split` is the name's own or, failing that, its record's; `percent`: the value is written with
  // a percent sign. Returns the series that has the point now; nullptr: none has.
  ir::Series* Add(NameEntry* entry, Split split, double value, bool percent, bool structured) {
    const std::int32_t index = entry->series[static_cast<std::size_t>(split)];
    // The series of a record mostly have their positions in common: one check does for all.
    if (index < 0 || points_ >= kMaxPoints || !IsPlaced(traits_[static_cast<std::size_t>(index)]))
      return AddSlowly(entry, split, value, percent, structured);
    return Append(static_cast<std::size_t>(index), value, percent);
  }
  // The same for records of one form. True: they stand there, and batch->Add() takes every value.
  // False: it is for Add(), and then Know() follows; either way the same values in the same order.
  bool Stand(const Place& place, Batch* batch) {
    const bool known = batch->room_ > 0 && batch->partings_ == partings_ &&
                       batch->at_->line.size() == batch->points_ &&
                       points_ + batch->values_.size() <= kMaxPoints;
    if (known) {
      --batch->room_;
      ++batch->points_;
      points_ += batch->values_.size();
      Append(place, batch->at_);
    } else {
      batch->series_.clear();
      Stand(place);
    }
    return known;
  }
  void Add(NameEntry* entry, Split split, double value, bool percent, bool structured,
           Batch* batch) {
    const ir::Series* series = Add(entry, split, value, percent, structured);
    batch->series_.push_back(series == nullptr ? -1 : series - log_->series.data());
  }
  void Know(Batch* batch) const;
  // So much of the text has been read: how many points are still to come can be told from it.
  void Reached(std::size_t read, std::size_t size) {
    read_ = read;
    size_ = size;
  }
  // Counts a record; `measured`: it carries a loss or a metric.
  void CountRecord(ir::Level level, std::uint32_t line, bool measured, bool timestamped) {
    ++log_->records;
    log_->metric_records += measured;
    log_->timestamped_records += timestamped;
    ir::LevelCount& count = log_->levels[static_cast<std::size_t>(level)];
    if (count.records++ == 0) count.first_line = line;
    if (measured && count.metric_records++ == 0) count.first_metric_line = line;
  }
  // Only the first problem of a kind is kept; `count` occurrences are told in the message by the
  // caller.
  void AddProblem(ir::ProblemKind kind, std::uint32_t line, std::string message, std::string help);
  ir::Location At(std::uint32_t line) const;
  // So many epochs are planned, by a setting that the log prints; the largest counts.
  void PlanEpochs(double epochs, std::uint32_t line);
  // A setting may end the run before: how many epochs are meant is not known.
  void MayStopEarly() { stops_early_ = true; }
  // Percent, per-epoch flags, and what turned out to be no series.
  void Finish();

  ir::Log* log() const { return log_; }
  SegmentTracker& segments() { return segments_; }
  WritingTracker& writing() { return writing_; }

 private:
  struct Traits {
    Quantity quantity = Quantity::kUnknown;
    bool structured = false;
    bool percent_sign = false;
    bool of_epoch = false;
    bool of_step = false;
    std::shared_ptr<ir::Positions> at;  // the series' own, while it is being written
    std::vector<double>* value = nullptr;
  };
  // Whether the series' next point stands where one has been placed, and there is room for it.
  bool IsPlaced(const Traits& traits) const {
    return traits.at.get() == placed_at_ && traits.value->size() == placed_index_ &&
           traits.value->size() < traits.value->capacity();
  }
  static void Append(const Place& place, ir::Positions* at) {
    at->line.push_back(place.line);
    at->step.push_back(place.step);
    at->epoch.push_back(place.epoch);
  }
  ir::Series* Append(std::size_t index, double value, bool percent) {
    ++points_;
    traits_[index].value->push_back(value);
    traits_[index].percent_sign |= percent;
    return &log_->series[index];
  }
  ir::Series* AddSlowly(NameEntry* entry, Split split, double value, bool percent, bool structured);
  bool Create(NameEntry* entry, Split split, bool structured);
  void TellFull();
  void PlaceIn(std::size_t series, std::size_t index);
  bool StandsAt(const ir::Positions& at, std::size_t index) const;
  void Part(std::size_t points, Traits* traits);
  std::size_t RoomFor(std::size_t points);

  ir::Log* log_;
  SegmentTracker segments_;
  WritingTracker writing_;
  absl::flat_hash_map<std::string_view, std::unique_ptr<NameEntry>> names_;
  std::array<NameEntry*, 256> recent_{};
  std::vector<Traits> traits_;
  std::size_t points_ = 0;
  std::uint64_t partings_ = 0;  // how often a series has got other positions, or another address
  bool full_ = false;
  std::optional<ir::Located<double>> epochs_setting_;
  bool stops_early_ = false;
  std::size_t read_ = 0;
  std::size_t size_ = 0;
  std::size_t reserved_ = 0;  // points for which room was made beyond doubling
  Place place_;
  // Where in which positions it has been found; null: not yet.
  const ir::Positions* placed_at_ = nullptr;
  std::size_t placed_index_ = 0;
  std::optional<std::size_t> placed_series_;  // the last to which this happened
  // The last positions that were copied, and what of which.
  std::shared_ptr<ir::Positions> parted_from_;
  std::shared_ptr<ir::Positions> parted_;
  std::size_t parted_points_ = 0;
};

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_COLLECTOR_H_
