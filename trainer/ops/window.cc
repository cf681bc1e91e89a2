#include "trainer/ops/window.h"

#include <algorithm>

namespace onnxcheck::trainer {

Window ReadWindow(const Call& call, const at::Tensor& input, std::vector<std::int64_t> kernel) {
  const std::size_t axes = kernel.size();
  if (axes < 1 || axes > 3 || input.dim() != static_cast<std::int64_t>(axes) + 2) {
    throw Unsupported(call.node.op_type + " over " + std::to_string(input.dim()) + " axes");
  }
  Window window;
  window.kernel = std::move(kernel);
  window.strides = call.Ints("strides", std::vector<std::int64_t>(axes, 1));
  window.dilations = call.Ints("dilations", std::vector<std::int64_t>(axes, 1));
  const std::vector<std::int64_t> pads = call.Ints("pads", std::vector<std::int64_t>(2 * axes, 0));
  if (window.strides.size() != axes || window.dilations.size() != axes || pads.size() != 2 * axes ||
      std::ranges::min(window.strides) < 1 || std::ranges::min(window.dilations) < 1) {
    throw Unsupported(call.node.op_type + " with attributes that do not fit its axes");
  }
  window.begin.assign(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(axes));
  window.end.assign(pads.begin() + static_cast<std::ptrdiff_t>(axes), pads.end());

  const std::string automatic = call.Text("auto_pad", "NOTSET");
  if (automatic == "VALID") {
    std::ranges::fill(window.begin, 0);
    std::ranges::fill(window.end, 0);
  } else if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    for (std::size_t i = 0; i < axes; ++i) {
      const std::int64_t size = input.size(static_cast<std::int64_t>(i) + 2);
      const std::int64_t windows = (size + window.strides[i] - 1) / window.strides[i];
      const std::int64_t reach = (window.kernel[i] - 1) * window.dilations[i] + 1;
      const std::int64_t total =
          std::max<std::int64_t>(0, (windows - 1) * window.strides[i] + reach - size);
      const std::int64_t less = total / 2;
      window.begin[i] = automatic == "SAME_UPPER" ? less : total - less;
      window.end[i] = total - window.begin[i];
    }
  } else if (automatic != "NOTSET") {
    throw Unsupported("auto_pad " + automatic);
  }
  return window;
}

at::Tensor PadFor(const Window& window, const at::Tensor& input, double value) {
  std::vector<std::int64_t> pads;  // libtorch counts from the last axis
  for (std::size_t i = window.kernel.size(); i-- > 0;) {
    pads.push_back(window.begin[i]);
    pads.push_back(window.end[i]);
  }
  if (std::ranges::all_of(pads, [](std::int64_t pad) { return pad == 0; })) return input;
  return at::constant_pad_nd(input, pads, value);
}

at::Tensor DropWindowsInPadding(const Window& window, const at::Tensor& input,
                                const at::Tensor& pooled) {
  at::Tensor result = pooled;
  for (std::size_t i = 0; i < window.kernel.size(); ++i) {
    const auto axis = static_cast<std::int64_t>(i) + 2;
    const std::int64_t room = input.size(axis) + window.begin[i];
    const std::int64_t starts = (room + window.strides[i] - 1) / window.strides[i];
    result = result.slice(axis, 0, std::min(result.size(axis), starts));
  }
  return result;
}

}  // namespace onnxcheck::trainer
