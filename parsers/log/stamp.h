// The time that a record states, as a number.
#ifndef ONNXCHECK_PARSERS_LOG_STAMP_H_
#define ONNXCHECK_PARSERS_LOG_STAMP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onnxcheck::parsers::log {

struct Moment {
  // Days since 1970; empty where the stamp names no year, or no order of day and month.
  std::optional<std::int64_t> day;
  std::int32_t second = 0;  // of the day, in UTC if the stamp has a time zone: may be negative
  std::string date;         // what stands before the time of day, as written
};

// Reads what ReadPrefix found. nullopt: no time of day. `before`: a moment that mostly has the same
// date, which need not be read again.
std::optional<Moment> ReadMoment(std::string_view stamp, std::string_view zone,
                                 const Moment& before = {});

// Seconds from one moment to the next; nullopt where only the text of an unreadable date differs.
// Without any date, half a day back is midnight passed.
std::optional<double> SecondsBetween(const Moment& from, const Moment& to);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_STAMP_H_
