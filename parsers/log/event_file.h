// TensorBoard event files, one or several of a run, as one log.
#ifndef ONNXCHECK_PARSERS_LOG_EVENT_FILE_H_
#define ONNXCHECK_PARSERS_LOG_EVENT_FILE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/ir/config.h"
#include "analyzer/ir/log.h"
#include "parsers/log/collector.h"
#include "parsers/log/summary.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// Takes the files of one run in the order they were written; a file is not needed any more once it
// is added. A line of the log is a record, numbered from 1 through all files.
//
// Points of every file are kept. Where a run was preempted and began again at an earlier step (its
// later points then supersede the earlier ones, as TensorBoard shows them), a segment begins.
//
// Checksums: every record's length, and the payload of every record that is at most 4 KiB long or
// from which a number is taken. Other payloads (images, histograms, graphs) are not touched. A
// record whose checksum fails is left out and counted in a kCorruptRecord problem.
class EventFileReader {
 public:
  EventFileReader();
  EventFileReader(const EventFileReader&) = delete;
  EventFileReader& operator=(const EventFileReader&) = delete;

  void Add(const Source& source);
  ir::Log Finish();
  // What the run says of its settings, if anything (hparams.h); comes after Finish().
  std::optional<ir::Config> Settings();

 private:
  void Read(const Source& source);
  void Record(std::uint32_t line, log::Split split);
  void NoteCorrupt(std::uint32_t line, const char* what);
  std::uint32_t StepsBackAt(const ir::Series& main, std::size_t point) const;
  void FindSegments();

  ir::Log log_;
  log::Collector collector_;
  log::SummaryEvent event_;
  std::vector<ir::LogPart> parts_;
  std::uint64_t corrupt_ = 0;
  ir::Problem first_corrupt_;
  std::vector<ir::Entry> settings_;
};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_LOG_EVENT_FILE_H_
