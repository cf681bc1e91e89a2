// How the records of a log were written: repeated, on a clock that goes back, as bars, with nothing
// in an epoch.
#ifndef ONNXCHECK_PARSERS_LOG_WRITING_H_
#define ONNXCHECK_PARSERS_LOG_WRITING_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/ir/log.h"
#include "parsers/log/prefix.h"
#include "parsers/log/stamp.h"

namespace onnxcheck::parsers::log {

// What is known of a record once it has been read.
struct WrittenRecord {
  std::uint32_t line = 0;
  std::string_view text;     // the whole record
  bool lasting = false;      // the text outlives the record
  std::string_view body;     // without time, level and writer
  const Prefix* prefix;      // of it
  bool measured = false;     // carries a loss or a metric
  bool overwritten = false;  // last state of a bar
};

// Costs about 10 ns a record of 100 bytes: a comparison with the body before and a copy of the
// body. A time stamp is read once a second of the log.
class WritingTracker {
 public:
  void Add(const WrittenRecord& record);
  // "Epoch 3/10" on a line of its own; comes before Add() of the same record.
  void EpochBegins(std::uint32_t line, double epoch);
  void Finish(std::uint64_t bar_states, ir::Writing* writing);

 private:
  void CloseGroup();
  void ClosePhase();
  void List(const ir::Repetition& phase);
  void ReadClock(const WrittenRecord& record);

  ir::Writing result_;
  // The group of equal records at hand.
  std::string_view body_;
  std::string_view writer_;
  std::string kept_body_;  // of a record that does not last
  std::string kept_writer_;
  std::size_t size_ = 0;
  std::uint32_t group_line_ = 0;
  std::uint32_t times_ = 0;
  bool informative_ = false;
  bool writers_differ_ = false;
  double group_second_ = 0;
  // Groups of equally many records.
  ir::Repetition phase_;
  ir::Repetition phase_before_;  // directly before it; no records: none
  bool before_listed_ = false;

  std::string stamp_;
  std::string zone_;
  Moment moment_;
  bool have_moment_ = false;
  double clock_ = 0;  // seconds passed through

  ir::EmptyEpoch epoch_;
  bool epoch_open_ = false;
  bool header_ = false;  // the record at hand is one
};

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_WRITING_H_
