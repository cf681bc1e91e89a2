// ONNX's own tensors, for tests that compare with them.
#ifndef ONNXCHECK_TESTS_SUPPORT_PROTO_TENSORS_H_
#define ONNXCHECK_TESTS_SUPPORT_PROTO_TENSORS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace onnxcheck::tests {

// A TensorProto with its elements in raw form.
struct RawTensor {
  std::int32_t type = 0;  // TensorProto.DataType
  std::vector<std::int64_t> dims;
  std::string raw;
};

// nullopt: not a TensorProto, or one of strings or of external data.
std::optional<RawTensor> ReadTensorProto(const std::string& path);

}  // namespace onnxcheck::tests

#endif  // ONNXCHECK_TESTS_SUPPORT_PROTO_TENSORS_H_
