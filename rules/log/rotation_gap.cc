#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/facts.h"
#include "analyzer/facts/text.h"
#include "analyzer/ir/backup.h"

namespace onnxcheck::rules {
namespace {

// What the run counts by in a curve, and how it usually does.
struct Counter {
  const facts::Curve* curve = nullptr;
  ir::Column<double>::Part counts;
  std::string_view name;    // "step"
  double usual = 0;         // largest difference between neighbours in one file
  std::uint32_t lines = 0;  // largest distance between neighbours in one file
};

std::size_t PartOf(const ir::Log& log, std::uint32_t line) {
  const auto behind = std::upper_bound(
      log.parts.begin(), log.parts.end(), line,
      [](std::uint32_t at, const ir::LogPart& part) { return at < part.first_line; });
  return static_cast<std::size_t>(behind - log.parts.begin()) - 1;
}

// Nothing for a column that is not known throughout, goes back or is regular too rarely.
std::optional<Counter> CounterOf(const facts::Curve& curve, ir::Column<double>::Part counts,
                                 std::string_view name, double min_regular) {
  Counter counter{&curve, counts, name};
  double regular = 0;
  for (std::size_t i = 1; i < counts.size(); ++i) {
    const double difference = counts[i] - counts[i - 1];
    if (!(difference >= 0)) return std::nullopt;
    if (PartOf(*curve.log, curve.line[i]) != PartOf(*curve.log, curve.line[i - 1])) continue;
    counter.lines = std::max(counter.lines, curve.line[i] - curve.line[i - 1]);
    counter.usual = std::max(counter.usual, difference);
    if (difference > 0) ++regular;
  }
  if (regular < min_regular) return std::nullopt;
  return counter;
}

// Of the log's curves, those that count. A step that starts over each epoch leaves the epochs.
std::vector<Counter> Counters(const facts::Facts& facts, const ir::Log& log, double min_regular) {
  std::vector<Counter> counters;
  for (const facts::Curve& curve : facts.curves()) {
    if (curve.log != &log) continue;
    auto counter = CounterOf(curve, curve.step, "step", min_regular);
    if (!counter) counter = CounterOf(curve, curve.epoch, "epoch", min_regular);
    if (counter) counters.push_back(*counter);
  }
  return counters;
}

struct Gap {
  ir::Location location;
  std::string text;
  Confidence confidence = Confidence::kHigh;
};

std::string FileName(const ir::LogPart& part) { return part.path.substr(part.path.rfind('/') + 1); }

struct Crossing {
  bool goes_on = false;              // a counter goes on as it does within the files
  const Counter* counter = nullptr;  // that jumps
  double before = 0;
  double after = 0;
};

// How counters get from the files before `part` to it and those behind it.
Crossing Cross(const ir::Log& log, const std::vector<Counter>& counters, std::size_t part,
               double factor) {
  Crossing crossing;
  for (const Counter& counter : counters) {
    const ir::Column<std::uint32_t>::Part line = counter.curve->line;
    const auto at = std::lower_bound(line.begin(), line.end(), log.parts[part].first_line);
    if (at == line.begin() || at == line.end()) continue;
    const auto next = static_cast<std::size_t>(at - line.begin());
    const double before = counter.counts[next - 1];
    const double after = counter.counts[next];
    if (after - before < factor * counter.usual) {
      crossing.goes_on = true;
    } else if (crossing.counter == nullptr) {
      crossing = {crossing.goes_on, &counter, before, after};
    }
  }
  return crossing;
}

// The oldest backup begins in the middle: its first record is as close to its beginning as records
// are to each other, and counts further than one record can. What resumes a run says more at first.
std::optional<Gap> Beginning(const ir::Log& log, const std::vector<Counter>& counters,
                             double factor) {
  const Counter* first = nullptr;
  for (const Counter& counter : counters) {
    if (counter.curve->segment != 0) continue;
    if (counter.curve->line.front() > counter.lines) return std::nullopt;
    // Counted from 0 or 1. Rotation deletes whole files, so that more than one record is gone.
    if (counter.counts.front() - 1 < factor * counter.usual) return std::nullopt;
    if (first == nullptr) first = &counter;
  }
  if (first == nullptr) return std::nullopt;
  for (const ir::Event& event : log.events) {
    const bool starts =
        event.kind == ir::EventKind::kRunStart || event.kind == ir::EventKind::kCheckpoint;
    if (starts && event.line < first->curve->line.front()) return std::nullopt;
  }
  return Gap{ir::LineLocation(log, first->curve->line.front()),
             facts::Cat("the oldest backup, ", FileName(log.parts[0]), ", begins at ", first->name,
                        " ", first->counts.front()),
             Confidence::kMedium};
}

std::optional<Gap> Between(const ir::Log& log, const std::vector<Counter>& counters,
                           std::size_t part, double factor) {
  const ir::LogPart& older = log.parts[part - 1];
  const ir::LogPart& newer = log.parts[part];
  const Crossing crossing = Cross(log, counters, part, factor);
  if (crossing.goes_on) return std::nullopt;
  // A day without a record leaves no backup.
  const ir::BackupName name = ir::SplitBackupName(older.path);
  const std::uint32_t missing =
      name.number == 0 ? 0 : name.number - ir::SplitBackupName(newer.path).number - 1;
  if (missing == 0 && crossing.counter == nullptr) return std::nullopt;
  Gap gap;
  gap.location.path = newer.path;
  gap.location.line = 1;
  if (missing > 0) {
    gap.text = facts::Cat(missing, missing == 1 ? " backup is" : " backups are",
                          " missing between ", FileName(older), " and ", FileName(newer));
  } else {
    gap.text =
        facts::Cat("records are missing between ", FileName(older), " and ", FileName(newer));
  }
  if (crossing.counter != nullptr) {
    gap.text += facts::Cat(": ", crossing.counter->name, " ", crossing.before, " is followed by ",
                           crossing.after);
  } else {
    gap.confidence = Confidence::kMedium;
  }
  return gap;
}

void CheckLog(const facts::Facts& facts, const ir::Log& log, Sink& sink) {
  const double factor = sink.Parameter("gap");
  const std::vector<Counter> counters = Counters(facts, log, sink.Parameter("min_regular"));
  std::vector<Gap> gaps;
  if (auto gap = Beginning(log, counters, factor)) gaps.push_back(std::move(*gap));
  for (std::size_t part = 1; part < log.parts.size(); ++part) {
    if (auto gap = Between(log, counters, part, factor)) gaps.push_back(std::move(*gap));
  }
  if (gaps.empty()) return;
  Finding& finding = sink.Report(gaps[0].location, gaps[0].text);
  finding.label = "first line behind the gap";
  finding.confidence = gaps[0].confidence;
  finding.help =
      "keep more backups or larger files (backupCount and maxBytes of Python's "
      "RotatingFileHandler, rotate of logrotate); if they were left behind, copy the "
      "missing files to this folder";
  constexpr std::size_t kMostRelated = 4;
  for (std::size_t i = 1; i < std::min(gaps.size(), kMostRelated + 1); ++i) {
    finding.related.push_back({gaps[i].location, gaps[i].text});
  }
  finding.evidence = {{"files", static_cast<std::int64_t>(log.parts.size())},
                      {"gaps", static_cast<std::int64_t>(gaps.size())}};
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    if (ir::Trains(log) && ir::IsRotated(log)) CheckLog(facts, log, sink);
  }
}

}  // namespace

extern const Rule kRotationGap;
const Rule kRotationGap = {
    .id = "L010",
    .name = "rotation-gap",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "Part of a rotated log is gone.",
         .what = "Reports a log with backups (train.log.2, train.log.1, train.log) of which some "
                 "are missing in the sequence, whose epochs or steps jump from one file to the "
                 "next, or whose oldest file begins in the middle of the run. Silent where a "
                 "counter goes on as it does within the files, and where the oldest file begins "
                 "with a start, a checkpoint or more messages than stand between its records.",
         .why = "Each rotation beyond the last backup deletes the oldest file: the beginning of "
                "the run, its settings and its first losses are in none of them.",
         .bad = R"(```text train.log.1
epoch 11 loss: 0.41
epoch 12 loss: 0.40
epoch 13 loss: 0.38
epoch 14 loss: 0.37
```
```text train.log
epoch 15 loss: 0.36
epoch 16 loss: 0.35
```)",
         .good = R"(```text train.log.1
epoch 1 loss: 0.91
epoch 2 loss: 0.70
epoch 3 loss: 0.58
epoch 4 loss: 0.47
```
```text train.log
epoch 5 loss: 0.42
epoch 6 loss: 0.40
```)",
         .references =
             "Python, logging.handlers: RotatingFileHandler and backupCount; logrotate(8)."},
    .parameters = {{.name = "gap",
                    .value = 2,
                    .meaning = "a jump of so many times the largest difference between records in "
                               "one file is a gap",
                    .source = "one record that is lost doubles the difference"},
                   {.name = "min_regular",
                    .value = 3,
                    .meaning = "fewest differences that show how a counter usually goes on",
                    .source = "fewer may all be of one kind, the first records of an epoch"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
