// TensorProto to ir::Tensor, and how many bytes a tensor must have.
#ifndef ONNXCHECK_PARSERS_MODEL_TENSOR_H_
#define ONNXCHECK_PARSERS_MODEL_TENSOR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "analyzer/ir/model.h"
#include "parsers/model/external.h"
#include "parsers/model/proto.h"
#include "parsers/model/strip.h"

namespace onnxcheck::parsers {

// Bits of one element as raw_data holds it; 0 for strings and unknown types.
int BitsOf(std::int32_t data_type);

// Product of the dimensions; absent when one is negative or it overflows.
std::optional<std::uint64_t> ElementCount(absl::Span<const std::int64_t> dims);

// Bytes of raw_data for that many elements; absent when it overflows.
std::optional<std::uint64_t> RawBytes(std::uint64_t elements, int bits);

// The span that Strip noted for the tensor; null for one without data.
const TensorSpan* SpanOf(const pb::TensorProto& tensor, const Stripped& stripped);

bool IsExternal(const pb::TensorProto& tensor);

// `external` resolves the data of tensors that have it elsewhere; null: it stays unresolved.
// `place` gives the tensor's logical path.
ir::Tensor ConvertTensor(const pb::TensorProto& tensor, const Stripped& stripped,
                         ExternalData* external, absl::FunctionRef<std::string()> place);

// The elements that the message itself holds, in raw form; absent for strings
// and when it holds none.
std::optional<std::string> Elements(const pb::TensorProto& tensor);

// The dense tensor that it stands for, with the payload of its values.
ir::Tensor ConvertSparseTensor(const pb::SparseTensorProto& tensor, const Stripped& stripped,
                               ExternalData* external, absl::FunctionRef<std::string()> place);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_TENSOR_H_
