// NumPy's archives of arrays.
#ifndef ONNXCHECK_TRAINER_NPZ_H_
#define ONNXCHECK_TRAINER_NPZ_H_

#include <ATen/ATen.h>

#include <string>
#include <string_view>

namespace onnxcheck::trainer {

// An array in .npy form, versions 1 to 3 of
// numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Half
// precision becomes float32. Throws Unsupported for objects, text, big-endian
// numbers and for damage.
at::Tensor ReadNpy(std::string_view bytes);

// Member "<name>.npy" of the archive, at most `limit` bytes. Throws
// Unsupported.
at::Tensor ReadNpzMember(const std::string& path, const std::string& name, std::uint64_t limit);

}  // namespace onnxcheck::trainer

#endif  // ONNXCHECK_TRAINER_NPZ_H_
