// Facts about a run that a log states once: the size of the model, the number of classes.
#ifndef ONNXCHECK_PARSERS_LOG_STATEMENTS_H_
#define ONNXCHECK_PARSERS_LOG_STATEMENTS_H_

#include <cstdint>
#include <string_view>

#include "parsers/log/collector.h"

namespace onnxcheck::parsers::log {

// A number under this name is such a fact.
bool IsStatement(std::string_view name);

// Keeps the first one of its kind; a value that cannot be one is passed over.
void NoteStatement(std::string_view name, double value, std::uint32_t line, Collector* collector);

// The name is `lower` or ends in it behind a blank; its case is ignored.
bool EndsWithWord(std::string_view name, std::string_view lower);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_STATEMENTS_H_
