#include "analyzer/facts/elements.h"

#include <cstdint>
#include <cstring>

#include "analyzer/facts/float_layout.h"

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

std::vector<double> DecodeSmallFloats(const FloatLayout& layout, std::string_view bytes) {
  std::vector<double> values;
  const int sign = layout.special == SpecialNumbers::kScale ? 0 : 1;
  const int width = sign + layout.exponent_bits + layout.mantissa_bits;
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
      break;
  }
  const auto layout = LayoutOf(type);
  return layout ? std::optional(DecodeSmallFloats(*layout, bytes)) : std::nullopt;
}

std::optional<std::vector<double>> DecodeElements(ir::ElementType type, std::string_view bytes,
                                                  std::size_t count) {
  auto elements = DecodeElements(type, bytes);
  if (elements && elements->size() > count) elements->resize(count);
  return elements;
}

}  // namespace onnxcheck::facts
