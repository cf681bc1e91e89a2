#include "tests/trainer/proto_tensors.h"

#include <onnx/onnx_pb.h>

#include <fstream>

namespace onnxcheck::tests {

std::optional<RawTensor> ReadTensorProto(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  ONNX_NAMESPACE::TensorProto proto;
  if (!file || !proto.ParseFromIstream(&file)) return std::nullopt;
  RawTensor tensor;
  tensor.type = proto.data_type();
  tensor.dims.assign(proto.dims().begin(), proto.dims().end());
  tensor.raw = proto.raw_data();
  const bool empty = std::find(tensor.dims.begin(), tensor.dims.end(), 0) != tensor.dims.end();
  if (!proto.has_raw_data() && !empty) return std::nullopt;
  return tensor;
}

}  // namespace onnxcheck::tests
