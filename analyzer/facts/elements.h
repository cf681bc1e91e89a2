// Elements of small tensors as numbers.
#ifndef ONNXCHECK_ANALYZER_FACTS_ELEMENTS_H_
#define ONNXCHECK_ANALYZER_FACTS_ELEMENTS_H_

#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/ir/tensor.h"

namespace onnxcheck::facts {

// Elements in little-endian raw form (ir::Tensor::elements) as doubles: all
// types but strings and complex numbers, for which nothing is returned. 4-bit
// types come two to a byte, low half first; a half that only fills the last
// byte is one element too many, which `count` cuts off.
// 64-bit integers beyond 2^53 are rounded.
std::optional<std::vector<double>> DecodeElements(ir::ElementType type, std::string_view bytes,
                                                  std::size_t count);

// As many as the bytes hold.
std::optional<std::vector<double>> DecodeElements(ir::ElementType type, std::string_view bytes);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_ELEMENTS_H_
