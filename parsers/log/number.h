// Numbers and their units, as logs write them.
#ifndef ONNXCHECK_PARSERS_LOG_NUMBER_H_
#define ONNXCHECK_PARSERS_LOG_NUMBER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace onnxcheck::parsers::log {

enum class Unit : std::uint8_t { kNone, kPercent, kTime, kThroughput, kMemory };

// A number at the front, as logs write it: sign, digits, fraction, exponent, nan, inf. Returns its
// length; 0 if there is none. Out of range becomes an infinity or zero.
std::size_t ReadNumber(std::string_view text, double* value, bool* whole);

// The unit a number's suffix names: "ms/step", "MB". `factor` is what the number is multiplied by
// ("2.5k"); 0 with kNone: no suffix that is known.
Unit UnitOf(std::string_view suffix, double* factor);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_NUMBER_H_
