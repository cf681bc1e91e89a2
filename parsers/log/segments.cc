#include "parsers/log/segments.h"

#include <algorithm>
#include <cmath>

#include "parsers/log/limits.h"

namespace onnxcheck::parsers::log {
namespace {

// Ranks that write to one file step back by one again and again; a run resumed from a checkpoint
// does so now and then.
constexpr std::size_t kMaxResumes = 20;
constexpr double kMaxResumeShare = 0.05;
// A preamble is looked for in the first messages; its lines have words in them.
constexpr std::uint64_t kPreambleMessages = 20;
constexpr std::size_t kPreambleLetters = 12;
constexpr std::size_t kPreambleSecondLetters = 4;
constexpr std::size_t kMaxPreambleBytes = 200;
constexpr double kMinRecordsPerRun = 2;
// A time of day or a date has at least these.
constexpr std::ptrdiff_t kDateDigits = 6;

// The sentence without what changes from run to run: numbers and dates.
std::string Normalized(std::string_view text) {
  std::string out;
  int depth = 0;
  for (const char c : text) {
    depth += (c == '(') - (c == ')');
    if (depth > 0) continue;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
      out.push_back(static_cast<char>(c | 0x20));
  }
  return out;
}

// "user@host:~/work$ python train.py", "$ ./train.py": what starts a program, not "cd" and "ls".
bool IsCommand(std::string_view text) {
  constexpr std::size_t kMaxPrompt = 160;
  if (text.empty() || (text[0] != '$' && text.substr(0, kMaxPrompt).find('@') == text.npos))
    return false;
  const std::size_t end = text.substr(0, kMaxPrompt).find_first_of("$#");
  if (end == std::string_view::npos || end + 2 >= text.size() || text[end + 1] != ' ') return false;
  std::string_view command = text.substr(end + 2);
  if (command.substr(0, 5) == "CUDA_") {  // CUDA_VISIBLE_DEVICES=0 python
    command.remove_prefix(std::min(command.find(' '), command.size() - 1) + 1);
  }
  for (const std::string_view start :
       {"python", "./", "th ", "torchrun ", "accelerate launch", "deepspeed ", "mpirun ", "srun ",
        "nohup ", "bash ", "sh "}) {
    if (command.substr(0, start.size()) == start) return true;
  }
  return false;
}

}  // namespace

void SegmentTracker::Begin(std::uint32_t line, ir::SegmentStart kind, const Counters& counters) {
  if (phase_pending_ && kind == ir::SegmentStart::kRestart) {
    phase_pending_ = false;
  } else if (starts_.size() < kMaxSegments) {
    starts_.push_back({boundary_pending_ ? boundary_line_ : line, kind,
                       boundary_pending_ && boundary_weak_, boundary_pending_});
  }
  boundary_pending_ = false;
  measured_ = true;
  since_start_ = 0;
  repeated_header_ = steps_before_epoch_ = false;
  first_epoch_ = counters.epoch;
  have_epoch_ = !std::isnan(counters.epoch);
  first_step_ = counters.step;
  have_step_ = !std::isnan(counters.step);
}

void SegmentTracker::DropDoubtful() {
  starts_.erase(starts_.begin() + static_cast<std::ptrdiff_t>(doubtful_));
}

void SegmentTracker::Observe(const Counters& counters) {
  if (!counters.train && !counters.header) return;
  ++observed_;
  // Mostly a step further on in the same epoch.
  if (counters.train && !counters.header && have_epoch_ && have_step_ && step_in_epoch_ &&
      counters.epoch == last_epoch_ && counters.step > last_step_ && !repeated_header_ &&
      !boundary_pending_) {
    last_step_ = counters.step;
    ++since_start_;
    return;
  }
  const bool epoch_stated = !std::isnan(counters.epoch);
  const bool step_stated = !std::isnan(counters.step);
  bool begun = false;
  // "Epoch 1/6 finished" was no new beginning if the next header follows without training.
  if (repeated_header_ && counters.header && since_start_ == 0 && counters.epoch > last_epoch_)
    DropDoubtful();
  if (counters.header || counters.train) repeated_header_ = false;
  // Nor were steps that start over, if what names their epoch comes after them and counts on.
  if (steps_before_epoch_ && epoch_stated && counters.epoch != last_epoch_) {
    if (counters.epoch > last_epoch_) DropDoubtful();
    steps_before_epoch_ = false;
  }
  if (epoch_stated && have_epoch_) {
    const double epoch = counters.epoch;
    if (epoch < last_epoch_) {
      const bool from_start = epoch <= std::max(first_epoch_, 1.0);
      Begin(counters.line, from_start ? ir::SegmentStart::kRestart : ir::SegmentStart::kResume,
            counters);
      begun = true;
    } else if (epoch == last_epoch_ && counters.header && since_start_ > 0 &&
               epoch <= std::max(first_epoch_, 1.0) && counters.epochs > 1) {
      // fit(epochs=1) in a loop repeats "Epoch 1/1" and goes on with the same model.
      doubtful_ = starts_.size();
      Begin(counters.line, ir::SegmentStart::kRestart, counters);
      repeated_header_ = doubtful_ < starts_.size() && !starts_.back().announced;
      begun = true;
    } else if (epoch == last_epoch_ && epoch <= first_epoch_ && counters.train && step_stated &&
               have_step_ && counters.step < last_step_ && counters.step <= first_step_) {
      doubtful_ = starts_.size();
      Begin(counters.line, ir::SegmentStart::kRestart, counters);
      steps_before_epoch_ =
          !step_in_epoch_ && doubtful_ < starts_.size() && !starts_.back().announced;
      begun = true;
    }
  }
  if (!begun && boundary_pending_) {
    const bool onward = epoch_stated && have_epoch_ && counters.epoch > std::max(first_epoch_, 1.0);
    const bool steps_on = step_stated && have_step_ && counters.step > last_step_;
    if ((onward || (boundary_weak_ && steps_on)) && !boundary_dated_) {
      boundary_pending_ = false;
    } else {
      Begin(counters.line, onward ? ir::SegmentStart::kResume : ir::SegmentStart::kRestart,
            counters);
    }
  }
  epochs_seen_ = epochs_seen_ || epoch_stated;
  if (!epochs_seen_ && !begun && step_stated && have_step_ && counters.train &&
      counters.step < last_step_ && step_resets_.size() < kMaxSegments) {
    const bool from_start = counters.step <= first_step_;
    step_resets_.push_back(
        {{counters.line, from_start ? ir::SegmentStart::kRestart : ir::SegmentStart::kResume, false,
          false},
         last_step_});
  }
  if (epoch_stated) {
    if (!have_epoch_) first_epoch_ = counters.epoch;
    if (!have_epoch_ || counters.epoch != last_epoch_) step_in_epoch_ = false;
    step_in_epoch_ = step_in_epoch_ || (step_stated && counters.train);
    last_epoch_ = counters.epoch;
    have_epoch_ = true;
  }
  if (step_stated && counters.train) {
    if (!have_step_) first_step_ = counters.step;
    last_step_ = counters.step;
    have_step_ = true;
  }
  since_start_ += counters.train;
}

void SegmentTracker::RunStarts(std::uint32_t line, std::string_view text, bool process) {
  const std::string normalized = Normalized(text);
  if (start_text_.empty()) {
    start_text_ = normalized;
    return;
  }
  if (normalized != start_text_) return;
  Boundary(line);
  // A later phase of one run begins with the same words, but not on another date.
  boundary_dated_ = process || std::count_if(text.begin(), text.end(), [](char c) {
                                 return c >= '0' && c <= '9';
                               }) >= kDateDigits;
}

void SegmentTracker::Command(std::uint32_t line) {
  const bool first = !commanded_ && observed_ == 0 && starts_.empty() && !boundary_pending_;
  commanded_ = true;
  if (first) return;
  boundary_command_ = false;
  Boundary(line);
  boundary_command_ = true;
}

void SegmentTracker::Boundary(std::uint32_t line) {
  messages_since_start_ = 0;
  boundary_dated_ = true;
  if (boundary_pending_ && boundary_command_ && !measured_) {
    boundary_command_ = false;
    return;
  }
  if (boundary_pending_ && !boundary_weak_) {
    // The run before measured nothing; it was a run all the same.
    if (starts_.size() < kMaxSegments)
      starts_.push_back({boundary_line_, ir::SegmentStart::kRestart, false, true});
    since_start_ = 0;
    boundary_pending_ = false;
  }
  // A preamble leads up to the sentence that begins the run.
  if (!boundary_pending_) boundary_line_ = line;
  measured_ = false;
  boundary_pending_ = true;
  boundary_weak_ = false;
}

void SegmentTracker::WeakBoundary(std::uint32_t line) {
  // Without a measurement in between the preamble of a run that came to nothing, unless the two
  // messages are all that repeats: "Loading images", "done" for one set after the other.
  constexpr std::uint64_t kMessagesOfRun = 6;
  if (boundary_pending_ && !boundary_weak_) return;  // and of the run that has just begun
  if ((!measured_ && (observed_ == 0 || messages_since_start_ < kMessagesOfRun)) ||
      (boundary_pending_ && boundary_line_ >= line))
    return;
  measured_ = false;
  if (boundary_pending_ && starts_.size() < kMaxSegments) {
    starts_.push_back({boundary_line_, ir::SegmentStart::kRestart, boundary_weak_, true});
    since_start_ = 0;
  }
  messages_since_start_ = 0;
  boundary_pending_ = boundary_weak_ = true;
  boundary_dated_ = false;
  boundary_line_ = line;
}

bool SegmentTracker::IsShort(std::size_t bytes) { return bytes <= kMaxPreambleBytes; }

SegmentTracker::MessageShape SegmentTracker::ShapeOf(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a over letters
  std::size_t letters = 0;
  for (const char c : text.substr(0, kMaxPreambleBytes)) {
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) continue;
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    ++letters;
  }
  return {hash, letters};
}

void SegmentTracker::Message(std::uint32_t line, std::string_view text, const MessageShape& shape) {
  const std::uint64_t hash = shape.hash;
  const std::size_t letters = shape.letters;
  ++messages_since_start_;
  if (IsCommand(text)) Command(line);
  const bool follows = last_message_ != 0 && last_message_ != hash;
  if (preamble_first_ == 0) {
    // Warnings come again and again within a run.
    if (++messages_ > kPreambleMessages || observed_ > 0) return;
    const bool warns = text.find("arn") != std::string_view::npos;
    if (follows && last_message_letters_ >= kPreambleLetters && letters >= kPreambleSecondLetters &&
        !warns) {
      preamble_first_ = last_message_;
      preamble_second_ = hash;
    }
    last_message_letters_ = warns ? 0 : letters;
  } else if (follows && last_message_ == preamble_first_ && hash == preamble_second_) {
    WeakBoundary(last_message_line_);
  }
  last_message_ = hash;
  last_message_line_ = line;
}

void SegmentTracker::AddStepResets(std::vector<Start>* starts) const {
  if (epochs_seen_ || step_resets_.empty()) return;
  // Every reset at the same step, and the rest no longer: epochs that nobody numbered.
  const double first = step_resets_.front().last;
  const bool periodic = std::all_of(step_resets_.begin(), step_resets_.end(),
                                    [&](const StepReset& reset) { return reset.last == first; });
  if (periodic && last_step_ <= first) return;
  if (step_resets_.size() > kMaxResumes &&
      static_cast<double>(step_resets_.size()) > kMaxResumeShare * static_cast<double>(observed_)) {
    return;
  }
  for (const StepReset& reset : step_resets_) starts->push_back(reset.start);
  std::stable_sort(starts->begin(), starts->end(),
                   [](const Start& a, const Start& b) { return a.line < b.line; });
}

std::vector<ir::Segment> SegmentTracker::Finish(std::uint64_t lines) const {
  std::vector<ir::Segment> segments;
  if (lines == 0) return segments;
  std::vector<Start> starts = starts_;
  if (repeated_header_) starts.erase(starts.begin() + static_cast<std::ptrdiff_t>(doubtful_));
  if (boundary_pending_)
    starts.push_back({boundary_line_, ir::SegmentStart::kRestart, boundary_weak_, true});
  // Blocks of messages between single measurements are no runs.
  const auto weak =
      std::count_if(starts.begin(), starts.end(), [](const Start& s) { return s.weak; });
  if (observed_ > 0 &&
      static_cast<double>(observed_) < kMinRecordsPerRun * static_cast<double>(weak + 1)) {
    std::erase_if(starts, [](const Start& s) { return s.weak; });
  }
  AddStepResets(&starts);
  const auto resumes = std::count_if(starts.begin(), starts.end(), [](const Start& s) {
    return s.kind == ir::SegmentStart::kResume;
  });
  if (static_cast<std::size_t>(resumes) > kMaxResumes &&
      static_cast<double>(resumes) > kMaxResumeShare * static_cast<double>(observed_)) {
    std::erase_if(starts, [](const Start& s) { return s.kind == ir::SegmentStart::kResume; });
  }
  segments.push_back({1, 0, ir::SegmentStart::kFirst});
  for (const Start& start : starts) {
    if (start.line <= segments.back().first_line) continue;
    segments.back().last_line = start.line - 1;
    segments.push_back({start.line, 0, start.kind, start.announced});
  }
  segments.back().last_line =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(lines, UINT32_MAX));
  return segments;
}

}  // namespace onnxcheck::parsers::log
