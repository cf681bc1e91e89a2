// Numbers that protobuf has not stored as raw bytes, one after the other.
#ifndef ONNXCHECK_PARSERS_MODEL_NUMBER_STREAM_H_
#define ONNXCHECK_PARSERS_MODEL_NUMBER_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "analyzer/ir/tensor.h"
#include "parsers/model/wire.h"

namespace onnxcheck::parsers {

// Reads a payload of encoding kVarints or kPieces as the raw form of its tensor.
class NumberStream {
 public:
  // `bytes`: of the whole file. The payload must lie within it.
  NumberStream(std::string_view bytes, const ir::Payload& payload, ir::ElementType type);

  // The next `size` bytes of raw form; false when there are no more. Entries of int32_data hold
  // one element of 8 bits or more, or a byte of packed smaller ones.
  bool Read(char* out, std::size_t size);

 private:
  bool NextPiece();
  bool Entry(char* out);

  std::string_view bytes_;
  wire::Reader fields_;
  std::uint32_t number_;     // of the field in TensorProto
  std::size_t raw_width_;    // bytes of an entry in raw form
  std::size_t fixed_width_;  // bytes of an entry in a packed piece; 0: a varint
  std::uint64_t at_ = 0;     // what is left of the piece in hand
  std::uint64_t end_ = 0;
};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_NUMBER_STREAM_H_
