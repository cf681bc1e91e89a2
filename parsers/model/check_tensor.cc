#include <string>

#include "absl/strings/str_cat.h"
#include "parsers/model/checker.h"
#include "parsers/model/tensor.h"

namespace onnxcheck::parsers {
namespace {

namespace checker = pb::checker;
using pb::TensorProto;

// "(tensor name: w)", as ONNX words it.
std::string Named(const TensorProto& tensor) {
  return absl::StrCat("TensorProto (tensor name: ", tensor.name(), ")");
}

struct FieldInfo {
  DataField field;
  const char* name;
};
constexpr FieldInfo kFields[] = {
    {kFloatData, "float_data"},   {kInt32Data, "int32_data"}, {kStringData, "string_data"},
    {kInt64Data, "int64_data"},   {kRawData, "raw_data"},     {kDoubleData, "double_data"},
    {kUint64Data, "uint64_data"},
};

const char* NameOf(std::uint8_t field) {
  for (const FieldInfo& info : kFields) {
    if (info.field == field) return info.name;
  }
  return "";
}

// The typed field an element type belongs in, and how many of its entries an
// element takes, as a fraction (onnx.proto, TensorProto.DataType).
struct Typed {
  std::uint8_t field;
  std::uint64_t entries;
  std::uint64_t elements;
};

std::optional<Typed> TypedField(std::int32_t data_type) {
  switch (data_type) {
    case TensorProto::FLOAT:
      return Typed{kFloatData, 1, 1};
    case TensorProto::COMPLEX64:
      return Typed{kFloatData, 2, 1};
    case TensorProto::DOUBLE:
      return Typed{kDoubleData, 1, 1};
    case TensorProto::COMPLEX128:
      return Typed{kDoubleData, 2, 1};
    case TensorProto::INT64:
      return Typed{kInt64Data, 1, 1};
    case TensorProto::UINT32:
    case TensorProto::UINT64:
      return Typed{kUint64Data, 1, 1};
    case TensorProto::STRING:
      return Typed{kStringData, 1, 1};
    default:
      break;
  }
  switch (BitsOf(data_type)) {
    case 0:
      return std::nullopt;
    // The checker asks for no more than it would take if every entry held four bytes.
    case 2:
      return Typed{kInt32Data, 1, 16};
    case 4:
      return Typed{kInt32Data, 1, 8};
    default:
      return Typed{kInt32Data, 1, 1};
  }
}

}  // namespace

std::optional<std::string> Checker::Tensor(const TensorProto& proto) const {
  const TensorSpan* span = SpanOf(proto, stripped_);
  if (!IsExternal(proto)) {
    if (span != nullptr && span->removed != 0) return RemovedTensor(proto, *span);
    return Violation([&] { checker::check_tensor(proto, checker::CheckerContext()); });
  }
  // check_tensor would look at the disk; where the file is and what it holds is external.h's to
  // say.
  if (!proto.has_data_type()) return "field 'data_type' of 'tensor' is required but missing";
  if (proto.data_type() == TensorProto::UNDEFINED) {
    return absl::StrCat("setting data_type field (tensor name: ", proto.name(),
                        ") to UNDEFINED is not allowed");
  }
  if (span != nullptr) {
    return absl::StrCat(Named(proto), " is stored externally and should not have data field");
  }
  for (const pb::StringStringEntryProto& entry : proto.external_data()) {
    if (entry.key() == "location" && entry.has_value()) return std::nullopt;
  }
  return absl::StrCat(Named(proto), " is stored externally but doesn't have a location");
}

// check_tensor for a tensor whose data stayed in the file: the same questions,
// answered from the lengths. Of packed numbers only bounds are known, and
// nothing is said between them.
std::optional<std::string> Checker::RemovedTensor(const TensorProto& proto,
                                                  const TensorSpan& span) const {
  if (!proto.has_data_type()) return "field 'data_type' of 'tensor' is required but missing";
  const std::int32_t type = proto.data_type();
  if (type == TensorProto::UNDEFINED) {
    return absl::StrCat("setting data_type field (tensor name: ", proto.name(),
                        ") to UNDEFINED is not allowed");
  }
  const std::optional<std::uint64_t> elements = ElementCount(proto.dims());
  if (!elements) {
    return absl::StrCat(Named(proto),
                        " has a negative dimension or more elements than 64 bits hold");
  }
  if (*elements == 0) return absl::StrCat(Named(proto), " is 0-element but contains data!");
  if ((span.fields & (span.fields - 1)) != 0) {
    return absl::StrCat(Named(proto), " should contain one and only one value field");
  }
  if (span.fields == kRawData) {
    if (type == TensorProto::STRING) {
      return absl::StrCat("STRING data (tensor name: ", proto.name(),
                          ") should not be stored in raw_data field");
    }
    const std::optional<std::uint64_t> needed = RawBytes(*elements, BitsOf(type));
    if (!needed) {
      return absl::StrCat(Named(proto), " has a shape too large to validate against its data type");
    }
    if (span.max_count >= *needed) return std::nullopt;
    return absl::StrCat(Named(proto), " raw_data size (", span.max_count,
                        " bytes) is too small for the declared shape and type (", *needed,
                        " bytes required)");
  }
  const std::optional<Typed> typed = TypedField(type);
  if (!typed) {
    return absl::StrCat("unrecognized data_type (tensor name: ", proto.name(), "): ", type);
  }
  if (span.fields != typed->field) {
    return absl::StrCat("values of data_type '", type, "' should be stored in field '",
                        NameOf(typed->field), "' instead of '", NameOf(span.fields), "'");
  }
  std::uint64_t needed = 0;
  if (__builtin_mul_overflow(*elements, typed->entries, &needed)) {
    return absl::StrCat(Named(proto), " has a shape too large to validate against its data type");
  }
  needed = needed / typed->elements + (needed % typed->elements != 0);
  if (span.max_count >= needed) return std::nullopt;
  return absl::StrCat(Named(proto), " ", NameOf(span.fields), " size (",
                      span.min_count == span.max_count ? "" : "at most ", span.max_count,
                      ") is too small for the declared shape (", needed, " values required)");
}

std::optional<std::string> Checker::SparseTensor(const pb::SparseTensorProto& proto) const {
  const auto elsewhere = [&](const TensorProto& tensor) {
    const TensorSpan* span = SpanOf(tensor, stripped_);
    return IsExternal(tensor) || (span != nullptr && span->removed != 0);
  };
  if (!elsewhere(proto.values()) && !elsewhere(proto.indices())) {
    return Violation([&] { checker::check_sparse_tensor(proto, checker::CheckerContext()); });
  }
  // Indices that stay in the file are taken for sorted and in range.
  if (auto message = Tensor(proto.values())) return message;
  const std::string values = absl::StrCat("sparse tensor values (", proto.values().name(), ")");
  if (proto.values().dims_size() != 1) return absl::StrCat(values, " must have rank 1");
  if (proto.dims_size() == 0) {
    return absl::StrCat("sparse tensor (", proto.values().name(), ") must have a dense-rank > 0");
  }
  for (const std::int64_t dim : proto.dims()) {
    if (dim > 0) continue;
    return absl::StrCat("sparse tensor (", proto.values().name(), ") dimensions are not positive");
  }
  const std::int64_t nnz = proto.values().dims(0);
  if (!proto.has_indices()) {
    if (nnz == 0) return std::nullopt;
    return absl::StrCat("sparse tensor (", proto.values().name(), ") has no index values");
  }
  const TensorProto& indices = proto.indices();
  if (auto message = Tensor(indices)) return message;
  const std::string name = absl::StrCat("sparse tensor indices (", indices.name(), ")");
  if (indices.data_type() != TensorProto::INT64) return absl::StrCat(name, " must have INT64 type");
  if (indices.dims_size() != 1 && indices.dims_size() != 2) {
    return absl::StrCat(name, " must have rank 1 or 2");
  }
  if (indices.dims(0) != nnz) {
    return absl::StrCat(name, " has ", indices.dims(0), " values, but NNZ is ", nnz);
  }
  if (indices.dims_size() == 2 && indices.dims(1) != proto.dims_size()) {
    return absl::StrCat(name, " second dimension size does not match rank of tensor");
  }
  return std::nullopt;
}

}  // namespace onnxcheck::parsers
