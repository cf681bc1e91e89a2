// Operators that pick elements out or put elements around.
#include <algorithm>
#include <cmath>

#include "trainer/ops/operator.h"

namespace onnxcheck::trainer {
namespace {

at::Tensor Ints(const std::vector<std::int64_t>& values) {
  return at::tensor(values, at::TensorOptions().dtype(at::kLong));
}

Tensors Gather(const Call& call) {
  const at::Tensor& data = call.In(0);
  const at::Tensor indices = call.In(1).to(at::kLong);
  const std::int64_t axis = WrapAxis(call.Int("axis", 0), data.dim());
  const at::Tensor flat = indices.reshape({-1});
  const at::Tensor wrapped = at::where(flat < 0, flat + data.size(axis), flat);
  std::vector<std::int64_t> shape(data.sizes().begin(), data.sizes().begin() + axis);
  shape.insert(shape.end(), indices.sizes().begin(), indices.sizes().end());
  shape.insert(shape.end(), data.sizes().begin() + axis + 1, data.sizes().end());
  return {data.index_select(axis, wrapped).reshape(shape)};
}

Tensors GatherElements(const Call& call) {
  const at::Tensor& data = call.In(0);
  const std::int64_t axis = WrapAxis(call.Int("axis", 0), data.dim());
  const at::Tensor indices = call.In(1).to(at::kLong);
  return {data.gather(axis, at::where(indices < 0, indices + data.size(axis), indices))};
}

// NumPy's slices: out-of-range bounds are clamped, steps may be negative.
at::Tensor SliceAxis(const at::Tensor& x, std::int64_t axis, std::int64_t start, std::int64_t end,
                     std::int64_t step) {
  const std::int64_t size = x.size(axis);
  if (step == 0) throw Unsupported("Slice with a step of 0");
  const std::int64_t low = step > 0 ? 0 : -1;
  const std::int64_t high = step > 0 ? size : size - 1;
  const auto bound = [&](std::int64_t i) {
    return std::clamp(i < 0 ? std::max<std::int64_t>(i + size, low) : i, low, high);
  };
  const std::int64_t first = bound(start);
  const std::int64_t last = bound(end);
  if (step > 0) return x.slice(axis, first, std::max(first, last), step);
  std::vector<std::int64_t> picked;
  for (std::int64_t i = first; i > last; i += step) picked.push_back(i);
  return x.index_select(axis, Ints(picked));
}

Tensors Slice(const Call& call) {
  at::Tensor x = call.In(0);
  const bool inputs = call.opset >= 10;
  const std::vector<std::int64_t> starts = inputs ? call.InputInts(1) : call.Ints("starts");
  const std::vector<std::int64_t> ends = inputs ? call.InputInts(2) : call.Ints("ends");
  std::vector<std::int64_t> axes = inputs && call.Has(3) ? call.InputInts(3) : call.Ints("axes");
  std::vector<std::int64_t> steps(starts.size(), 1);
  if (inputs && call.Has(4)) steps = call.InputInts(4);
  if (axes.empty()) {
    for (std::size_t i = 0; i < starts.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  }
  if (ends.size() != starts.size() || axes.size() != starts.size() ||
      steps.size() != starts.size()) {
    throw Unsupported("Slice with bounds of different lengths");
  }
  for (std::size_t i = 0; i < starts.size(); ++i) {
    x = SliceAxis(x, WrapAxis(axes[i], x.dim()), starts[i], ends[i], steps[i]);
  }
  return {x};
}

// Index in [0, size) that a padded position i shows.
std::int64_t Mirror(const std::string& mode, std::int64_t i, std::int64_t size) {
  if (mode == "edge") return std::clamp<std::int64_t>(i, 0, size - 1);
  if (mode == "wrap") return ((i % size) + size) % size;
  const std::int64_t period = std::max<std::int64_t>(1, 2 * (size - 1));
  const std::int64_t folded = ((i % period) + period) % period;
  return folded < size ? folded : period - folded;
}

at::Tensor PadAxis(const at::Tensor& x, std::int64_t axis, const std::string& mode,
                   std::int64_t before, std::int64_t after) {
  std::vector<std::int64_t> picked;
  const std::int64_t size = x.size(axis);
  if (size == 0) throw Unsupported("Pad of an empty axis");
  for (std::int64_t i = -before; i < size + after; ++i) picked.push_back(Mirror(mode, i, size));
  return x.index_select(axis, Ints(picked));
}

Tensors Pad(const Call& call) {
  at::Tensor x = call.In(0);
  const std::string mode = call.Text("mode", "constant");
  const bool inputs = call.opset >= 11;
  const std::vector<std::int64_t> pads = inputs ? call.InputInts(1) : call.Ints("pads");
  const double value = !inputs       ? call.Float("value", 0)
                       : call.Has(2) ? call.In(2).item<double>()
                                     : 0.0;
  std::vector<std::int64_t> axes;
  if (call.opset >= 18 && call.Has(3)) axes = call.InputInts(3);
  for (std::int64_t i = 0; axes.size() * 2 < pads.size(); ++i) axes.push_back(i);
  if (pads.size() != 2 * axes.size()) throw Unsupported("Pad with pads that do not fit its axes");
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t axis = WrapAxis(axes[i], x.dim());
    const std::int64_t before = pads[i];
    const std::int64_t after = pads[i + axes.size()];
    if (before == 0 && after == 0) continue;
    if (mode != "constant") {
      x = PadAxis(x, axis, mode, before, after);
      continue;
    }
    // libtorch counts axes from the last.
    std::vector<std::int64_t> all(static_cast<std::size_t>(2 * (x.dim() - axis)), 0);
    all[all.size() - 2] = before;
    all[all.size() - 1] = after;
    x = at::constant_pad_nd(x, all, value);
  }
  return {x};
}

constexpr OperatorEntry kTable[] = {
    {"Gather", Gather},
    {"GatherElements", GatherElements},
    {"Pad", Pad},
    {"Slice", Slice},
};

}  // namespace

std::span<const OperatorEntry> SliceOperators() { return kTable; }

}  // namespace onnxcheck::trainer
