#include "tests/support/proto_tensors.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <fstream>

namespace onnxcheck::tests {
namespace {

using Proto = ONNX_NAMESPACE::TensorProto;

// Bytes of an element in int32_data (two of 4 bits make one).
std::size_t WidthInInt32Data(std::int32_t type) {
  switch (type) {
    case Proto::INT32:
      return 4;
    case Proto::INT16:
    case Proto::UINT16:
    case Proto::FLOAT16:
    case Proto::BFLOAT16:
      return 2;
    default:
      return 1;
  }
}

template <typename T, typename Field>
void Append(const Field& field, std::string* raw) {
  for (const auto element : field) {
    const T value = static_cast<T>(element);
    raw->append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
}

// Elements as raw_data would have them (on a little-endian machine).
std::string RawOf(const Proto& proto) {
  if (proto.has_raw_data()) return proto.raw_data();
  std::string raw;
  const std::size_t width = WidthInInt32Data(proto.data_type());
  for (const std::int32_t element : proto.int32_data()) {
    raw.append(reinterpret_cast<const char*>(&element), width);
  }
  Append<float>(proto.float_data(), &raw);
  Append<double>(proto.double_data(), &raw);
  Append<std::int64_t>(proto.int64_data(), &raw);
  if (proto.data_type() == Proto::UINT64) Append<std::uint64_t>(proto.uint64_data(), &raw);
  if (proto.data_type() == Proto::UINT32) Append<std::uint32_t>(proto.uint64_data(), &raw);
  return raw;
}

}  // namespace

std::optional<RawTensor> ReadTensorProto(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Proto proto;
  if (!file || !proto.ParseFromIstream(&file)) return std::nullopt;
  RawTensor tensor;
  tensor.type = proto.data_type();
  tensor.dims.assign(proto.dims().begin(), proto.dims().end());
  tensor.raw = RawOf(proto);
  const bool empty = std::find(tensor.dims.begin(), tensor.dims.end(), 0) != tensor.dims.end();
  if (tensor.raw.empty() && !empty) return std::nullopt;
  return tensor;
}

}  // namespace onnxcheck::tests
