// How ONNX's floating-point types are laid out in bits, and what numbers follow from it.
#ifndef ONNXCHECK_ANALYZER_FACTS_FLOAT_LAYOUT_H_
#define ONNXCHECK_ANALYZER_FACTS_FLOAT_LAYOUT_H_

#include <cstdint>
#include <optional>

#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

// What the largest exponent and the negative zero mean.
enum class SpecialNumbers {
  kIeee,         // infinity and NaN
  kNanAllOnes,   // NaN with all bits set; the rest are numbers (E4M3FN)
  kNanNegative,  // NaN in place of -0 (the FNUZ types)
  kNone,         // numbers only (E2M1)
  kScale,        // powers of 2 without sign, zero or subnormals; NaN with all bits set (E8M0)
};

struct FloatLayout {
  int exponent_bits;
  int mantissa_bits;
  int bias;
  SpecialNumbers special;
};

// IEEE 754; bfloat16 and the 8-bit and 4-bit types as in
// https://onnx.ai/onnx/technical/float8.html and float4.html. nullopt: not a floating-point type.
std::optional<FloatLayout> LayoutOf(ir::ElementType type);

// The number that the bits of one element of at most 32 bits stand for.
double FromBits(std::uint32_t bits, const FloatLayout& layout);

double LargestOf(const FloatLayout& layout);         // finite
double SmallestNormalOf(const FloatLayout& layout);  // positive
double SmallestOf(const FloatLayout& layout);        // positive, subnormal if the type has such
double EpsilonOf(const FloatLayout& layout);         // from 1 to the next number

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_FLOAT_LAYOUT_H_
