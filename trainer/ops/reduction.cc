// Reductions over axes.
#include <numeric>

#include "trainer/ops/operator.h"

namespace onnxcheck::trainer {
namespace {

// Axes moved from an attribute to an input: ReduceSum in opset 13, the others in 18.
std::vector<std::int64_t> Axes(const Call& call) {
  std::vector<std::int64_t> axes = call.Ints("axes");
  if (call.Has(1)) axes = call.InputInts(1);
  const std::int64_t rank = call.In(0).dim();
  for (std::int64_t& axis : axes) axis = WrapAxis(axis, rank);
  return axes;
}

using Reducer = at::Tensor (*)(const at::Tensor&, at::IntArrayRef, bool);

// No axes: all of them, or none at all under noop_with_empty_axes, where only
// what is done to each element remains: a reduction over no axis at all.
template <Reducer reducer, Reducer elementwise = nullptr>
Tensors Reduce(const Call& call) {
  const at::Tensor& x = call.In(0);
  const bool keep = call.Int("keepdims", 1) != 0;
  std::vector<std::int64_t> axes = Axes(call);
  if (axes.empty()) {
    if (call.Int("noop_with_empty_axes", 0) != 0) {
      return {elementwise == nullptr ? x : elementwise(x, {}, keep)};
    }
    axes.resize(static_cast<std::size_t>(x.dim()));
    std::iota(axes.begin(), axes.end(), 0);
  }
  // libtorch takes no axes for all axes; a scalar has none to reduce.
  if (axes.empty()) return {elementwise == nullptr ? x : elementwise(x, {}, keep)};
  return {reducer(x, axes, keep).to(x.scalar_type())};
}

at::Tensor Sum(const at::Tensor& x, at::IntArrayRef axes, bool keep) {
  return x.sum(axes, keep, x.scalar_type());
}
at::Tensor Mean(const at::Tensor& x, at::IntArrayRef axes, bool keep) { return x.mean(axes, keep); }
void RequireElements(const at::Tensor& x) {
  if (x.numel() == 0) throw Unsupported("the extreme of an empty tensor");
}
at::Tensor Max(const at::Tensor& x, at::IntArrayRef axes, bool keep) {
  RequireElements(x);
  return x.amax(axes, keep);
}
at::Tensor Min(const at::Tensor& x, at::IntArrayRef axes, bool keep) {
  RequireElements(x);
  return x.amin(axes, keep);
}
at::Tensor L1(const at::Tensor& x, at::IntArrayRef axes, bool keep) {
  return x.abs().sum(axes, keep);
}
at::Tensor L2(const at::Tensor& x, at::IntArrayRef axes, bool keep) {
  return (x * x)
      .sum(axes, keep)
      .to(at::isFloatingType(x.scalar_type()) ? x.scalar_type() : at::kDouble)
      .sqrt();
}
at::Tensor SumSquare(const at::Tensor& x, at::IntArrayRef axes, bool keep) {
  return (x * x).sum(axes, keep);
}
at::Tensor LogSum(const at::Tensor& x, at::IntArrayRef axes, bool keep) {
  return x.sum(axes, keep).log();
}
at::Tensor LogSumExp(const at::Tensor& x, at::IntArrayRef axes, bool keep) {
  return x.logsumexp(axes, keep);
}
at::Tensor Prod(const at::Tensor& x, at::IntArrayRef axes, bool keep) {
  std::vector<std::int64_t> order = axes.vec();
  std::sort(order.rbegin(), order.rend());
  at::Tensor result = x;
  for (const std::int64_t axis : order) result = result.prod(axis, keep);
  return result;
}

at::Tensor AbsEach(const at::Tensor& x, at::IntArrayRef, bool) { return x.abs(); }
at::Tensor SquareEach(const at::Tensor& x, at::IntArrayRef, bool) { return x * x; }
at::Tensor LogEach(const at::Tensor& x, at::IntArrayRef, bool) { return x.log(); }

template <at::Tensor (at::Tensor::*method)(c10::optional<std::int64_t>, bool) const>
Tensors ArgReduce(const Call& call) {
  const at::Tensor& x = call.In(0);
  const std::int64_t axis = WrapAxis(call.Int("axis", 0), x.dim());
  const bool keep = call.Int("keepdims", 1) != 0;
  if (call.Int("select_last_index", 0) == 0) return {(x.*method)(axis, keep)};
  return {x.size(axis) - 1 - (x.flip({axis}).*method)(axis, keep)};
}

constexpr OperatorEntry kTable[] = {
    {"ArgMax", ArgReduce<&at::Tensor::argmax>},
    {"ArgMin", ArgReduce<&at::Tensor::argmin>},
    {"ReduceL1", Reduce<L1, AbsEach>},
    {"ReduceL2", Reduce<L2, AbsEach>},
    {"ReduceLogSum", Reduce<LogSum, LogEach>},
    {"ReduceLogSumExp", Reduce<LogSumExp>},
    {"ReduceMax", Reduce<Max>},
    {"ReduceMean", Reduce<Mean>},
    {"ReduceMin", Reduce<Min>},
    {"ReduceProd", Reduce<Prod>},
    {"ReduceSum", Reduce<Sum>},
    {"ReduceSumSquare", Reduce<SumSquare, SquareEach>},
};

}  // namespace

std::span<const OperatorEntry> ReductionOperators() { return kTable; }

}  // namespace onnxcheck::trainer
