#include "trainer/tensors.h"

#include <bit>
#include <cstring>
#include <memory>
#include <vector>

#include "parsers/source.h"
#include "trainer/ops/operator.h"

namespace onnxcheck::trainer {
namespace {

static_assert(std::endian::native == std::endian::little, "ONNX payloads are little-endian");

std::int64_t CountOf(const std::vector<std::int64_t>& dims) {
  constexpr std::int64_t kMost = std::int64_t{1} << 34;
  std::int64_t count = 1;
  for (const std::int64_t dim : dims) {
    if (dim < 0 || (dim > 0 && count > kMost / dim)) throw Unsupported("a tensor of absurd size");
    count *= dim;
  }
  return count;
}

template <typename Stored, typename Computed>
at::Tensor Widen(std::string_view raw, const std::vector<std::int64_t>& dims, at::ScalarType type) {
  const std::int64_t count = CountOf(dims);
  if (raw.size() != static_cast<std::uint64_t>(count) * sizeof(Stored)) {
    throw Unsupported("a tensor whose data does not fit its shape");
  }
  at::Tensor tensor = at::empty(dims, at::TensorOptions().dtype(type));
  auto* out = tensor.data_ptr<Computed>();
  for (std::int64_t i = 0; i < count; ++i) {
    Stored value;
    std::memcpy(&value, raw.data() + static_cast<std::size_t>(i) * sizeof(Stored), sizeof(Stored));
    out[i] = static_cast<Computed>(value);
  }
  return tensor;
}

at::Tensor Straight(std::string_view raw, const std::vector<std::int64_t>& dims,
                    at::ScalarType type) {
  const std::int64_t count = CountOf(dims);
  if (raw.size() != static_cast<std::uint64_t>(count) * at::elementSize(type)) {
    throw Unsupported("a tensor whose data does not fit its shape");
  }
  at::Tensor tensor = at::empty(dims, at::TensorOptions().dtype(type));
  if (!raw.empty()) std::memcpy(tensor.data_ptr(), raw.data(), raw.size());
  return tensor;
}

// Protobuf's packed varints: values of int32_data, int64_data and uint64_data.
// Half precision and small integers travel in int32_data too, one a varint.
std::string FromVarints(std::string_view packed, std::size_t size) {
  std::string raw;
  std::uint64_t value = 0;
  int shift = 0;
  for (const char byte : packed) {
    if (shift > 63) throw Unsupported("a varint that runs on");
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(byte) & 0x7f) << shift;
    if ((static_cast<unsigned char>(byte) & 0x80) != 0) {
      shift += 7;
      continue;
    }
    raw.append(reinterpret_cast<const char*>(&value), size);  // little-endian: the low bytes
    value = 0;
    shift = 0;
  }
  return raw;
}

std::size_t StoredSize(ir::ElementType type) {
  switch (type) {
    case ir::ElementType::kBool:
    case ir::ElementType::kInt8:
    case ir::ElementType::kUint8:
      return 1;
    case ir::ElementType::kInt16:
    case ir::ElementType::kUint16:
    case ir::ElementType::kFloat16:
    case ir::ElementType::kBfloat16:
      return 2;
    case ir::ElementType::kInt32:
    case ir::ElementType::kUint32:
    case ir::ElementType::kFloat:
      return 4;
    default:
      return 8;
  }
}

std::string_view Span(std::string_view file, const ir::Payload& payload) {
  if (payload.offset > file.size() || payload.length > file.size() - payload.offset) {
    throw Unsupported("a tensor whose data lies outside its file");
  }
  return file.substr(payload.offset, payload.length);
}

}  // namespace

at::Tensor FromRaw(std::string_view raw, ir::ElementType type,
                   const std::vector<std::int64_t>& dims) {
  switch (type) {
    case ir::ElementType::kFloat16:
      return Widen<c10::Half, float>(raw, dims, at::kFloat);
    case ir::ElementType::kBfloat16:
      return Widen<c10::BFloat16, float>(raw, dims, at::kFloat);
    case ir::ElementType::kUint16:
      return Widen<std::uint16_t, std::int64_t>(raw, dims, at::kLong);
    case ir::ElementType::kUint32:
      return Widen<std::uint32_t, std::int64_t>(raw, dims, at::kLong);
    default:
      return Straight(raw, dims, ComputeType(type));
  }
}

at::Tensor SmallTensor(const ir::Tensor& tensor) {
  if (tensor.elements) return FromRaw(*tensor.elements, tensor.element, tensor.dims);
  if (CountOf(tensor.dims) == 0) return FromRaw({}, tensor.element, tensor.dims);
  throw Unsupported("a constant attribute above the size that is kept");
}

at::Tensor ReadTensor(const ir::Tensor& tensor, std::string_view file) {
  if (tensor.elements || CountOf(tensor.dims) == 0) return SmallTensor(tensor);
  const ir::Payload& payload = tensor.payload;
  switch (payload.encoding) {
    case ir::PayloadEncoding::kRaw:
    case ir::PayloadEncoding::kFixed:
      return FromRaw(Span(file, payload), tensor.element, tensor.dims);
    case ir::PayloadEncoding::kVarints:
      return FromRaw(FromVarints(Span(file, payload), StoredSize(tensor.element)), tensor.element,
                     tensor.dims);
    case ir::PayloadEncoding::kExternal: {
      auto opened = parsers::Source::Open(payload.file);
      if (std::holds_alternative<ir::Problem>(opened)) {
        throw Unsupported("the tensor file " + payload.file + " cannot be read");
      }
      const auto& source = std::get<std::shared_ptr<const parsers::Source>>(opened);
      return FromRaw(Span(source->bytes(), payload), tensor.element, tensor.dims);
    }
    default:
      throw Unsupported("tensor " + tensor.name + " has no data");
  }
}

}  // namespace onnxcheck::trainer
