// What a run reported: columnar series of numbers, and events.
#ifndef ONNXCHECK_ANALYZER_IR_LOG_H_
#define ONNXCHECK_ANALYZER_IR_LOG_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/ir/column.h"
#include "analyzer/ir/input.h"

namespace onnxcheck::ir {

// What a series measures. One table (parsers/log/roles) recognises them for
// every dialect.
enum class Role : std::uint8_t {
  kOther,
  kTrainLoss,
  kValidationLoss,
  kTestLoss,
  kLossComponent,
  kTrainAccuracy,
  kValidationAccuracy,
  kTestAccuracy,
  kMetric,
  kPerplexity,
  kReward,
  kLearningRate,
  kGradientNorm,
  kLossScale,
  kEpoch,
  kStep,
  kTime,
  kThroughput,
  kMemory,
};

// Where points stand. All columns have the same length. Unknown step or epoch is NaN.
struct Positions {
  Column<std::uint32_t> line;  // 1-based, never descending
  Column<double> step;
  Column<double> epoch;
};

// Points in file order. All columns have the same length. A value may be NaN or Inf only where the
// log says so.
struct Series {
  std::string name;  // as written
  Role role = Role::kOther;
  bool percent = false;    // accuracy-like values are in 0..100 rather than 0..1
  bool per_epoch = false;  // one value an epoch (an epoch's summary), not one a step
  // Never null. Series that the same records measure have one in common.
  std::shared_ptr<const Positions> at = std::make_shared<Positions>();
  std::vector<double> value;
  std::vector<double> time;  // seconds since 1970; empty where records state none
};

// What a file that is read as a log turns out to be. Most rules are about training only.
enum class LogNature : std::uint8_t {
  kTraining,       // in doubt, and what ended before its first metric
  kEvaluation,     // measures a finished model, trains nothing
  kPreparation,    // of data or an environment: downloads, conversions, installs
  kServing,        // an inference server or a benchmark of one
  kNotes,          // prose, a table of results written by hand, a paper's build log
  kConfiguration,  // settings that were printed or saved
  kOther,          // source code, binary data, a list of files, ...
};

enum class Level : std::uint8_t { kNone, kDebug, kInfo, kWarning, kError, kCritical };
inline constexpr std::size_t kLevels = 6;

struct LevelCount {
  std::uint64_t records = 0;
  std::uint64_t metric_records = 0;  // records that carry a loss or a metric
  std::uint32_t first_line = 0;
  std::uint32_t first_metric_line = 0;
};

enum class EventKind : std::uint8_t {
  kTraceback,  // Python traceback; exception, message and frame are filled in
  kEmptyLogs,  // Keras: "Unexpected result of `train_function` (Empty logs)" and kin
  kOutOfMemory,
  kInterrupted,      // Ctrl-C, scheduler cancellation, time limit
  kNonfiniteNotice,  // the framework itself says that the loss is NaN
  kFrameworkWarning,
  kError,  // a line at ERROR or CRITICAL level, or an error message printed
  kRunStart,
  kRunEnd,
  kCheckpoint,
  kEarlyStopping,
  kVariation,   // a fold, seed, trial, model or setting is named that a fresh training is meant for
  kRound,       // "Round 3 of 5 done": a loop around the training counts
  kRecovery,    // "retrying in 5 s": what went wrong just before was dealt with
  kFailedExit,  // a scheduler or launcher states an exit status other than 0, in `message`
};

struct Event {
  EventKind kind = EventKind::kError;
  std::uint32_t line = 0;  // as in Series
  Location location;
  Level level = Level::kNone;
  std::string text;       // the line, at most 500 bytes, control bytes removed
  std::string exception;  // root exception's type: "AttributeError"
  std::string message;    // root exception's message; "exit code 1", "signal 9"
  std::string frame;      // innermost frame in user code: "train.py:12 in fit"
};

enum class SegmentStart : std::uint8_t { kFirst, kRestart, kResume };

// A log may hold several runs one after another.
struct Segment {
  std::uint32_t first_line = 0;  // inclusive, 1-based
  std::uint32_t last_line = 0;   // inclusive
  SegmentStart start = SegmentStart::kFirst;
  // A banner, a table's header or the first messages of the log come again at its beginning;
  // otherwise its counters alone tell it from the one before.
  bool announced = false;
};

// One of the files that a log consists of: rotated backups, a folder's event files.
struct LogPart {
  std::string path;
  std::uint32_t first_line = 1;  // of the log's lines, counted through all parts
};

// Records that were each written `times` times in direct succession.
struct Repetition {
  std::uint32_t first_line = 0;
  std::uint32_t records = 0;   // different ones
  std::uint32_t measured = 0;  // of these, with a metric, a level or a time
  std::uint32_t times = 0;     // at least 2
};

struct ClockStep {
  std::uint32_t line = 0;
  double seconds = 0;  // by which it is earlier than the record before
  bool dated = false;  // both say the day, so that it is no other one
};

struct EmptyEpoch {
  std::uint32_t line = 0;  // of its header
  double epoch = 0;
  std::uint32_t messages = 0;  // records up to the next header that are no bar; none has a metric
};

// How a log was written, as opposed to what it says. Lists hold the first few of their kind.
struct Writing {
  std::vector<Repetition> repetitions;
  std::uint64_t bars = 0;        // records that are a progress bar and carry no metric
  std::uint64_t bar_states = 0;  // states of bars that later ones overwrote
  double seconds = 0;            // that the time stamps pass through, steps back left out
  std::uint64_t clock_steps = 0;
  std::vector<ClockStep> clock_back;
  std::uint64_t epoch_headers = 0;  // "Epoch 3/10" on a line of its own
  EmptyEpoch last_header;           // empty or not; line 0: there is none
  std::uint64_t empty_epochs = 0;   // headers that another follows with no metric in between
  std::vector<EmptyEpoch> empty;
};

// How far the last record on training that says so has come: "25/100", "total_steps": 100.
struct Progress {
  std::uint32_t line = 0;  // as in Series; 0: none says so
  double step = 0;
  double steps = 0;     // in all, of the epoch or of the run
  double interval = 0;  // since the record before that has the same `steps`; 0: there is none
};

// Lines of one kind; `first` is as in Series.
struct LineCount {
  std::uint64_t count = 0;
  std::uint32_t first = 0;
};

// What a strict reader of one JSON object a line finds in a text. A last line without its end is
// left out, blank lines are no lines.
struct JsonLines {
  std::uint64_t objects = 0;  // one object and nothing else
  std::uint64_t logged = 0;   // of these, with a level, or with a time and a message
  LineCount cut;              // the line ends before its object does
  LineCount joined;           // another object begins inside of the first, or behind it
  LineCount invalid;          // begins like an object, and is none
  LineCount dictionaries;     // of Python: {'loss': 0.5}
  LineCount traces;           // of a traceback
  LineCount text;             // anything else
};

struct Log {
  Input input;
  // In the order they were written, if there is more than one; input.path is the last of them.
  std::vector<LogPart> parts;
  std::string encoding;  // what was converted: "UTF-16LE", "GBK"; empty for UTF-8 as it stands
  bool binary = false;   // "lines" are the numbers of a binary file's records
  std::uint64_t lines = 0;
  std::uint64_t last_line = 0;       // that is not blank
  std::uint64_t records = 0;         // non-blank lines after joining progress bars
  std::uint64_t metric_records = 0;  // records that gave at least one point
  std::uint64_t timestamped_records = 0;
  bool structured = false;  // CSV, JSON lines: columns are named by a schema
  LogNature nature = LogNature::kTraining;
  std::string nature_reason;  // what shows it, in words; empty for kTraining
  std::array<LevelCount, kLevels> levels{};
  std::vector<Series> series;     // in order of first appearance
  std::vector<Event> events;      // in file order
  std::vector<Segment> segments;  // never overlapping, in file order; empty for an empty log
  Progress progress;
  Writing writing;                  // of texts that are read line by line; else empty
  JsonLines json;                   // the same
  std::optional<Location> cut_off;  // the last record is incomplete

  // Facts stated in the text.
  std::optional<Located<double>> planned_epochs;   // "Epoch 1/10", the largest stated
  std::optional<Located<double>> steps_per_epoch;  // "1/32", as a bar states it
  std::optional<Located<double>> classes;
  std::optional<Located<double>> total_parameters;
  std::optional<Located<double>> trainable_parameters;
};

// Where a line of the log is: in which file, and there a line or, in a binary file, a record.
inline Location LineLocation(const Log& log, std::uint32_t line) {
  Location location;
  location.path = log.input.path;
  const auto behind =
      std::upper_bound(log.parts.begin(), log.parts.end(), line,
                       [](std::uint32_t at, const LogPart& part) { return at < part.first_line; });
  if (behind != log.parts.begin()) {
    const LogPart& part = *(behind - 1);
    location.path = part.path;
    line = line - part.first_line + 1;
  }
  if (log.binary && line > 0) {
    location.logical = "record " + std::to_string(line);
  } else {
    location.line = line;
  }
  return location;
}

inline bool Trains(const Log& log) { return log.nature == LogNature::kTraining; }

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_LOG_H_
