// Convolutions over one to three axes.
#include "trainer/ops/window.h"

namespace onnxcheck::trainer {
namespace {

Tensors Conv(const Call& call) {
  const at::Tensor& weight = call.In(1);
  const Window window = ReadWindow(call, call.In(0), weight.sizes().slice(2).vec());
  const bool symmetric = window.Symmetric();
  const at::Tensor input = symmetric ? call.In(0) : PadFor(window, call.In(0), 0);
  const std::vector<std::int64_t> none(window.kernel.size(), 0);
  return {at::convolution(input, weight, call.Has(2) ? call.In(2) : at::Tensor(), window.strides,
                          symmetric ? window.begin : none, window.dilations,
                          /*transposed=*/false, none, call.Int("group", 1))};
}

// Explicit padding only: how auto_pad and output_shape share out the padding
// of a transposed convolution changed between opsets.
Tensors ConvTranspose(const Call& call) {
  const at::Tensor& weight = call.In(1);
  const Window window = ReadWindow(call, call.In(0), weight.sizes().slice(2).vec());
  if (call.Text("auto_pad", "NOTSET") != "NOTSET" || call.Find("output_shape") != nullptr ||
      !window.Symmetric()) {
    throw Unsupported("ConvTranspose with auto_pad, output_shape or uneven pads");
  }
  const std::vector<std::int64_t> extra =
      call.Ints("output_padding", std::vector<std::int64_t>(window.kernel.size(), 0));
  return {at::convolution(call.In(0), weight, call.Has(2) ? call.In(2) : at::Tensor(),
                          window.strides, window.begin, window.dilations, /*transposed=*/true,
                          extra, call.Int("group", 1))};
}

constexpr OperatorEntry kTable[] = {
    {"Conv", Conv},
    {"ConvTranspose", ConvTranspose},
};

}  // namespace

std::span<const OperatorEntry> ConvolutionOperators() { return kTable; }

}  // namespace onnxcheck::trainer
