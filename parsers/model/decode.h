// Little-endian elements of every ONNX number type to floats and doubles, without branches, so that
// the compiler makes vectors of the loops. Header-only: it is compiled for several instruction
// sets. Formats: https://onnx.ai/onnx/technical/float8.html, float4.html and int4.html in the same
// place.
#ifndef ONNXCHECK_PARSERS_MODEL_DECODE_H_
#define ONNXCHECK_PARSERS_MODEL_DECODE_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "analyzer/ir/tensor.h"

namespace onnxcheck::parsers {

// 2^exponent as a float.
constexpr float PowerOfTwo(int exponent) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(exponent + 127) << 23);
}

constexpr std::uint32_t kFloatInfinity = 0x7f800000U;

// A float with kExponent bits of exponent behind the sign and a bias of kBias: its magnitude is put
// where a float has its own and scaled by the difference of the biases, which is exact.
template <int kWidth, int kExponent, int kBias>
constexpr std::uint32_t SmallFloat(std::uint32_t bits) {
  constexpr std::uint32_t kMagnitude = (1U << (kWidth - 1)) - 1;
  constexpr int kShift = 23 - (kWidth - 1 - kExponent);
  const float magnitude =
      std::bit_cast<float>((bits & kMagnitude) << kShift) * PowerOfTwo(127 - kBias);
  return std::bit_cast<std::uint32_t>(magnitude) | (bits >> (kWidth - 1)) << 31;
}

constexpr float FromFloat16(std::uint32_t bits) {
  const std::uint32_t special = (bits & 0x7c00U) == 0x7c00U ? kFloatInfinity : 0;
  return std::bit_cast<float>(SmallFloat<16, 5, 15>(bits) | special);
}
constexpr float FromBfloat16(std::uint32_t bits) { return std::bit_cast<float>(bits << 16); }
constexpr float FromE4M3FN(std::uint32_t bits) {
  const std::uint32_t special = (bits & 0x7fU) == 0x7fU ? kFloatInfinity : 0;
  return std::bit_cast<float>(SmallFloat<8, 4, 7>(bits) | special);
}
constexpr float FromE4M3FNUZ(std::uint32_t bits) {
  const std::uint32_t special = bits == 0x80U ? kFloatInfinity | 1U : 0;
  return std::bit_cast<float>(SmallFloat<8, 4, 8>(bits) | special);
}
constexpr float FromE5M2(std::uint32_t bits) { return FromFloat16(bits << 8); }
constexpr float FromE5M2FNUZ(std::uint32_t bits) {
  const std::uint32_t special = bits == 0x80U ? kFloatInfinity | 1U : 0;
  return std::bit_cast<float>(SmallFloat<8, 5, 16>(bits) | special);
}
constexpr float FromE8M0(std::uint32_t bits) {
  const std::uint32_t special = bits == 0xffU ? 1U : 0;
  return std::bit_cast<float>(bits == 0 ? 0x00400000U : bits << 23 | special);
}

inline __attribute__((always_inline)) std::uint32_t Nibble(const char* bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index / 2]) >> (4 * (index % 2)) & 0xfU;
}

template <typename From, typename To, typename Convert>
inline __attribute__((always_inline)) void DecodeEach(const char* bytes, std::size_t n, To* out,
                                                      Convert convert) {
  for (std::size_t i = 0; i < n; ++i) {
    From element;
    std::memcpy(&element, bytes + i * sizeof(From), sizeof element);
    out[i] = convert(element);
  }
}

template <typename From, typename To>
inline __attribute__((always_inline)) void DecodeNumbers(const char* bytes, std::size_t n,
                                                         To* out) {
  DecodeEach<From>(
      bytes, n, out,
      [](From element) __attribute__((always_inline)) { return static_cast<To>(element); });
}

inline __attribute__((always_inline)) void DecodeFloats(ir::ElementType type, const char* bytes,
                                                        std::size_t n, float* out) {
  using ir::ElementType;
  using u8 = std::uint8_t;
  using u16 = std::uint16_t;
#define ONNXCHECK_EACH(From, convert) \
  return DecodeEach<From>(            \
      bytes, n, out, [](From bits) __attribute__((always_inline)) { return convert(bits); })
  switch (type) {
    case ElementType::kFloat:
      if (n > 0) std::memcpy(out, bytes, n * sizeof(float));
      return;
    case ElementType::kUint8:
    case ElementType::kBool:
      return DecodeNumbers<std::uint8_t>(bytes, n, out);
    case ElementType::kInt8:
      return DecodeNumbers<std::int8_t>(bytes, n, out);
    case ElementType::kUint16:
      return DecodeNumbers<std::uint16_t>(bytes, n, out);
    case ElementType::kInt16:
      return DecodeNumbers<std::int16_t>(bytes, n, out);
    case ElementType::kFloat16:
      ONNXCHECK_EACH(u16, FromFloat16);
    case ElementType::kBfloat16:
      ONNXCHECK_EACH(u16, FromBfloat16);
    case ElementType::kFloat8E4M3FN:
      ONNXCHECK_EACH(u8, FromE4M3FN);
    case ElementType::kFloat8E4M3FNUZ:
      ONNXCHECK_EACH(u8, FromE4M3FNUZ);
    case ElementType::kFloat8E5M2:
      ONNXCHECK_EACH(u8, FromE5M2);
    case ElementType::kFloat8E5M2FNUZ:
      ONNXCHECK_EACH(u8, FromE5M2FNUZ);
    case ElementType::kFloat8E8M0:
      ONNXCHECK_EACH(u8, FromE8M0);
    case ElementType::kUint4:
      for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<float>(Nibble(bytes, i));
      return;
    case ElementType::kInt4:
      for (std::size_t i = 0; i < n; ++i) {
        out[i] = static_cast<float>(static_cast<std::int32_t>(Nibble(bytes, i) ^ 8U) - 8);
      }
      return;
    case ElementType::kFloat4E2M1: {
      constexpr std::array<float, 16> kValues = {0,    .5,  1,  1.5,  2,  3,  4,  6,
                                                 -0.F, -.5, -1, -1.5, -2, -3, -4, -6};
      for (std::size_t i = 0; i < n; ++i) out[i] = kValues[Nibble(bytes, i)];
      return;
    }
    default:
      for (std::size_t i = 0; i < n; ++i) out[i] = 0;
  }
#undef ONNXCHECK_EACH
}

inline __attribute__((always_inline)) void DecodeDoubles(ir::ElementType type, const char* bytes,
                                                         std::size_t n, double* out) {
  using ir::ElementType;
  switch (type) {
    case ElementType::kDouble:
      std::memcpy(out, bytes, n * sizeof(double));
      return;
    case ElementType::kInt32:
      return DecodeNumbers<std::int32_t>(bytes, n, out);
    case ElementType::kUint32:
      return DecodeNumbers<std::uint32_t>(bytes, n, out);
    case ElementType::kInt64:
      return DecodeNumbers<std::int64_t>(bytes, n, out);
    case ElementType::kUint64:
      return DecodeNumbers<std::uint64_t>(bytes, n, out);
    default:
      for (std::size_t i = 0; i < n; ++i) out[i] = 0;
  }
}

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_DECODE_H_
