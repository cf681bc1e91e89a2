// One JSON document: a History, a list of records, a Trainer's state.
#ifndef ONNXCHECK_PARSERS_LOG_JSON_DOCUMENT_H_
#define ONNXCHECK_PARSERS_LOG_JSON_DOCUMENT_H_

#include <string_view>

#include "parsers/log/collector.h"

namespace onnxcheck::parsers::log {

// {"loss": [..]}, {"loss": {"0": ..}}, [{"epoch": 1, "loss": ..}, ..], also deeper down. False,
// with the log in an undefined state, if the text is not one JSON document; a document that is only
// cut off is read as far as it goes. `file` names a list of numbers that has no name of its own, if
// it is the name of a loss or a metric.
bool ReadJsonDocument(std::string_view text, std::string_view file, Collector* collector);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_JSON_DOCUMENT_H_
