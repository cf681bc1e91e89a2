#include "parsers/model/number_stream.h"

#include <algorithm>
#include <cstring>

#include "parsers/model/tensor.h"

namespace onnxcheck::parsers {
namespace {

constexpr int kMaxVarintBytes = 10;

// TensorProto's field for the type: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
std::uint32_t FieldOf(ir::ElementType type) {
  switch (type) {
    case ir::ElementType::kFloat:
      return 4;
    case ir::ElementType::kInt64:
      return 7;
    case ir::ElementType::kDouble:
      return 10;
    case ir::ElementType::kUint32:
    case ir::ElementType::kUint64:
      return 11;
    default:
      return 5;
  }
}

std::size_t RawWidth(ir::ElementType type) {
  return static_cast<std::size_t>(std::max(1, BitsOf(static_cast<std::int32_t>(type)) / 8));
}

}  // namespace

NumberStream::NumberStream(std::string_view bytes, const ir::Payload& payload, ir::ElementType type)
    : bytes_(bytes),
      fields_(bytes, payload.offset, payload.offset + payload.length),
      number_(FieldOf(type)),
      raw_width_(RawWidth(type)),
      fixed_width_(type == ir::ElementType::kFloat || type == ir::ElementType::kDouble ? raw_width_
                                                                                       : 0) {
  if (payload.encoding != ir::PayloadEncoding::kVarints) return;
  at_ = payload.offset;
  end_ = payload.offset + payload.length;
  fields_ = wire::Reader(bytes, end_, end_);
}

bool NumberStream::NextPiece() {
  wire::Field field;
  while (fields_.Next(&field)) {
    if (field.number != number_) continue;
    // A number that stands alone looks like a packed piece of one.
    at_ = field.begin;
    end_ = field.end;
    if (at_ < end_) return true;
  }
  return false;
}

bool NumberStream::Entry(char* out) {
  while (at_ >= end_) {
    if (!NextPiece()) return false;
  }
  if (fixed_width_ > 0) {
    if (end_ - at_ < fixed_width_) return false;
    std::memcpy(out, bytes_.data() + at_, fixed_width_);
    at_ += fixed_width_;
    return true;
  }
  std::uint64_t value = 0;
  for (int i = 0; i < kMaxVarintBytes && at_ < end_; ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes_[at_++]);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte >= 0x80) continue;
    std::memcpy(out, &value, raw_width_);
    return true;
  }
  return false;
}

bool NumberStream::Read(char* out, std::size_t size) {
  for (std::size_t i = 0; i + raw_width_ <= size; i += raw_width_) {
    if (!Entry(out + i)) return false;
  }
  return true;
}

}  // namespace onnxcheck::parsers
