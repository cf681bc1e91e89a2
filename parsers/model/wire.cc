#include "parsers/model/wire.h"

#include <array>
#include <cstddef>

namespace onnxcheck::parsers::wire {
namespace {

constexpr int kMaxVarintBytes = 10;
constexpr std::uint32_t kMaxFieldNumber = (1u << 29) - 1;
// Groups are long deprecated and ONNX has none; protobuf's own limit on nesting is 100.
constexpr std::size_t kMaxGroupDepth = 100;

}  // namespace

bool Reader::Fail(Error error, std::uint64_t offset) {
  error_ = error;
  error_offset_ = offset;
  return false;
}

bool Reader::Varint(std::uint64_t* value) {
  std::uint64_t result = 0;
  for (int i = 0; i < kMaxVarintBytes; ++i) {
    if (position_ == end_) return Fail(Error::kCutOff, position_);
    const auto byte = static_cast<std::uint8_t>(bytes_[position_++]);
    // The tenth byte holds one bit of a 64-bit number; protobuf drops the rest as well.
    result |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      *value = result;
      return true;
    }
  }
  return Fail(Error::kVarintTooLong, position_ - kMaxVarintBytes);
}

bool Reader::Tag(Field* field) {
  field->start = position_;
  std::uint64_t tag = 0;
  if (!Varint(&tag)) return false;
  const std::uint64_t number = tag >> 3;
  const auto type = static_cast<std::uint8_t>(tag & 7);
  if (number == 0 || number > kMaxFieldNumber || type > 5)
    return Fail(Error::kBadTag, field->start);
  field->number = static_cast<std::uint32_t>(number);
  field->type = static_cast<Type>(type);
  return true;
}

bool Reader::Value(Field* field) {
  field->begin = position_;
  std::uint64_t size = 0;
  switch (field->type) {
    case Type::kVarint:
      if (!Varint(&field->varint)) return false;
      field->end = position_;
      return true;
    case Type::kFixed64:
      size = 8;
      break;
    case Type::kFixed32:
      size = 4;
      break;
    case Type::kBytes:
      if (!Varint(&size)) return false;
      field->begin = position_;
      break;
    case Type::kStartGroup:
      if (!SkipGroup(field->number)) return false;
      field->end = position_;
      return true;
    case Type::kEndGroup:
      return Fail(Error::kBadGroup, field->start);
  }
  // No overflow: the sum saturates for a length near 2^64.
  field->end = size > UINT64_MAX - position_ ? UINT64_MAX : position_ + size;
  if (field->end > end_) return Fail(Error::kCutOff, field->start);
  position_ = field->end;
  return true;
}

bool Reader::SkipGroup(std::uint32_t number) {
  std::array<std::uint32_t, kMaxGroupDepth> open;
  std::size_t depth = 0;
  open[depth++] = number;
  while (depth > 0) {
    Field inner;
    if (!Tag(&inner)) return false;
    if (inner.type == Type::kEndGroup) {
      if (inner.number != open[depth - 1]) return Fail(Error::kBadGroup, inner.start);
      --depth;
    } else if (inner.type == Type::kStartGroup) {
      if (depth == kMaxGroupDepth) return Fail(Error::kBadGroup, inner.start);
      open[depth++] = inner.number;
    } else if (!Value(&inner)) {
      return false;
    }
  }
  return true;
}

bool Reader::Next(Field* field) {
  if (error_ != Error::kNone || position_ == end_) return false;
  *field = Field();
  return Tag(field) && Value(field);
}

bool IsVarints(std::string_view bytes) {
  int run = 0;
  for (const char c : bytes) {
    run = static_cast<std::uint8_t>(c) < 0x80 ? 0 : run + 1;
    if (run == kMaxVarintBytes) return false;
  }
  return run == 0;
}

}  // namespace onnxcheck::parsers::wire
