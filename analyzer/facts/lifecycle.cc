#include "analyzer/facts/lifecycle.h"

#include <algorithm>

#include "analyzer/facts/logging.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::facts {

namespace {

// Roles that only training or evaluation logs; a rate or a memory size is
// printed by launchers too.
bool Measures(ir::Role role) {
  return role >= ir::Role::kTrainLoss && role <= ir::Role::kTestAccuracy;
}

// A number beside the word "epoch" is a counter only if it counts.
bool CountsEpochs(const Curve& curve, double min_epochs) {
  return curve.epoch.size() > 1 && curve.epoch.back() - curve.epoch.front() >= min_epochs - 1;
}

// A run that logs every second epoch rightly begins at the second.
double MissingUpTo(const Curve& curve) {
  const double points = static_cast<double>(curve.epoch.size());
  return curve.epoch.front() - (curve.epoch.back() - curve.epoch.front()) / (points - 1);
}

}  // namespace

std::optional<LateBeginning> BeginsLate(const Facts& facts, const ir::Log& log,
                                        double least_missing, double min_epochs) {
  std::optional<LateBeginning> late;
  for (const Curve& curve : facts.curves()) {
    if (curve.log != &log || curve.segment != 0 || !CountsEpochs(curve, min_epochs)) continue;
    const double missing = MissingUpTo(curve);
    if (!(missing >= least_missing)) return std::nullopt;  // its beginning is there
    if (!late || curve.epoch.front() < late->curve->epoch.front()) late = {&curve, missing};
  }
  return late;
}

std::uint32_t LastMetricLine(const ir::Log& log) { return LastMetricLine(log, UINT32_MAX); }

std::uint32_t LastMetricLine(const ir::Log& log, std::uint32_t until) {
  std::uint32_t last = 0;
  for (const ir::Series& series : log.series) {
    if (!Measures(series.role)) continue;
    const ir::Column<std::uint32_t>& line = series.at->line;
    const auto behind = std::upper_bound(line.begin(), line.end(), until);
    if (behind != line.begin()) last = std::max(last, *(behind - 1));
  }
  return last;
}

std::uint32_t EndOfRun(const ir::Log& log, std::uint32_t line) {
  for (const ir::Segment& segment : log.segments) {
    if (line <= segment.last_line) return segment.last_line;
  }
  return UINT32_MAX;
}

ir::Location WholeFile(const ir::Input& input) {
  ir::Location location;
  location.path = input.path;
  return location;
}

bool Has(const ir::Log& log, ir::EventKind kind) {
  return std::any_of(log.events.begin(), log.events.end(),
                     [kind](const ir::Event& event) { return event.kind == kind; });
}

bool StoppedByItself(const ir::Log& log) {
  return Has(log, ir::EventKind::kTraceback) || Has(log, ir::EventKind::kEmptyLogs) ||
         Has(log, ir::EventKind::kOutOfMemory) || Has(log, ir::EventKind::kInterrupted);
}

bool OnlySevereRecords(const ir::Log& log) {
  // Continuation lines of a record state no level of their own.
  constexpr double kShareWithLevel = 0.5;
  std::uint64_t severe = 0;
  std::uint64_t routine = 0;
  for (std::size_t i = static_cast<std::size_t>(ir::Level::kDebug); i < ir::kLevels; ++i) {
    const bool is_severe = i >= static_cast<std::size_t>(ir::Level::kWarning);
    (is_severe ? severe : routine) += log.levels[i].records;
  }
  return severe > 0 && routine == 0 && log.metric_records == 0 &&
         static_cast<double>(severe) >= kShareWithLevel * static_cast<double>(log.records);
}

std::optional<Cause> NoBatchCause(const ir::Config& config) {
  if (config.batch_size && config.batch_size->value == 0) {
    return Cause{config.batch_size->location, "the batch size is 0", "set batch_size above 0"};
  }
  if (config.dataset_size && config.dataset_size->value == 0) {
    return Cause{config.dataset_size->location, "the dataset is empty",
                 "check the path and the filters that the dataset is made with"};
  }
  if (config.steps_per_epoch && config.steps_per_epoch->value == 0) {
    return Cause{config.steps_per_epoch->location, "steps_per_epoch is 0",
                 "leave steps_per_epoch out, or round it up"};
  }
  if (config.batch_size && config.dataset_size && config.drop_last && config.drop_last->value &&
      config.batch_size->value > config.dataset_size->value) {
    return Cause{config.batch_size->location,
                 Cat("a batch of ", config.batch_size->value, " from ", config.dataset_size->value,
                     " examples is incomplete, and incomplete batches are dropped"),
                 Cat("use a batch size of at most ", config.dataset_size->value,
                     ", or keep the incomplete batch")};
  }
  return std::nullopt;
}

std::vector<Cause> SilenceCauses(const Facts& facts, const ir::Log& log) {
  std::vector<Cause> causes;
  const ir::Config& config = facts.config();
  for (const LevelInForce& place : LevelsInForce(config)) {
    const bool writes =
        place.handler == nullptr || !place.handler->path || WritesTo(*place.handler, log.input);
    if (!writes || place.level <= ir::Level::kInfo) continue;
    causes.push_back({place.location, Cat("level ", LevelName(place.level), " is in force here"),
                      "lower the level to INFO"});
    break;
  }
  if (auto cause = NoBatchCause(config)) causes.push_back(*std::move(cause));
  for (const ir::Log& other : facts.run().logs) {
    if (&other == &log) continue;
    for (const ir::Event& event : other.events) {
      const bool memory = event.kind == ir::EventKind::kOutOfMemory;
      const bool stopped = event.kind == ir::EventKind::kInterrupted;
      if (event.kind != ir::EventKind::kTraceback && !memory && !stopped) continue;
      causes.push_back({event.location,
                        memory    ? "the run ended here: memory ran out"
                        : stopped ? "the run was stopped here"
                                  : "the run ended here: " + event.exception,
                        stopped ? "start the run again, or give it more time"
                                : "mend the error that ended the run"});
      break;
    }
  }
  for (const ir::LogHandler& handler : config.handlers) {
    if (!handler.mode || !handler.mode->value.starts_with("w")) continue;
    if (!WritesTo(handler, log.input)) continue;
    causes.push_back({handler.mode->location, "mode \"w\" empties the file when a run starts",
                      "open the log with mode \"a\""});
  }
  return causes;
}

}  // namespace onnxcheck::facts
