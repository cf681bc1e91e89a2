// The general scanner: finds names with numbers in any line of text.
//
//   "Epoch 3/10 | train loss: 0.51 | acc 93.2%"  ->  Epoch 3 of 10, train loss 0.51, acc 93.2 %
#ifndef ONNXCHECK_PARSERS_LOG_SCANNER_H_
#define ONNXCHECK_PARSERS_LOG_SCANNER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "parsers/log/number.h"

namespace onnxcheck::parsers::log {

struct Pair {
  enum class Kind : std::uint8_t {
    kNumber,    // value
    kRatio,     // value of second, both whole: "3/10"; second is NaN for "3/Unknown"
    kAveraged,  // value (second): the second is an average
    kTwin,      // a/b: value/second, two numbers under a name that lists two
    kHeading,   // words without a number
  };
  std::string_view name;  // as written, words separated by single blanks at most; may be empty
  double value = 0;
  double second = 0;
  Kind kind = Kind::kNumber;
  char separator = 0;  // ':' '=' '[' ' ' (name next to number) or 0 (no name)
  Unit unit = Unit::kNone;
  bool whole = false;  // written without point and exponent
  bool first = false;  // nothing but punctuation stands before it
};

struct ScanResult {
  std::vector<Pair> pairs;  // in the order of the text
  bool trigger = false;     // a word that events are made of occurs
  bool limited = false;     // more than kMaxPairsPerRecord
};

// Linear in the text. `result` is cleared first; its names point into `text`.
void Scan(std::string_view text, ScanResult* result);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_SCANNER_H_
