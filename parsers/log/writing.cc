#include "parsers/log/writing.h"

#include <algorithm>
#include <utility>

namespace onnxcheck::parsers::log {
namespace {

// Longer records are not compared: two that begin alike need not be equal.
constexpr std::size_t kMaxCompared = 1024;
// A single line that comes twice is chance or emphasis.
constexpr std::uint32_t kFewestRecords = 3;
constexpr std::size_t kMostListed = 64;
// Two handlers write the same record within one tick of the clock; a repeated message comes later.
constexpr double kSameMoment = 2;

// "100%|###| 10/10 [00:05<00:00, 1.9it/s]", "20/20 [====] - 1s 3ms/step", "ETA: 12:30".
bool LooksLikeBar(std::string_view text) {
  if (text.empty()) return false;
  if (text.back() == ']')
    return text.find("it/s") != std::string_view::npos ||
           text.find("s/it") != std::string_view::npos ||
           text.find("?it/s") != std::string_view::npos ||
           text.find("%|") != std::string_view::npos;
  return text.back() == 'p' && text.size() > 5 && text.substr(text.size() - 5) == "/step";
}

// "<<12 more lines>>", "...": somebody left lines out, and what stood there is not known.
bool LeavesOut(std::string_view text) {
  if (text == "..." || text == "[...]" || text == "\xE2\x80\xA6") return true;
  return text.starts_with("<<") && text.ends_with(" more lines>>");
}

}  // namespace

void WritingTracker::Add(const WrittenRecord& record) {
  const Prefix& prefix = *record.prefix;
  if (!prefix.stamp.empty()) ReadClock(record);
  const bool same = record.body.size() == size_ && times_ > 0 && size_ <= kMaxCompared &&
                    record.body == body_ && clock_ - group_second_ <= kSameMoment;
  if (same) {
    // A bar is redrawn as it stood before.
    if (times_++ == 1 && (record.overwritten || LooksLikeBar(record.text))) informative_ = false;
    writers_differ_ = writers_differ_ || prefix.writer != writer_;
  } else {
    // Mostly there is nothing to close.
    if (times_ > 1 || phase_.records > 0 || phase_before_.records > 0) CloseGroup();
    size_ = record.body.size();
    body_ = record.body.substr(0, kMaxCompared);
    writer_ = prefix.writer;
    if (!record.lasting) {
      body_ = kept_body_.assign(body_);
      writer_ = kept_writer_.assign(writer_);
    }
    group_line_ = record.line;
    times_ = 1;
    informative_ = record.measured || prefix.time || prefix.level != ir::Level::kNone;
    writers_differ_ = false;
    group_second_ = clock_;
  }
  const bool bar = !record.measured && (record.overwritten || LooksLikeBar(record.text));
  result_.bars += bar;
  if (epoch_open_ && !header_) {
    if (record.measured || LeavesOut(record.text)) epoch_open_ = false;
    epoch_.messages += !bar;
  }
  header_ = false;
}

void WritingTracker::EpochBegins(std::uint32_t line, double epoch) {
  // The same header again is a bar's, or another handler's.
  if (epoch_open_ && epoch > epoch_.epoch) {
    ++result_.empty_epochs;
    if (result_.empty.size() < kMostListed) result_.empty.push_back(epoch_);
  }
  header_ = true;
  // "Epoch 3/10 finished" after the metrics of that epoch opens nothing.
  const bool again = result_.epoch_headers > 0 && epoch == epoch_.epoch && !epoch_open_;
  if (!epoch_open_ || epoch != epoch_.epoch) {
    ++result_.epoch_headers;
    result_.last_header = epoch_ = {line, epoch, 0};
  }
  epoch_open_ = !again;
}

void WritingTracker::CloseGroup() {
  if (times_ != phase_.times || writers_differ_) ClosePhase();
  if (times_ < 2 || writers_differ_) return;
  if (phase_.records++ == 0) phase_.first_line = group_line_;
  phase_.times = times_;
  phase_.measured += informative_;
}

void WritingTracker::ClosePhase() {
  const ir::Repetition phase = std::exchange(phase_, {});
  // One more handler with every record or two: twice, three times, four times in direct succession.
  const bool grows = phase_before_.records > 0 && phase.times == phase_before_.times + 1;
  if (grows && !before_listed_) List(phase_before_);
  before_listed_ = grows || phase.records >= kFewestRecords;
  if (before_listed_) List(phase);
  phase_before_ = phase;
}

void WritingTracker::List(const ir::Repetition& phase) {
  if (result_.repetitions.size() < kMostListed) result_.repetitions.push_back(phase);
}

void WritingTracker::ReadClock(const WrittenRecord& record) {
  const Prefix& prefix = *record.prefix;
  if (prefix.stamp == stamp_ && prefix.zone == zone_) return;
  stamp_.assign(prefix.stamp);
  zone_.assign(prefix.zone);
  std::optional<Moment> moment = ReadMoment(prefix.stamp, prefix.zone, moment_);
  if (!moment) return;
  if (have_moment_) {
    const std::optional<double> seconds = SecondsBetween(moment_, *moment);
    if (seconds && *seconds < 0) {
      ++result_.clock_steps;
      if (result_.clock_back.size() < kMostListed)
        result_.clock_back.push_back(
            {record.line, -*seconds, moment_.day.has_value() && moment->day.has_value()});
    } else {
      clock_ += seconds.value_or(std::max(0, moment->second - moment_.second));
    }
  }
  moment_ = *std::move(moment);
  have_moment_ = true;
}

void WritingTracker::Finish(std::uint64_t bar_states, ir::Writing* writing) {
  CloseGroup();
  ClosePhase();
  result_.bar_states = bar_states;
  result_.seconds = clock_;
  *writing = std::move(result_);
}

}  // namespace onnxcheck::parsers::log
