#include "parsers/model/tensor.h"

#include <cstring>
#include <limits>
#include <utility>

namespace onnxcheck::parsers {
namespace {

using pb::TensorProto;

template <typename As, typename Values>
std::string LittleEndian(const Values& values) {
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(values.size()) * sizeof(As));
  for (const auto value : values) {
    const As element = static_cast<As>(value);
    bytes.append(reinterpret_cast<const char*>(&element), sizeof element);
  }
  return bytes;
}

std::optional<std::string> FromInt32Data(const TensorProto& tensor) {
  switch (tensor.data_type()) {
    case TensorProto::INT32:
      return LittleEndian<std::int32_t>(tensor.int32_data());
    case TensorProto::UINT16:
    case TensorProto::INT16:
    case TensorProto::FLOAT16:
    case TensorProto::BFLOAT16:
      return LittleEndian<std::uint16_t>(tensor.int32_data());
    case TensorProto::FLOAT6E2M3:
    case TensorProto::FLOAT6E3M2:
      return std::nullopt;  // one element an entry here, packed in raw_data
    default:
      // One byte an entry: 8-bit types, and 2- and 4-bit ones, which are packed into bytes first.
      if (const int bits = BitsOf(tensor.data_type()); bits == 0 || bits > 8) return std::nullopt;
      return LittleEndian<std::uint8_t>(tensor.int32_data());
  }
}

}  // namespace

int BitsOf(std::int32_t data_type) {
  switch (data_type) {
    case TensorProto::UINT2:
    case TensorProto::INT2:
      return 2;
    case TensorProto::UINT4:
    case TensorProto::INT4:
    case TensorProto::FLOAT4E2M1:
      return 4;
    case TensorProto::FLOAT6E2M3:
    case TensorProto::FLOAT6E3M2:
      return 6;
    case TensorProto::UINT8:
    case TensorProto::INT8:
    case TensorProto::BOOL:
    case TensorProto::FLOAT8E4M3FN:
    case TensorProto::FLOAT8E4M3FNUZ:
    case TensorProto::FLOAT8E5M2:
    case TensorProto::FLOAT8E5M2FNUZ:
    case TensorProto::FLOAT8E8M0:
      return 8;
    case TensorProto::UINT16:
    case TensorProto::INT16:
    case TensorProto::FLOAT16:
    case TensorProto::BFLOAT16:
      return 16;
    case TensorProto::FLOAT:
    case TensorProto::INT32:
    case TensorProto::UINT32:
      return 32;
    case TensorProto::DOUBLE:
    case TensorProto::INT64:
    case TensorProto::UINT64:
    case TensorProto::COMPLEX64:
      return 64;
    case TensorProto::COMPLEX128:
      return 128;
    default:
      return 0;
  }
}

std::optional<std::uint64_t> ElementCount(absl::Span<const std::int64_t> dims) {
  std::int64_t count = 1;
  for (const std::int64_t dim : dims) {
    if (dim < 0 || __builtin_mul_overflow(count, dim, &count)) return std::nullopt;
  }
  return static_cast<std::uint64_t>(count);
}

std::optional<std::uint64_t> RawBytes(std::uint64_t elements, int bits) {
  std::uint64_t total = 0;
  if (__builtin_mul_overflow(elements, static_cast<std::uint64_t>(bits), &total)) {
    return std::nullopt;
  }
  return total / 8 + (total % 8 != 0);
}

std::optional<std::string> Elements(const TensorProto& tensor) {
  if (tensor.data_type() == TensorProto::STRING) return std::nullopt;
  if (!tensor.raw_data().empty()) return tensor.raw_data();
  if (tensor.float_data_size() > 0) return LittleEndian<float>(tensor.float_data());
  if (tensor.double_data_size() > 0) return LittleEndian<double>(tensor.double_data());
  if (tensor.int64_data_size() > 0) return LittleEndian<std::int64_t>(tensor.int64_data());
  if (tensor.uint64_data_size() > 0) {
    return tensor.data_type() == TensorProto::UINT32
               ? LittleEndian<std::uint32_t>(tensor.uint64_data())
               : LittleEndian<std::uint64_t>(tensor.uint64_data());
  }
  if (tensor.int32_data_size() > 0) return FromInt32Data(tensor);
  return std::nullopt;
}

const TensorSpan* SpanOf(const TensorProto& tensor, const Stripped& stripped) {
  if (!tensor.has_segment()) return nullptr;
  const auto index = static_cast<std::uint64_t>(tensor.segment().begin());
  return index < stripped.tensors.size() ? &stripped.tensors[index] : nullptr;
}

bool IsExternal(const TensorProto& tensor) {
  return tensor.has_data_location() && tensor.data_location() == TensorProto::EXTERNAL;
}

ir::Tensor ConvertTensor(const TensorProto& tensor, const Stripped& stripped,
                         ExternalData* external, absl::FunctionRef<std::string()> place) {
  ir::Tensor result;
  result.name = tensor.name();
  result.element = static_cast<ir::ElementType>(tensor.data_type());
  result.dims.assign(tensor.dims().begin(), tensor.dims().end());
  const TensorSpan* span = SpanOf(tensor, stripped);
  if (IsExternal(tensor)) {
    result.payload.encoding = ir::PayloadEncoding::kExternal;
    if (external != nullptr) result.payload = external->Resolve(tensor, place);
  } else if (span != nullptr) {
    result.payload = span->payload;
    if (span->removed == 0) result.elements = Elements(tensor);
  }
  return result;
}

ir::Tensor ConvertSparseTensor(const pb::SparseTensorProto& tensor, const Stripped& stripped,
                               ExternalData* external, absl::FunctionRef<std::string()> place) {
  ir::Tensor result = ConvertTensor(tensor.values(), stripped, external, place);
  // The indices lie in a file as well, and are looked for there; nobody reads them.
  if (IsExternal(tensor.indices())) ConvertTensor(tensor.indices(), stripped, external, place);
  result.stored = tensor.values().dims_size() == 1 ? tensor.values().dims(0) : 0;
  result.dims.assign(tensor.dims().begin(), tensor.dims().end());
  result.elements.reset();
  return result;
}

}  // namespace onnxcheck::parsers
