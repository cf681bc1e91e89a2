// The time and the level that logging writes in front of a message.
#ifndef ONNXCHECK_PARSERS_LOG_PREFIX_H_
#define ONNXCHECK_PARSERS_LOG_PREFIX_H_

#include <string_view>

#include "analyzer/ir/log.h"

namespace onnxcheck::parsers::log {

struct Prefix {
  bool time = false;
  ir::Level level = ir::Level::kNone;
  std::string_view body;    // what follows; the whole record if there is no prefix
  std::string_view stamp;   // the time as written, to the second; empty: none
  std::string_view zone;    // "Z" or "+02:00" behind it; empty: none
  std::string_view writer;  // "[rank0]:", "(trainer pid=61260)"; empty: none
};

// Reads time stamps (ISO 8601, asctime, time of day, glog), levels as words or letters and rank
// tags.
Prefix ReadPrefix(std::string_view record);

// "INFO", "warn", "E": kNone if it is no level.
ir::Level LevelOf(std::string_view word);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_PREFIX_H_
