// Geometry that convolutions and pools share: strides, dilations, padding.
#ifndef ONNXCHECK_TRAINER_OPS_WINDOW_H_
#define ONNXCHECK_TRAINER_OPS_WINDOW_H_

#include <cstdint>
#include <vector>

#include "trainer/ops/operator.h"

namespace onnxcheck::trainer {

// One entry per spatial axis, outermost first.
struct Window {
  std::vector<std::int64_t> kernel;
  std::vector<std::int64_t> strides;
  std::vector<std::int64_t> dilations;
  std::vector<std::int64_t> begin;  // padding before the first element
  std::vector<std::int64_t> end;    // and after the last

  bool Symmetric() const { return begin == end; }
};

// Reads strides, dilations, pads and auto_pad for an input [N, C, D1, ...].
Window ReadWindow(const Call& call, const at::Tensor& input, std::vector<std::int64_t> kernel);

// The input with the window's padding around its spatial axes.
at::Tensor PadFor(const Window& window, const at::Tensor& input, double value);

// A pool's output without the windows that ceil_mode adds but ONNX drops: those
// that start in the padding after the input.
at::Tensor DropWindowsInPadding(const Window& window, const at::Tensor& input,
                                const at::Tensor& pooled);

}  // namespace onnxcheck::trainer

#endif  // ONNXCHECK_TRAINER_OPS_WINDOW_H_
