#include "analyzer/facts/elements.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace onnxcheck::facts {
namespace {

template <typename T>
std::vector<double> Decode(std::string_view bytes) {
  std::vector<double> values;
  values.reserve(bytes.size() / sizeof(T));
  for (std::size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
    T element;
    std::memcpy(&element, bytes.data() + at, sizeof(T));
    values.push_back(static_cast<double>(element));
  }
  return values;
}

// What the largest exponent and the negative zero mean.
enum class Special {
  kIeee,         // infinity and NaN
  kNanAllOnes,   // NaN with all bits set; the rest are numbers (E4M3FN)
  kNanNegative,  // NaN in place of -0 (the FNUZ types)
  kNone,         // numbers only (E2M1)
};

// https://onnx.ai/onnx/technical/float8.html and float4.html.
struct Layout {
  int exponent_bits;
  int mantissa_bits;
  int bias;
  Special special;
};

double FromBits(std::uint32_t bits, const Layout& layout) {
  const int sign_at = layout.exponent_bits + layout.mantissa_bits;
  const double sign = (bits >> sign_at) & 1U ? -1 : 1;
  const std::uint32_t magnitude = bits & ((1U << sign_at) - 1);
  const auto exponent = static_cast<int>(magnitude >> layout.mantissa_bits);
  const auto mantissa = static_cast<double>(magnitude & ((1U << layout.mantissa_bits) - 1));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const int top = (1 << layout.exponent_bits) - 1;
  if (layout.special == Special::kIeee && exponent == top) {
    return mantissa == 0 ? sign * std::numeric_limits<double>::infinity() : nan;
  }
  if (layout.special == Special::kNanAllOnes && magnitude == (1U << sign_at) - 1) return nan;
  if (layout.special == Special::kNanNegative && magnitude == 0 && sign < 0) return nan;
  const double unit = std::ldexp(1.0, -layout.mantissa_bits);
  if (exponent == 0) return sign * std::ldexp(mantissa * unit, 1 - layout.bias);
  return sign * std::ldexp(1 + mantissa * unit, exponent - layout.bias);
}

const Layout* LayoutOf(ir::ElementType type) {
  static constexpr Layout kHalf = {5, 10, 15, Special::kIeee};
  static constexpr Layout kBrain = {8, 7, 127, Special::kIeee};
  static constexpr Layout kE4M3 = {4, 3, 7, Special::kNanAllOnes};
  static constexpr Layout kE4M3Uz = {4, 3, 8, Special::kNanNegative};
  static constexpr Layout kE5M2 = {5, 2, 15, Special::kIeee};
  static constexpr Layout kE5M2Uz = {5, 2, 16, Special::kNanNegative};
  static constexpr Layout kE2M1 = {2, 1, 1, Special::kNone};
  switch (type) {
    case ir::ElementType::kFloat16:
      return &kHalf;
    case ir::ElementType::kBfloat16:
      return &kBrain;
    case ir::ElementType::kFloat8E4M3FN:
      return &kE4M3;
    case ir::ElementType::kFloat8E4M3FNUZ:
      return &kE4M3Uz;
    case ir::ElementType::kFloat8E5M2:
      return &kE5M2;
    case ir::ElementType::kFloat8E5M2FNUZ:
      return &kE5M2Uz;
    case ir::ElementType::kFloat4E2M1:
      return &kE2M1;
    default:
      return nullptr;
  }
}

std::vector<double> DecodeSmallFloats(const Layout& layout, std::string_view bytes) {
  std::vector<double> values;
  const int width = 1 + layout.exponent_bits + layout.mantissa_bits;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto low = static_cast<unsigned char>(bytes[at]);
    if (width == 4) {
      values.push_back(FromBits(low & 15U, layout));
      values.push_back(FromBits(low >> 4U, layout));
    } else if (width == 8) {
      values.push_back(FromBits(low, layout));
    } else if (++at < bytes.size()) {
      const auto high = static_cast<unsigned char>(bytes[at]);
      values.push_back(FromBits(static_cast<std::uint32_t>(high << 8U | low), layout));
    }
  }
  return values;
}

std::vector<double> DecodeNibbles(std::string_view bytes, bool is_signed) {
  std::vector<double> values;
  for (const char byte : bytes) {
    const auto both = static_cast<unsigned char>(byte);
    for (const int half : {both & 15, both >> 4}) {
      values.push_back(is_signed && half >= 8 ? half - 16 : half);
    }
  }
  return values;
}

}  // namespace

std::optional<std::vector<double>> DecodeElements(ir::ElementType type, std::string_view bytes) {
  if (const Layout* layout = LayoutOf(type)) return DecodeSmallFloats(*layout, bytes);
  switch (type) {
    case ir::ElementType::kFloat:
      return Decode<float>(bytes);
    case ir::ElementType::kDouble:
      return Decode<double>(bytes);
    case ir::ElementType::kInt8:
      return Decode<std::int8_t>(bytes);
    case ir::ElementType::kInt16:
      return Decode<std::int16_t>(bytes);
    case ir::ElementType::kInt32:
      return Decode<std::int32_t>(bytes);
    case ir::ElementType::kInt64:
      return Decode<std::int64_t>(bytes);
    case ir::ElementType::kBool:
    case ir::ElementType::kUint8:
      return Decode<std::uint8_t>(bytes);
    case ir::ElementType::kUint16:
      return Decode<std::uint16_t>(bytes);
    case ir::ElementType::kUint32:
      return Decode<std::uint32_t>(bytes);
    case ir::ElementType::kUint64:
      return Decode<std::uint64_t>(bytes);
    case ir::ElementType::kInt4:
      return DecodeNibbles(bytes, true);
    case ir::ElementType::kUint4:
      return DecodeNibbles(bytes, false);
    default:
      return std::nullopt;
  }
}

std::optional<std::vector<double>> DecodeElements(ir::ElementType type, std::string_view bytes,
                                                  std::size_t count) {
  auto elements = DecodeElements(type, bytes);
  if (elements && elements->size() > count) elements->resize(count);
  return elements;
}

}  // namespace onnxcheck::facts
