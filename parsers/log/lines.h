// Line-wise logs: dialect patterns, JSON records, and the general scanner for all else.
#ifndef ONNXCHECK_PARSERS_LOG_LINES_H_
#define ONNXCHECK_PARSERS_LOG_LINES_H_

#include <cstdint>
#include <string_view>

#include "parsers/log/collector.h"
#include "parsers/log/log.h"
#include "parsers/source.h"

namespace onnxcheck::parsers::log {

struct LinesResult {
  std::uint64_t collapsed = 0;  // states of progress bars that were passed over
  bool found_curve = false;     // a loss or a metric has several points
  std::uint64_t known = 0;      // records that were read by a template
};

// `source`: see RecordReader. `expand`: every step of a progress bar is a record.
LinesResult ReadLines(std::string_view text, const Source* source, bool expand, Split unsaid,
                      const LogOptions& options, Collector* collector);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_LINES_H_
