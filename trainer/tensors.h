// ONNX tensors as libtorch tensors.
#ifndef ONNXCHECK_TRAINER_TENSORS_H_
#define ONNXCHECK_TRAINER_TENSORS_H_

#include <ATen/ATen.h>

#include <string_view>

#include "analyzer/ir/model.h"

namespace onnxcheck::trainer {

// A tensor from little-endian elements of an ONNX type, in the type that a
// replay computes with. Throws Unsupported when the length does not fit.
at::Tensor FromRaw(std::string_view raw, ir::ElementType type,
                   const std::vector<std::int64_t>& dims);

// A tensor whose elements the model's reader kept; throws Unsupported for a
// larger one.
at::Tensor SmallTensor(const ir::Tensor& tensor);

// Any tensor of the model; `file` is the model's bytes. This is the one place
// that reads large payloads.
at::Tensor ReadTensor(const ir::Tensor& tensor, std::string_view file);

}  // namespace onnxcheck::trainer

#endif  // ONNXCHECK_TRAINER_TENSORS_H_
