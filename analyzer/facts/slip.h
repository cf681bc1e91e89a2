// Words that are one slip of the pen apart.
#ifndef ONNXCHECK_ANALYZER_FACTS_SLIP_H_
#define ONNXCHECK_ANALYZER_FACTS_SLIP_H_

#include <string_view>

namespace onnxcheck::facts {

// One character wrong, missing or too many, or two neighbours swapped; false for equal words.
// Linear in their length.
bool DiffersByASlip(std::string_view a, std::string_view b);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SLIP_H_
