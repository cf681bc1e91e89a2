// Where one run ends and the next begins in the same file.
#ifndef ONNXCHECK_PARSERS_LOG_SEGMENTS_H_
#define ONNXCHECK_PARSERS_LOG_SEGMENTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/log.h"

namespace onnxcheck::parsers::log {

// The counters of one record; NaN: not stated by it.
struct Counters {
  std::uint32_t line = 0;
  double epoch = 0;
  double step = 0;
  bool train = false;   // measured on training data, so that the counters are the run's
  bool header = false;  // "Epoch 3/10" by itself
  double epochs = 0;    // of the header; NaN: unknown
};

class SegmentTracker {
 public:
  void Observe(const Counters& counters);
  // A sentence that begins a run ("Start training"); the same one again means another run, and if
  // a `process` says it, whatever its counters go on with.
  void RunStarts(std::uint32_t line, std::string_view text, bool process);
  // A record that measures nothing. The first two of a log that follow each other are its preamble;
  // when both come again after something was measured, so does the run.
  // Its shape is what of a message tells it from others.
  struct MessageShape {
    std::uint64_t hash = 0;  // of its letters
    std::size_t letters = 0;
  };
  static MessageShape ShapeOf(std::string_view text);
  // All of a text of so many bytes goes into its shape.
  static bool IsShort(std::size_t bytes);
  void Message(std::uint32_t line, std::string_view text, const MessageShape& shape);
  void Measurement() {
    last_message_ = 0;
    measured_ = true;
  }
  // A shell's prompt with a command that may train; every one but the first begins another run.
  void Command(std::uint32_t line);
  // A table's header again, or anything else that only a new run writes.
  void Boundary(std::uint32_t line);
  // A fold, a phase or a trial begins: counters start over within one run.
  void PhaseStarts() { phase_pending_ = true; }

  std::vector<ir::Segment> Finish(std::uint64_t lines) const;

 private:
  struct Start {
    std::uint32_t line;
    ir::SegmentStart kind;
    bool weak = false;  // from a preamble
    bool announced = false;
  };
  struct StepReset {
    Start start;
    double last;  // the step before it
  };
  void WeakBoundary(std::uint32_t line);
  void AddStepResets(std::vector<Start>* starts) const;
  void DropDoubtful();
  void Begin(std::uint32_t line, ir::SegmentStart kind, const Counters& counters);

  std::vector<Start> starts_;
  std::uint64_t observed_ = 0;
  std::uint64_t since_start_ = 0;  // training records of the current segment
  double first_epoch_ = 0;
  double last_epoch_ = 0;
  double first_step_ = 0;
  double last_step_ = 0;
  bool have_epoch_ = false;
  bool have_step_ = false;
  bool step_in_epoch_ = false;  // a step was seen since the epoch was named
  // A start is doubtful: a header of the same epoch again, steps that start over.
  std::size_t doubtful_ = 0;  // index in starts_, while one of these is set
  bool repeated_header_ = false;
  bool steps_before_epoch_ = false;
  bool phase_pending_ = false;
  bool boundary_pending_ = false;
  bool boundary_dated_ = false;
  std::uint32_t boundary_line_ = 0;
  bool boundary_weak_ = false;
  bool boundary_command_ = false;  // a sentence that begins the run may follow
  bool commanded_ = false;
  std::string start_text_;
  // Preamble: hashes of letters; 0: none.
  std::uint64_t preamble_first_ = 0;
  std::uint64_t preamble_second_ = 0;
  std::uint64_t last_message_ = 0;
  std::uint32_t last_message_line_ = 0;
  std::size_t last_message_letters_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t messages_since_start_ = 0;
  bool measured_ = false;  // since the last start
  // Without epochs, a step counter that starts over is a run or an unnamed epoch.
  bool epochs_seen_ = false;
  std::vector<StepReset> step_resets_;
};

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_SEGMENTS_H_
