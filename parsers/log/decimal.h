// Logs that were written with a decimal comma: "loss: 0,75".
#ifndef ONNXCHECK_PARSERS_LOG_DECIMAL_H_
#define ONNXCHECK_PARSERS_LOG_DECIMAL_H_

#include <string>
#include <string_view>

namespace onnxcheck::parsers::log {

// Whether the beginning of `text` shows fractions with a comma, and hardly one with a point. Lists
// ("0,1,2"), groups of thousands ("1,234,567") and comma-separated cells show none.
bool HasDecimalCommas(std::string_view text);

// `text` with a point between digits wherever a comma stood between them. Linear; as long as
// `text`.
std::string WithDecimalPoints(std::string_view text);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_DECIMAL_H_
