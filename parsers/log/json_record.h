// One JSON object on a line, flattened to pairs.
#ifndef ONNXCHECK_PARSERS_LOG_JSON_RECORD_H_
#define ONNXCHECK_PARSERS_LOG_JSON_RECORD_H_

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/log.h"
#include "parsers/log/roles.h"
#include "parsers/log/scanner.h"

namespace onnxcheck::parsers::log {

class JsonRecord {
 public:
  enum class Result { kObject, kObjectAndMore, kNotJson, kCutOff };

  // Numbers become pairs (bare NaN and Infinity are numbers, null and numbers inside of arrays are
  // not); names live until the next call. kCutOff: valid as far as it goes. kObjectAndMore: other
  // text stands behind the object, from `end()` on.
  Result Read(std::string_view text, std::vector<Pair>* pairs);
  std::size_t end() const { return end_; }

  // Well-known keys of structured logging.
  ir::Level level() const { return level_; }
  bool timestamped() const { return timestamped_; }
  // "mode": "val", as OpenMMLab says it.
  Split split() const { return split_; }
  const std::string& message() const { return message_; }

 private:
  friend class JsonHandler;
  std::deque<std::string> names_;  // keeps addresses
  std::size_t used_names_ = 0;
  ir::Level level_ = ir::Level::kNone;
  bool timestamped_ = false;
  Split split_ = Split::kUnknown;
  std::string message_;
  std::size_t end_ = 0;
};

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_JSON_RECORD_H_
