// Operators that move elements without computing with them.
#include <algorithm>
#include <numeric>

#include "trainer/ops/operator.h"

namespace onnxcheck::trainer {
namespace {

at::Tensor Ints(const std::vector<std::int64_t>& values) {
  return at::tensor(values, at::TensorOptions().dtype(at::kLong));
}

Tensors Flatten(const Call& call) {
  const at::Tensor& x = call.In(0);
  const std::int64_t axis = WrapAxis(call.Int("axis", 1), x.dim());
  const auto sizes = x.sizes();
  const std::int64_t rows = std::accumulate(sizes.begin(), sizes.begin() + axis, std::int64_t{1},
                                            std::multiplies<std::int64_t>());
  const std::int64_t columns = std::accumulate(sizes.begin() + axis, sizes.end(), std::int64_t{1},
                                               std::multiplies<std::int64_t>());
  return {x.reshape({rows, columns})};
}

// 0 copies the input's dimension, unless allowzero.
Tensors Reshape(const Call& call) {
  const at::Tensor& x = call.In(0);
  std::vector<std::int64_t> shape = call.opset >= 5 ? call.InputInts(1) : call.Ints("shape");
  if (call.Int("allowzero", 0) == 0) {
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == 0 && static_cast<std::int64_t>(i) < x.dim()) {
        shape[i] = x.size(static_cast<std::int64_t>(i));
      }
    }
  }
  // libtorch refuses to infer a dimension next to a 0.
  if (x.numel() == 0) {
    const auto open = std::ranges::find(shape, -1);
    if (open != shape.end()) *open = 0;
  }
  return {x.reshape(shape)};
}

Tensors Transpose(const Call& call) {
  const at::Tensor& x = call.In(0);
  std::vector<std::int64_t> order(static_cast<std::size_t>(x.dim()));
  std::iota(order.rbegin(), order.rend(), 0);
  return {x.permute(call.Ints("perm", order))};
}

// Opset 13 moved the axes of Squeeze and Unsqueeze from an attribute to an input.
std::vector<std::int64_t> Axes(const Call& call, std::int64_t rank) {
  std::vector<std::int64_t> axes = call.Ints("axes");
  if (call.opset >= 13 && call.Has(1)) axes = call.InputInts(1);
  for (std::int64_t& axis : axes) axis = WrapAxis(axis, rank);
  std::ranges::sort(axes);
  return axes;
}

Tensors Squeeze(const Call& call) {
  at::Tensor x = call.In(0);
  const std::vector<std::int64_t> axes = Axes(call, x.dim());
  if (axes.empty()) return {x.squeeze()};
  for (std::size_t i = axes.size(); i-- > 0;) {
    if (x.size(axes[i]) != 1) throw Unsupported("Squeeze of an axis that is not 1");
    x = x.squeeze(axes[i]);
  }
  return {x};
}

Tensors Unsqueeze(const Call& call) {
  at::Tensor x = call.In(0);
  const std::size_t count = call.opset >= 13 ? call.InputInts(1).size() : call.Ints("axes").size();
  for (const std::int64_t axis : Axes(call, x.dim() + static_cast<std::int64_t>(count))) {
    x = x.unsqueeze(axis);
  }
  return {x};
}

Tensors Concat(const Call& call) {
  return {at::cat(Tensors(call.inputs.begin(), call.inputs.end()),
                  call.Int("axis", call.opset < 4 ? 1 : 0))};
}

// Sizes are an attribute before opset 13, an input after; without either the
// parts are equal, the last one smaller when num_outputs does not divide.
Tensors Split(const Call& call) {
  const at::Tensor& x = call.In(0);
  const std::int64_t axis = WrapAxis(call.Int("axis", 0), x.dim());
  std::vector<std::int64_t> sizes = call.Ints("split");
  if (call.opset >= 13 && call.Has(1)) sizes = call.InputInts(1);
  if (!sizes.empty()) return at::split_with_sizes(x, sizes, axis);
  const auto parts = static_cast<std::int64_t>(call.node.outputs.size());
  return at::split(x, (x.size(axis) + parts - 1) / parts, axis);
}

Tensors Shape(const Call& call) {
  const at::Tensor& x = call.In(0);
  const std::int64_t rank = x.dim();
  const auto bound = [rank](std::int64_t i) {
    return std::clamp<std::int64_t>(i < 0 ? i + rank : i, 0, rank);
  };
  const std::int64_t start = bound(call.Int("start", 0));
  const std::int64_t end = std::max(start, bound(call.Int("end", rank)));
  return {Ints({x.sizes().begin() + start, x.sizes().begin() + end})};
}

Tensors Size(const Call& call) {
  return {at::scalar_tensor(call.In(0).numel(), at::TensorOptions().dtype(at::kLong))};
}

// Broadcasts both ways: a 1 in the shape keeps the input's dimension.
Tensors Expand(const Call& call) {
  const std::vector<std::int64_t> shape = call.InputInts(1);
  const at::Tensor filler = at::empty({1}, call.In(0).options()).expand(shape);
  return {at::broadcast_tensors({call.In(0), filler})[0]};
}

Tensors Tile(const Call& call) { return {call.In(0).repeat(call.InputInts(1))}; }

constexpr OperatorEntry kTable[] = {
    {"Concat", Concat}, {"Expand", Expand},       {"Flatten", Flatten},     {"Reshape", Reshape},
    {"Shape", Shape},   {"Size", Size},           {"Split", Split},         {"Squeeze", Squeeze},
    {"Tile", Tile},     {"Transpose", Transpose}, {"Unsqueeze", Unsqueeze},
};

}  // namespace

std::span<const OperatorEntry> ShapeOperators() { return kTable; }

}  // namespace onnxcheck::trainer
