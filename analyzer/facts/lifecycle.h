// How a run went: crashes, what came after them, what explains silence.
#ifndef ONNXCHECK_ANALYZER_FACTS_LIFECYCLE_H_
#define ONNXCHECK_ANALYZER_FACTS_LIFECYCLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts/facts.h"

namespace onnxcheck::facts {

// The last line of the log that carries a loss or an accuracy; 0: none.
std::uint32_t LastMetricLine(const ir::Log& log);
// The same up to the line `until`.
std::uint32_t LastMetricLine(const ir::Log& log, std::uint32_t until);

// The last line of the run that `line` belongs to, of those that the log holds.
std::uint32_t EndOfRun(const ir::Log& log, std::uint32_t line);

// A finding about a file as a whole.
ir::Location WholeFile(const ir::Input& input);

// True if the log holds an event of the kind.
bool Has(const ir::Log& log, ir::EventKind kind);

// True if some event already says why the run stopped: a traceback, the
// empty-logs error, memory that ran out, an interruption.
bool StoppedByItself(const ir::Log& log);

// True if nearly every record states a level, all of those are WARNING or
// above, and none carries a metric.
bool OnlySevereRecords(const ir::Log& log);

// The first point of a log that lacks its first epochs.
struct LateBeginning {
  const Curve* curve = nullptr;
  double missing = 0;  // the epoch up to which, by the curve's own interval, nothing is there
};

// nullopt unless every curve of the log's first run that counts `min_epochs` epochs or more begins
// late enough that the points of the first `least_missing` epochs are not there.
std::optional<LateBeginning> BeginsLate(const Facts& facts, const ir::Log& log,
                                        double least_missing, double min_epochs);

// A place that explains why no batch or no record came.
struct Cause {
  ir::Location location;
  std::string text;  // "drop_last throws away the only batch: 64 > 48"
  std::string help;
};

// Why the configuration makes no batch, if it does not.
std::optional<Cause> NoBatchCause(const ir::Config& config);

// Why a log that should hold records may hold none: the level in force at its
// handler, no batch, a crash in a neighbouring log, mode "w". The likeliest first.
std::vector<Cause> SilenceCauses(const Facts& facts, const ir::Log& log);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_LIFECYCLE_H_
