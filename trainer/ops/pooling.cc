// Pools. Padding is done first, so that uneven pads and every libtorch limit
// on them are out of the way.
#include <limits>

#include "trainer/ops/window.h"

namespace onnxcheck::trainer {
namespace {

at::Tensor MaxPoolPadded(const Window& window, const at::Tensor& input, bool ceil_mode) {
  const std::vector<std::int64_t> none(window.kernel.size(), 0);
  switch (window.kernel.size()) {
    case 1:
      return at::max_pool1d(input, window.kernel, window.strides, none, window.dilations,
                            ceil_mode);
    case 2:
      return at::max_pool2d(input, window.kernel, window.strides, none, window.dilations,
                            ceil_mode);
    default:
      return at::max_pool3d(input, window.kernel, window.strides, none, window.dilations,
                            ceil_mode);
  }
}

at::Tensor AveragePadded(const Window& window, const at::Tensor& input, bool ceil_mode) {
  const std::vector<std::int64_t> none(window.kernel.size(), 0);
  switch (window.kernel.size()) {
    case 1:
      return at::avg_pool1d(input, window.kernel, window.strides, none, ceil_mode);
    case 2:
      return at::avg_pool2d(input, window.kernel, window.strides, none, ceil_mode);
    default:
      return at::avg_pool3d(input, window.kernel, window.strides, none, ceil_mode);
  }
}

Tensors MaxPool(const Call& call) {
  if (call.node.outputs.size() > 1) throw Unsupported("MaxPool with its indices");
  const at::Tensor& input = call.In(0);
  const bool whole = at::isIntegralType(input.scalar_type(), /*includeBool=*/true);
  const at::Tensor values = whole ? input.to(at::kFloat) : input;
  const Window window = ReadWindow(call, input, call.Ints("kernel_shape"));
  const at::Tensor padded = PadFor(window, values, -std::numeric_limits<double>::infinity());
  const at::Tensor pooled = MaxPoolPadded(window, padded, call.Int("ceil_mode", 0) != 0);
  return {DropWindowsInPadding(window, input, pooled).to(input.scalar_type())};
}

// Without count_include_pad an average is over the elements that are there:
// the ratio of two averages that both count the padding.
Tensors AveragePool(const Call& call) {
  const at::Tensor& input = call.In(0);
  const Window window = ReadWindow(call, input, call.Ints("kernel_shape"));
  for (const std::int64_t dilation : window.dilations) {
    if (dilation != 1) throw Unsupported("AveragePool with dilations");
  }
  const bool ceil_mode = call.Int("ceil_mode", 0) != 0;
  const auto pool = [&](const at::Tensor& x) {
    return DropWindowsInPadding(window, input,
                                AveragePadded(window, PadFor(window, x, 0), ceil_mode));
  };
  const at::Tensor average = pool(input);
  if (call.Int("count_include_pad", 0) != 0) return {average};
  const at::Tensor ones = at::ones_like(input.slice(0, 0, 1).slice(1, 0, 1));
  return {average / pool(ones)};
}

std::vector<std::int64_t> SpatialAxes(const at::Tensor& input) {
  std::vector<std::int64_t> axes;
  for (std::int64_t axis = 2; axis < input.dim(); ++axis) axes.push_back(axis);
  if (axes.empty()) throw Unsupported("a global pool without spatial axes");
  return axes;
}

Tensors GlobalAveragePool(const Call& call) {
  return {call.In(0).mean(SpatialAxes(call.In(0)), /*keepdim=*/true)};
}

Tensors GlobalMaxPool(const Call& call) {
  return {call.In(0).amax(SpatialAxes(call.In(0)), /*keepdim=*/true)};
}

constexpr OperatorEntry kTable[] = {
    {"AveragePool", AveragePool},
    {"GlobalAveragePool", GlobalAveragePool},
    {"GlobalMaxPool", GlobalMaxPool},
    {"MaxPool", MaxPool},
};

}  // namespace

std::span<const OperatorEntry> PoolingOperators() { return kTable; }

}  // namespace onnxcheck::trainer
