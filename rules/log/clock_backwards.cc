#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// A new run on another day begins at an earlier time of day.
bool BeginsARun(const ir::Log& log, std::uint32_t line) {
  const auto lines_near = [&](const ir::Segment& segment) {
    return segment.start != ir::SegmentStart::kFirst && line + 1 >= segment.first_line &&
           line <= segment.first_line + 1;
  };
  return std::any_of(log.segments.begin(), log.segments.end(), lines_near);
}

bool IsDaylightSaving(double seconds) {
  constexpr double kHour = 3600;
  return seconds > 0.95 * kHour && seconds <= kHour;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    if (!ir::Trains(log)) continue;
    const ir::ClockStep* first = nullptr;
    double steps = 0;
    for (const ir::ClockStep& step : log.writing.clock_back) {
      if (step.seconds < sink.Parameter("min_seconds")) continue;
      if (!step.dated && BeginsARun(log, step.line)) continue;
      if (first == nullptr) first = &step;
      ++steps;
    }
    if (first == nullptr) continue;
    const ir::Location location = ir::LineLocation(log, first->line);
    const std::string by =
        facts::Plural(first->seconds < 120 ? first->seconds : first->seconds / 60,
                      first->seconds < 120 ? "second" : "minute");
    Finding& finding = sink.Report(
        location, facts::Cat("the clock goes back by ", by,
                             steps > 1 ? facts::Cat(", and ", steps - 1, " times more") : ""));
    finding.label = "earlier than the line before";
    finding.help =
        IsDaylightSaving(first->seconds)
            ? "write times in UTC: this is the end of daylight saving time, or a time zone changed"
            : "check whether several processes write this file or runs were joined in the wrong "
              "order; durations across this place are wrong";
    finding.evidence = {{"seconds", first->seconds}, {"times", static_cast<std::int64_t>(steps)}};
    if (!first->dated) finding.confidence = Confidence::kMedium;
  }
}

}  // namespace

extern const Rule kClockBackwards;
const Rule kClockBackwards = {
    .id = "L017",
    .name = "clock-backwards",
    .family = Family::kLog,
    .severity = Severity::kInfo,
    .needs = kLog,
    .documentation =
        {.summary = "The time stamps of a log go back.",
         .what = "Compares each time stamp with the one before, to the second, with time zones "
                 "where they are stated. Without a date, half a day back is midnight, and a "
                 "new run may begin at any time of day. Dates in which day and month cannot be "
                 "told apart are compared only while they stay the same.",
         .why = "Durations and throughput computed across the place are wrong, and it is a sign "
                "of two writers or of files joined in the wrong order.",
         .bad = R"(```text run.log
2024-05-01 10:00:01,100 INFO train: epoch 1 loss: 0.91
2024-05-01 10:05:02,100 INFO train: epoch 2 loss: 0.72
2024-05-01 09:58:03,100 INFO train: epoch 3 loss: 0.61
2024-05-01 10:03:04,100 INFO train: epoch 4 loss: 0.55
```)",
         .good = R"(```text run.log
2024-05-01 23:58:01,100 INFO train: epoch 1 loss: 0.91
2024-05-01 23:59:02,100 INFO train: epoch 2 loss: 0.72
2024-05-02 00:00:03,100 INFO train: epoch 3 loss: 0.61
2024-05-02 00:01:04,100 INFO train: epoch 4 loss: 0.55
```)"},
    .parameters = {{.name = "min_seconds",
                    .value = 3,
                    .meaning = "fewest seconds that count as going back",
                    .source = "threads and buffers swap records of about the same second"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
