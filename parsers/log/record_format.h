// Formats of Python's logging that a run's configuration or script states.
//
// What stands in front of a message is learned from the log itself (prefix.h, templates.h). This is
// for what cannot be learned: "%(message)s <- %(name)s:%(lineno)d", "step=%(lineno)d %(message)s".
// https://docs.python.org/3/library/logging.html#logrecord-attributes
#ifndef ONNXCHECK_PARSERS_LOG_RECORD_FORMAT_H_
#define ONNXCHECK_PARSERS_LOG_RECORD_FORMAT_H_

#include <string>
#include <string_view>
#include <vector>

namespace onnxcheck::parsers::log {

// True if a record of this format must be taken apart by it: a field stands behind the message, or
// one in front looks like a counter or a name of the message's own. Styles "%", "{" and "$".
bool NeedsItsFormat(std::string_view format);

// The text with each record of one of these formats as "time LEVEL message", in the same line; the
// format that fits most of the first lines counts. Empty if none fits half of them: a log that
// another handler wrote. Formats with which NeedsItsFormat() is false are passed over. Linear;
// empty, too, for texts above 64 MiB.
std::string InUsualFormat(std::string_view text, const std::vector<std::string>& formats);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_RECORD_FORMAT_H_
