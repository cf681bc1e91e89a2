// Sentences and tracebacks that tell what happened to a run.
#ifndef ONNXCHECK_PARSERS_LOG_EVENTS_H_
#define ONNXCHECK_PARSERS_LOG_EVENTS_H_

#include <absl/container/flat_hash_map.h>
#include <absl/types/span.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/log/collector.h"
#include "parsers/log/prefix.h"
#include "parsers/log/records.h"
#include "parsers/log/traceback.h"

namespace onnxcheck::parsers::log {

// One sentence that means an event. Case is ignored.
struct EventPattern {
  ir::EventKind kind;
  std::string_view needle;        // lower case
  std::string_view without = {};  // lower case; a record with this too is something else
  bool at_start = false;          // the message begins with the needle
  bool process = false;           // kRunStart: a process says it, not one of its trainings
};
absl::Span<const EventPattern> EventPatterns();

class EventFinder {
 public:
  explicit EventFinder(Collector* collector) : collector_(collector), tracebacks_(collector) {}

  // True while a traceback is being read: the record belongs to it.
  bool Consume(const Record& record);
  // False: it means nothing.
  bool Find(const Record& record, const Prefix& prefix, bool measured);
  // Outside of tracebacks only records that mention one are consumed.
  bool outside() const { return tracebacks_.outside(); }
  // What Find() makes of a record like this may depend on its numbers.
  static bool NumbersMatter(std::string_view body);
  void Finish(bool terminated);

 private:
  void Add(ir::EventKind kind, const Record& record, const Prefix& prefix,
           std::string_view message = {});

  Collector* collector_;
  TracebackReader tracebacks_;
  absl::flat_hash_map<std::string, std::size_t> seen_;
  std::string lower_;
};

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_EVENTS_H_
