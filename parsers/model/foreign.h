// What a file that was named as a model is when it is none.
#ifndef ONNXCHECK_PARSERS_MODEL_FOREIGN_H_
#define ONNXCHECK_PARSERS_MODEL_FOREIGN_H_

#include <optional>
#include <string_view>

#include "analyzer/ir/input.h"

namespace onnxcheck::parsers {

// kLfsPointer, kNotAModel or (for no bytes at all) kMalformedModel; absent when
// the content resembles nothing else. Message and help only, no location.
std::optional<ir::Problem> RecogniseForeign(std::string_view bytes);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_FOREIGN_H_
