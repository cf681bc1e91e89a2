// Training logs of any dialect: bytes to ir::Log.
#ifndef ONNXCHECK_PARSERS_LOG_LOG_H_
#define ONNXCHECK_PARSERS_LOG_LOG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/ir/log.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// How a log is read.
struct LogOptions {
  // Of Python's logging, that the run states (log/record_format.h).
  std::vector<std::string> formats;
  // For tests: nothing that comes of the log depends on these.
  bool templates = true;  // what is written alike is read alike (templates.h, ReadPlainRow)
  std::uint64_t trial_records = 5000;  // until dialects are settled
};

// Reads any bytes as a log. Never throws; memory is bounded by the points and
// events kept, which are limited (a kResourceLimit problem says where).
// `parts`: the files that the source was joined from, if any, for the places in the log.
ir::Log ParseLog(const Source& source, const LogOptions& options = {},
                 const std::vector<ir::LogPart>& parts = {});

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_LOG_LOG_H_
