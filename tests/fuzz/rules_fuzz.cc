// libFuzzer target over all that happens to a model: reader, checker, inference, weights, facts and
// every rule, as `onnxcheck FILE` does it. Its mutations know ONNX's messages (mutate_model.h).
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/check_folder.h"
#include "tests/fuzz/mutate_model.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace onnxcheck {
namespace {

namespace pb = ONNX_NAMESPACE;

bool Parse(const std::uint8_t* data, std::size_t size, pb::ModelProto* model) {
  return model->ParseFromArray(data, static_cast<int>(size));
}

// The new size, or 0 if the model does not fit.
std::size_t Write(const pb::ModelProto& model, std::uint8_t* data, std::size_t max_size) {
  const std::size_t size = model.ByteSizeLong();
  if (size > max_size || !model.SerializePartialToArray(data, static_cast<int>(size))) return 0;
  return size;
}

}  // namespace
}  // namespace onnxcheck

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  onnxcheck::pb::ModelProto model;
  if (seed % 16 == 0 || !onnxcheck::Parse(data, size, &model)) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  onnxcheck::fuzz::MutateModel(&model, seed);
  const std::size_t changed = onnxcheck::Write(model, data, max_size);
  return changed != 0 ? changed : LLVMFuzzerMutate(data, size, max_size);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1,
                                                 const std::uint8_t* data2, std::size_t size2,
                                                 std::uint8_t* out, std::size_t max_size,
                                                 unsigned seed) {
  onnxcheck::pb::ModelProto model;
  onnxcheck::pb::ModelProto other;
  if (onnxcheck::Parse(data1, size1, &model) && onnxcheck::Parse(data2, size2, &other)) {
    onnxcheck::fuzz::CrossModels(other, &model, seed);
    const std::size_t size = onnxcheck::Write(model, out, max_size);
    if (size != 0) return size;
  }
  std::copy_n(data1, std::min(size1, max_size), out);
  return std::min(size1, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  onnxcheck::fuzz::CheckFolder({"model.onnx"}, {reinterpret_cast<const char*>(data), size});
  return 0;
}
