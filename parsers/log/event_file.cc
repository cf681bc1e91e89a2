#include "parsers/log/event_file.h"

#include <absl/strings/ascii.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <string>
#include <utility>

#include "parsers/config/fields.h"
#include "parsers/log/hparams.h"
#include "parsers/log/limits.h"
#include "parsers/log/tf_record.h"

namespace onnxcheck::parsers {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// Longer payloads are images, histograms and graphs: they are read for a number alone.
constexpr std::size_t kAlwaysChecked = 4096;
// Mapped pages count as memory of the process: they are given back this often.
constexpr std::uint64_t kReleaseEvery = std::uint64_t{8} << 20;
// Several writers of one file step back again and again, a run now and then: see segments.cc.
constexpr std::size_t kMaxStepsBack = 20;
constexpr double kMaxShareBack = 0.05;

// Keras writes "train" and "validation", TensorFlow's estimators "eval", CatBoost "learn" and
// "test".
log::Split SplitOfFolder(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return log::Split::kUnknown;
  path = path.substr(0, slash);
  const std::string folder = absl::AsciiStrToLower(std::string(path.substr(path.rfind('/') + 1)));
  if (folder == "train" || folder == "learn" || folder == "training") return log::Split::kTrain;
  if (folder == "validation" || folder == "val" || folder == "valid" || folder == "eval")
    return log::Split::kValidation;
  return folder == "test" ? log::Split::kTest : log::Split::kUnknown;
}

// Lightning writes -1 under this name where a run has no metric of its own.
bool IsPlaceholder(std::string_view name, double value) {
  return name == "hp_metric" && value == -1;
}

}  // namespace

EventFileReader::EventFileReader() : collector_(&log_) {
  log_.input.kind = ir::Kind::kLog;
  log_.input.format = "tensorboard-events";
  log_.structured = true;
  log_.binary = true;
}

void EventFileReader::NoteCorrupt(std::uint32_t line, const char* what) {
  if (corrupt_++ > 0) return;
  first_corrupt_.kind = ir::ProblemKind::kCorruptRecord;
  first_corrupt_.location = ir::LineLocation(log_, line);
  first_corrupt_.message = what;
}

void EventFileReader::Record(std::uint32_t line, log::Split split) {
  bool measured = false;
  for (const log::Scalar& scalar : event_.scalars) {
    log::NameEntry* name = collector_.FindName(scalar.tag.empty() ? "value" : scalar.tag);
    if (name == nullptr) continue;
    // Keras counts epochs where others count steps.
    const double epoch = scalar.tag.substr(0, 6) == "epoch_" ? event_.step : kNaN;
    collector_.Stand({line, event_.step, epoch});
    ir::Series* series =
        collector_.Add(name, log::SplitOf(name->name, split), scalar.value, false, true);
    if (series == nullptr) continue;
    if (series->time.capacity() < series->value.capacity())
      series->time.reserve(series->value.capacity());
    series->time.push_back(event_.wall_time);
    measured = measured || (log::IsMeasurement(name->name.quantity) &&
                            !IsPlaceholder(scalar.tag, scalar.value));
  }
  collector_.CountRecord(ir::Level::kNone, line, measured, event_.wall_time > 0);
  if (event_.hparams.empty() && event_.arguments.empty()) return;
  const ir::Location here = ir::LineLocation(log_, line);
  log::ReadHparams(event_.hparams, here, &settings_);
  log::ReadArgumentText(event_.arguments, here, &settings_);
}

void EventFileReader::Add(const Source& source) {
  try {
    Read(source);
  } catch (const std::exception& error) {  // out of memory: nothing else is thrown
    log_.input.problems.push_back(OutOfMemory(source, error));
  }
}

void EventFileReader::Read(const Source& source) {
  log_.input.path = source.path();
  log_.input.bytes += source.bytes().size();
  const auto before =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(log_.lines, UINT32_MAX - 1));
  parts_.push_back({source.path(), before + 1});
  // One file alone has no parts.
  if (parts_.size() > 1) log_.parts = parts_;
  log_.cut_off.reset();  // a file that ends in the middle of a record was gone on with
  const log::Split split = SplitOfFolder(source.path());
  log::TfRecordReader records(source.bytes());
  log::TfRecord record;
  std::uint64_t released = 0;
  std::uint32_t line = before;
  using Step = log::TfRecordReader::Step;
  for (Step step = records.Next(&record); step != Step::kEnd; step = records.Next(&record)) {
    if (line < UINT32_MAX - 1) ++line;
    if (step == Step::kCorrupt) {
      NoteCorrupt(line, "the checksum of a record's length is wrong");
      continue;
    }
    const bool whole = log::ReadSummaryEvent(record.payload, &event_);
    const bool used =
        !event_.scalars.empty() || !event_.hparams.empty() || !event_.arguments.empty();
    const bool check = record.payload.size() <= kAlwaysChecked || used || !whole;
    if (check && !log::TfRecordReader::Intact(record)) {
      NoteCorrupt(line, "a record's checksum is wrong");
    } else if (!whole) {
      NoteCorrupt(line, "a record is no TensorBoard event");
    } else {
      Record(line, split);
    }
    if (records.position() - released >= kReleaseEvery) {
      collector_.Reached(records.position(), source.bytes().size());
      source.Release(released, record.start);
      released = record.start;
    }
  }
  if (const auto cut_off = records.cut_off()) {
    if (line < UINT32_MAX - 1) ++line;
    log_.cut_off = ir::LineLocation(log_, line);
    log_.cut_off->offset = *cut_off;
    log_.cut_off->length = source.bytes().size() - *cut_off;
    log_.cut_off->has_span = true;
  }
  log_.lines = line;
}

// The first record behind the point before that has gone back as well: other series may stand
// before the main one at each step.
std::uint32_t EventFileReader::StepsBackAt(const ir::Series& main, std::size_t point) const {
  std::uint32_t first = main.at->line[point];
  for (const ir::Series& series : log_.series) {
    const auto from =
        std::upper_bound(series.at->line.begin(), series.at->line.end(), main.at->line[point - 1]);
    for (auto at = from; at != series.at->line.end() && *at < first; ++at) {
      if (series.at->step[static_cast<std::size_t>(at - series.at->line.begin())] <
          main.at->step[point - 1])
        first = *at;
    }
  }
  return first;
}

// By the series that says most of the run: the training loss with the most points, or any.
void EventFileReader::FindSegments() {
  const ir::Series* main = nullptr;
  for (const ir::Series& series : log_.series) {
    const auto rank = [](const ir::Series& it) {
      return std::pair(it.role == ir::Role::kTrainLoss, it.value.size());
    };
    if (main == nullptr || rank(series) > rank(*main)) main = &series;
  }
  log_.segments.clear();
  if (log_.lines == 0) return;
  log_.segments.push_back({1, 0, ir::SegmentStart::kFirst});
  struct Start {
    std::uint32_t line;
    std::size_t point;
  };
  std::vector<Start> starts;
  std::vector<std::size_t> back;  // points at which the step goes back within a file
  std::size_t part = 0;
  for (std::size_t i = 1; main != nullptr && i < main->at->step.size(); ++i) {
    std::size_t now = part;
    while (now + 1 < parts_.size() && parts_[now + 1].first_line <= main->at->line[i]) ++now;
    const double before = main->at->step[i - 1];
    if (now != part && main->at->step[i] <= before) {
      starts.push_back({parts_[now].first_line, i});
    } else if (main->at->step[i] < before) {
      back.push_back(i);
    }
    part = now;
  }
  // The same number of steps each time: epochs that nobody numbered.
  const bool periodic = std::all_of(back.begin(), back.end(), [&](std::size_t i) {
    return main->at->step[i - 1] == main->at->step[back.front() - 1];
  });
  const bool noisy =
      back.size() > kMaxStepsBack &&
      static_cast<double>(back.size()) > kMaxShareBack * static_cast<double>(main->at->step.size());
  if ((!periodic && !noisy) || back.size() == 1) {
    for (const std::size_t i : back) starts.push_back({StepsBackAt(*main, i), i});
  }
  std::sort(starts.begin(), starts.end(),
            [](const Start& a, const Start& b) { return a.line < b.line; });
  if (starts.size() > log::kMaxSegments) starts.resize(log::kMaxSegments);
  for (const Start& start : starts) {
    if (start.line <= log_.segments.back().first_line) continue;
    log_.segments.back().last_line = start.line - 1;
    const bool again = main->at->step[start.point] <= main->at->step.front();
    log_.segments.push_back(
        {start.line, 0, again ? ir::SegmentStart::kRestart : ir::SegmentStart::kResume});
  }
  log_.segments.back().last_line = static_cast<std::uint32_t>(log_.lines);
}

ir::Log EventFileReader::Finish() {
  collector_.Finish();
  for (ir::Series& series : log_.series) {
    if (std::all_of(series.value.begin(), series.value.end(),
                    [&](double value) { return IsPlaceholder(series.name, value); })) {
      series.role = ir::Role::kOther;
    }
  }
  FindSegments();
  if (corrupt_ > 0) {
    if (corrupt_ > 1)
      first_corrupt_.message += ", and " + std::to_string(corrupt_ - 1) + " more are damaged";
    first_corrupt_.help =
        "copy the file again, or look whether two processes wrote it; the damaged records are left "
        "out";
    log_.input.problems.push_back(std::move(first_corrupt_));
  }
  return std::move(log_);
}

std::optional<ir::Config> EventFileReader::Settings() {
  if (settings_.empty()) return std::nullopt;
  ir::Config config;
  config.input.path = settings_.front().location.path;
  config.input.kind = ir::Kind::kConfig;
  config.input.format = "tensorboard-hparams";
  config.entries = std::move(settings_);
  try {
    FillFields(config);
  } catch (const std::exception&) {  // out of memory: the readers throw nothing
    return std::nullopt;
  }
  return config;
}

}  // namespace onnxcheck::parsers
