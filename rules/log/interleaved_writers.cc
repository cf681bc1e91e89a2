#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using Counter = std::pair<double, double>;  // epoch, step

// One counter that only goes up, as a single writer leaves it.
struct Writer {
  Counter last;
  std::size_t points = 0;
  std::size_t first = 0;  // index of its first point
  std::size_t end = 0;    // index of its last point
};

constexpr std::size_t kMostWriters = 16;

// Gives each point to the writer whose counter is the highest below it. nullopt: a point has no
// counter, or there are too many writers.
std::optional<std::vector<Writer>> SplitByCounter(const facts::Curve& curve) {
  std::vector<Writer> writers;
  for (std::size_t i = 0; i < curve.value.size(); ++i) {
    if (!std::isfinite(curve.step[i])) return std::nullopt;
    const Counter here{std::isfinite(curve.epoch[i]) ? curve.epoch[i] : 0, curve.step[i]};
    Writer* best = nullptr;
    for (Writer& writer : writers) {
      if (writer.last < here && (best == nullptr || best->last < writer.last)) best = &writer;
    }
    if (best == nullptr) {
      if (writers.size() == kMostWriters) return std::nullopt;
      best = &writers.emplace_back();
      best->first = i;
    }
    best->last = here;
    best->end = i;
    ++best->points;
  }
  return writers;
}

// Equal values at equal counters are records written twice, not two writers.
double ShareOfTwins(const facts::Curve& curve) {
  double twins = 0;
  for (std::size_t i = 1; i < curve.value.size(); ++i) {
    twins += curve.step[i] == curve.step[i - 1] && curve.value[i] == curve.value[i - 1];
  }
  return twins / static_cast<double>(curve.value.size());
}

void Check(const facts::Facts& facts, Sink& sink) {
  std::vector<const ir::Log*> reported;
  for (const facts::SeriesRuns& runs : facts::RunsOf(facts, ir::Role::kTrainLoss)) {
    if (runs.log->structured || facts::HasMovingTarget(*runs.log)) continue;
    for (const facts::Curve* curve : runs.runs) {
      const auto points = static_cast<double>(curve->value.size());
      if (points < 2 * sink.Parameter("min_points") ||
          std::find(reported.begin(), reported.end(), curve->log) != reported.end()) {
        continue;
      }
      const auto writers = SplitByCounter(*curve);
      if (!writers || writers->size() < 2) continue;
      // Each writes from near the beginning to near the end, about as much as the others.
      const bool together =
          std::all_of(writers->begin(), writers->end(), [&](const Writer& writer) {
            const double share = sink.Parameter("share");
            return static_cast<double>(writer.points) >= sink.Parameter("min_points") &&
                   static_cast<double>(writer.points) * double(writers->size()) >= share * points &&
                   static_cast<double>(writer.first) <= (1 - share) * points / 2 &&
                   static_cast<double>(writer.end) >= (1 + share) * points / 2;
          });
      constexpr double kMostTwins = 0.1;
      if (!together || ShareOfTwins(*curve) > kMostTwins) continue;
      const std::size_t second = (*writers)[1].first;
      Finding& finding =
          sink.Report(facts::PointLocation(*curve, second),
                      facts::Cat(curve->series->name, " comes from ", writers->size(),
                                 " writers at a time: the same steps are counted ", writers->size(),
                                 " times, with other values"));
      finding.label = "another writer";
      finding.help =
          "give each process a file of its own, put the rank or process id into the format, or "
          "log on rank 0 only";
      finding.confidence = Confidence::kMedium;
      finding.evidence = {{"writers", static_cast<std::int64_t>(writers->size())},
                          {"points", static_cast<std::int64_t>(curve->value.size())}};
      reported.push_back(curve->log);
    }
  }
}

}  // namespace

extern const Rule kInterleavedWriters;
const Rule kInterleavedWriters = {
    .id = "L013",
    .name = "interleaved-writers",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "Several processes write their metrics into one file.",
         .what = "Reports a training loss whose step counter runs through the same steps several "
                 "times at once: it falls apart into counters that each only go up, each from near "
                 "the beginning of the file to near its end, with different values. Runs that "
                 "follow one another are no case for this rule, nor are records written twice.",
         .why = "The curve jumps between runs from point to point. It cannot be smoothed, and "
                "its last value belongs to whoever wrote last.",
         .bad = R"(```text run.log
step 10 loss: 2.31
step 10 loss: 2.29
step 20 loss: 2.11
step 20 loss: 2.17
step 30 loss: 1.93
step 40 loss: 1.78
step 30 loss: 1.99
step 40 loss: 1.80
step 50 loss: 1.66
step 50 loss: 1.71
step 60 loss: 1.60
step 60 loss: 1.58
```)",
         .good = R"(```text run.log
step 10 loss: 2.31
step 20 loss: 2.11
step 30 loss: 1.93
step 40 loss: 1.78
step 50 loss: 1.66
step 60 loss: 1.60
```)"},
    .parameters = {{.name = "min_points",
                    .value = 5,
                    .meaning = "fewest points of each writer",
                    .source = "a counter that steps back once or twice is a resumed run"},
                   {.name = "share",
                    .value = 0.6,
                    .meaning = "how evenly the writers share the file: 1 is all alike throughout",
                    .source = "processes of one run keep step; a crashed one may stop early"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
