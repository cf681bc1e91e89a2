// From the pairs of a record to points with a role, a step and an epoch.
#ifndef ONNXCHECK_PARSERS_LOG_INTERPRETER_H_
#define ONNXCHECK_PARSERS_LOG_INTERPRETER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/log/collector.h"
#include "parsers/log/scanner.h"

namespace onnxcheck::parsers::log {

class Interpreter {
 public:
  // `unsaid`: the split of numbers for which neither name nor record says one.
  Interpreter(Collector* collector, Split unsaid) : collector_(collector), unsaid_(unsaid) {}

  // Counters a dialect's pattern has read from the record that comes next.
  struct Preset {
    double epoch, epochs, step, steps;  // NaN: not stated
    Split split = Split::kUnknown;
    Preset();
  };

  // What the names and the forms of a record's pairs say: the same for every record that is written
  // alike, so that it is found out once for many (parsers/log/templates). Of the numbers it has
  // been seen only what `watched` says.
  class Reading {
   public:
    // The record changes nothing, whatever its numbers are.
    bool inert() const { return inert_; }
    // Numbers were taken out of the pairs: they cannot be put in again.
    bool moved() const { return moved_; }

   private:
    friend class Interpreter;
    struct Entry {
      NameEntry* name;
      Split heading;  // of the part of the record it stands in
    };
    struct Watched {
      std::uint32_t pair;
      std::uint8_t seen;    // NumberClass in reading.cc
      double least, limit;  // so much of that class lies from here to there
    };
    struct Emission {
      NameEntry* name;
      Split split;
      std::uint32_t pair;
      enum class Of : std::uint8_t { kValue, kSecond, kQuotient } of;
    };
    std::vector<Entry> entries_;
    std::vector<Watched> watched_;
    Preset said_;
    bool structured_ = false;
    bool empty_ = false;
    bool moved_ = false;
    bool inert_ = false;
    bool own_epoch_ = false;
    bool own_step_ = false;
    int epoch_ = -1;  // the pair that states it; -1: none, or `said_`
    int step_ = -1;
    int total_ = -1;       // the pair that states the steps in all
    bool epochs_ = false;  // that pair's second number is the total
    bool steps_ = false;
    bool step_opens_ = false;  // it stands at the record's front
    bool weak_step_ = false;   // an unnamed ratio
    bool main_loss_ = false;   // an unprefixed loss stands in the record
    bool header_ = false;
    bool phase_ = false;       // a fold or a stage is named
    bool candidates_ = false;  // a loss or a metric may come of it
    bool may_evaluate_ = false;
    bool block_ = false;  // a heading on a line of its own
    Split block_split_ = Split::kUnknown;
    bool block_passes_ = false;  // it ends where a step is counted
    std::uint64_t revision_ = 0;
    std::vector<std::uint32_t> statements_;
    // What becomes a point, under the state that the next three describe.
    bool planned_ = false;
    bool planned_evaluates_ = false;
    Split planned_block_ = Split::kUnknown;
    std::vector<Emission> emissions_;
    Collector::Batch batch_;  // of these
    bool measured_ = false;
    bool train_ = false;
    bool train_loss_ = false;
  };

  // Returns whether the record carries a loss or a metric. `structured`: names come from a schema.
  bool Record(const std::vector<Pair>& pairs, std::uint32_t line, bool structured,
              const Preset& preset);

  // Record() in two steps. `pairs` of the second are those that the first one has returned, or
  // others of the same form whose numbers the reading covers.
  const std::vector<Pair>& Read(const std::vector<Pair>& pairs, bool structured,
                                const Preset& preset, Reading* reading);
  bool Apply(const std::vector<Pair>& pairs, std::uint32_t line, Reading* reading);
  // False: numbers as in `pairs` may mean something else, and the record must be read anew.
  bool Covers(const Reading& reading, const std::vector<Pair>& pairs) const {
    if (reading.revision_ != revision_) return false;
    for (const Reading::Watched& watched : reading.watched_) {
      const double value = pairs[watched.pair].value;
      const bool within = watched.least <= value && value < watched.limit;
      if (!within && !IsLike(watched, pairs[watched.pair])) return false;
    }
    return true;
  }

 private:
  const std::vector<Pair>& MoveCounters(const std::vector<Pair>& pairs, Reading* reading);
  void ReadCounters(const std::vector<Pair>& pairs, Reading* reading);
  void ReadHeadings(const std::vector<Pair>& pairs, Reading* reading);
  void NotePlan(std::uint32_t line);
  void NoteSteps(std::uint32_t line, bool weak);
  static bool ShareSplits(const std::vector<Pair>& pairs, Reading* reading);
  static void ShareSplit(const std::vector<Pair>& pairs, Reading* reading);
  void ReadBlock(const std::vector<Pair>& pairs, Reading* reading);
  bool FindTotal(const std::vector<Pair>& pairs, const Reading& reading);
  static bool IsLike(const Reading::Watched& watched, const Pair& pair);
  static void Watch(const Pair& pair, std::uint32_t index, Reading* reading);
  static bool IsEvaluationBar(const std::vector<Pair>& pairs, const Reading& reading);
  void Plan(const std::vector<Pair>& pairs, bool evaluates, Reading* reading);
  bool Emit(const Pair& pair, std::uint32_t index, NameEntry* name, Split heading,
            Reading* reading);
  void AddPoints(const std::vector<Pair>& pairs, const Place& place, Reading* reading);
  void EmitTwins(const Pair& pair, std::uint32_t index, NameEntry* name, Split heading,
                 Reading* reading);

  Collector* collector_;
  Split unsaid_;
  std::uint64_t revision_ = 0;  // of what names mean
  std::vector<Pair> moved_;
  Reading reading_;  // of records that are read one by one

  Preset now_;                  // of the record at hand; NaN: not stated
  double epoch_ = 0;            // carried over from records before
  double measured_epoch_ = -1;  // stated by the last record that measured something
  double step_ = 0;
  Split block_ = Split::kUnknown;  // a heading on a line of its own
  bool block_passes_ = false;
  // Progress bars: after the last state of an epoch, a bar without a header is an evaluation.
  bool headers_seen_ = false;
  bool epoch_open_ = false;
  double bar_total_ = 0;
  bool started_ = false;
  bool train_loss_seen_ = false;
  // Steps an epoch are believed once a counter has reached them or started over.
  double claimed_steps_ = 0;
  double claimed_step_ = 0;
  double claimed_epoch_ = 0;
  std::uint32_t claimed_line_ = 0;
};

// Words beside a number name it only if all of them are known: "loss 0.5", not "improved from 0.5".
bool IsReadable(const Pair& pair, const Name& name);
// "current accu", beside the best one.
bool SaysNow(std::string_view name);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_INTERPRETER_H_
