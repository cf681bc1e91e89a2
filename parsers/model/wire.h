// Protobuf's wire format, read field by field with every offset checked. Offsets are 64-bit:
// messages over 2 GiB, which protobuf's own reader refuses, are walked like any other.
// https://protobuf.dev/programming-guides/encoding/
#ifndef ONNXCHECK_PARSERS_MODEL_WIRE_H_
#define ONNXCHECK_PARSERS_MODEL_WIRE_H_

#include <cstdint>
#include <string_view>

namespace onnxcheck::parsers::wire {

enum class Type : std::uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kStartGroup = 3,
  kEndGroup = 4,
  kFixed32 = 5,
};

struct Field {
  std::uint32_t number = 0;
  Type type = Type::kVarint;
  std::uint64_t start = 0;   // offset of the field's tag
  std::uint64_t begin = 0;   // the value, behind tag and length
  std::uint64_t end = 0;     // first byte behind the value; kBytes cut off: where it claims to end
  std::uint64_t varint = 0;  // kVarint only
};

enum class Error {
  kNone,
  kCutOff,         // a tag, a number or a length-delimited value runs beyond the reader's end
  kVarintTooLong,  // more than ten bytes
  kBadTag,         // field number 0 or above 2^29-1, or a wire type that does not exist
  kBadGroup,       // an end without its start, or nested too deep
};

// Reads the fields of one message in bytes[begin, end).
class Reader {
 public:
  // Requires begin <= end <= bytes.size().
  Reader(std::string_view bytes, std::uint64_t begin, std::uint64_t end)
      : bytes_(bytes), position_(begin), end_(end) {}

  // The next field; a group is passed over whole. False at the end and on an
  // error. When a kBytes value is cut off, `field` still says where it begins
  // and where it claims to end.
  bool Next(Field* field);

  Error error() const { return error_; }
  // Where the field that could not be read starts.
  std::uint64_t error_offset() const { return error_offset_; }
  std::uint64_t position() const { return position_; }

 private:
  bool Fail(Error error, std::uint64_t offset);
  bool Varint(std::uint64_t* value);
  bool SkipGroup(std::uint32_t number);
  bool Value(Field* field);
  bool Tag(Field* field);

  std::string_view bytes_;
  std::uint64_t position_;
  std::uint64_t end_;
  Error error_ = Error::kNone;
  std::uint64_t error_offset_ = 0;
};

// Whether bytes hold nothing but whole varints of at most ten bytes each.
bool IsVarints(std::string_view bytes);

}  // namespace onnxcheck::parsers::wire

#endif  // ONNXCHECK_PARSERS_MODEL_WIRE_H_
