// A Keras History as print() shows it: "{'loss': [0.75, 0.5], 'val_loss': [0.875, 0.625]}".
#ifndef ONNXCHECK_PARSERS_LOG_PRINTED_HISTORY_H_
#define ONNXCHECK_PARSERS_LOG_PRINTED_HISTORY_H_

#include <cstdint>
#include <string_view>

#include "parsers/log/collector.h"

namespace onnxcheck::parsers::log {

// Adds the curves of losses and metrics, the position counting epochs from 0, except those of names
// that the log has points of already: what was logged on the way is only told again. Returns
// whether there were any.
bool ReadPrintedHistory(std::string_view body, std::uint32_t line, Collector* collector);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_PRINTED_HISTORY_H_
