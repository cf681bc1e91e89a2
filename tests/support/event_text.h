// TensorBoard event files from a description.
#ifndef ONNXCHECK_TESTS_SUPPORT_EVENT_TEXT_H_
#define ONNXCHECK_TESTS_SUPPORT_EVENT_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace onnxcheck::tests {

// A record as TensorFlow frames it.
std::string TfRecord(std::string_view payload);

// Protobuf: a length-delimited field, a varint field.
std::string BytesField(std::uint32_t number, std::string_view value);
std::string VarintField(std::uint32_t number, std::uint64_t value);

// An event of one simple value; wall_time in seconds since 1970.
std::string ScalarEvent(std::string_view tag, double step, float value, double wall_time);

// One record a line:
//   version                 what every event file begins with
//   graph BYTES             a graph of so many bytes
//   STEP TAG VALUE ...      a record for each pair
//   damaged STEP TAG VALUE  the same with a byte changed behind the checksum's back
//   cut STEP TAG VALUE      the first half of it
// Wall times are 10 s apart. Throws std::invalid_argument for anything else.
std::string EventsFromText(std::string_view text);

}  // namespace onnxcheck::tests

#endif  // ONNXCHECK_TESTS_SUPPORT_EVENT_TEXT_H_
