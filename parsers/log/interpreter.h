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

  // Returns whether the record carries a loss or a metric. `structured`: names come from a schema.
  bool Record(const std::vector<Pair>& pairs, std::uint32_t line, bool structured,
              const Preset& preset);

 private:
  struct Entry {
    NameEntry* name;
    Split heading;  // of the part of the record it stands in
  };
  const std::vector<Pair>& MoveCounters(const std::vector<Pair>& pairs);
  void ReadCounters(const std::vector<Pair>& pairs, bool structured, std::uint32_t line);
  void ReadHeadings(const std::vector<Pair>& pairs);
  void NotePlan(std::uint32_t line);
  void NoteSteps(std::uint32_t line);
  void ReadBlock(const std::vector<Pair>& pairs);
  bool FindTotal(const std::vector<Pair>& pairs);
  bool IsEvaluationBar(const std::vector<Pair>& pairs);
  bool Emit(const Pair& pair, NameEntry* name, Split heading, bool structured, std::uint32_t line);
  void EmitTwins(const Pair& pair, NameEntry* name, Split heading, bool structured,
                 std::uint32_t line);
  void Statement(const Pair& pair, const NameEntry& name, std::uint32_t line);

  Collector* collector_;
  Split unsaid_;
  std::vector<Entry> entries_;
  std::vector<Pair> moved_;

  // Of the record at hand; NaN: not stated.
  Preset now_;
  bool own_epoch_ = false;
  bool own_step_ = false;
  bool step_opens_ = false;  // it stands at the record's front
  bool weak_step_ = false;   // an unnamed ratio
  bool main_loss_ = false;   // an unprefixed loss stands in the record
  bool header_ = false;
  double epoch_ = 0;  // carried over from records before
  double step_ = 0;
  Split block_ = Split::kUnknown;  // a heading on a line of its own
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

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_INTERPRETER_H_
