// Reductions along axes, running sums, and indices of extremes.
#include <algorithm>
#include <cmath>

#include "analyzer/facts/ranges/common.h"

namespace onnxcheck::facts {
namespace {

struct Axes {
  bool known = true;
  std::vector<double> axes;  // none: all, unless noop_with_empty_axes is set
};

// An attribute first, an input later: 13 for ReduceSum, 18 for the others.
Axes AxesOf(const Call& call) {
  if (call.Has(1)) {
    const auto* elements = call.Elements(1);
    return elements == nullptr ? Axes{false, {}} : Axes{true, *elements};
  }
  Axes axes;
  if (const auto* list = call.Ints("axes")) axes.axes.assign(list->begin(), list->end());
  return axes;
}

// How many elements of the input make one of the output.
Terms ReducedTerms(const Call& call) {
  const auto* shape = call.Shape(0);
  if (shape == nullptr) return {};
  const auto rank = static_cast<std::int64_t>(shape->size());
  const Terms all = TermsOver(shape, 0, rank);
  const Axes axes = AxesOf(call);
  if (!axes.known) {
    const auto in = call.InputCount(0);
    const auto out = call.OutputCount(0);
    if (in && out && *out > 0) return {*in / *out, *in / *out};
    return {std::min(all.least, 1.0), all.most};
  }
  if (axes.axes.empty()) return call.Int("noop_with_empty_axes", 0) != 0 ? Terms{1, 1} : all;
  Terms terms{1, 1};
  for (double axis : axes.axes) {
    if (axis < 0) axis += static_cast<double>(rank);
    if (!(axis >= 0) || axis >= static_cast<double>(rank)) return {};
    const auto at = static_cast<std::int64_t>(axis);
    const Terms length = TermsOver(shape, at, at + 1);
    terms.least *= length.least;
    terms.most = length.most == 0 || terms.most == 0 ? 0 : terms.most * length.most;
  }
  return terms;
}

// com.microsoft and newer opsets differ in whether a reduction over no axis
// still applies its function (x * x) or hands the input on.
bool MayHandOn(const Call& call) {
  const Axes axes = AxesOf(call);
  return call.Int("noop_with_empty_axes", 0) != 0 && (!axes.known || axes.axes.empty());
}

void Finish(const Call& call, const Interval& result, std::span<Interval> outputs) {
  outputs[0] = MayHandOn(call) ? Join(result, call.Range(0)) : result;
}

Interval SumOver(const Call& call, const Interval& x) {
  return SumOfTerms(x, ReducedTerms(call), call.OutputElement(0));
}

void ReduceSumRange(const Call& call, std::span<Interval> outputs) {
  Finish(call, SumOver(call, call.Range(0)), outputs);
}

void ReduceMeanRange(const Call& call, std::span<Interval> outputs) {
  Finish(call, MeanOfTerms(call.Range(0), ReducedTerms(call), call.OutputElement(0)), outputs);
}

// A kernel may overflow on the way, so that the steps are fitted to the type.
Interval SumOfSquares(const Call& call) {
  const ir::ElementType type = call.OutputElement(0);
  return FitToType(SumOver(call, FitToType(Square(call.Range(0)), type)), type);
}

void ReduceL1Range(const Call& call, std::span<Interval> outputs) {
  Finish(call, SumOver(call, Absolute(call.Range(0))), outputs);
}

void ReduceL2Range(const Call& call, std::span<Interval> outputs) {
  Interval norm = SquareRoot(SumOfSquares(call));
  if (IsIntegerType(call.OutputElement(0)) && !IsEmpty(norm)) norm.low = std::floor(norm.low);
  Finish(call, Inexact(norm, call.OutputElement(0), kKernelUnits), outputs);
}

void ReduceSumSquareRange(const Call& call, std::span<Interval> outputs) {
  Finish(call, SumOfSquares(call), outputs);
}

void ReduceLogSumRange(const Call& call, std::span<Interval> outputs) {
  const Interval sum = FitToType(SumOver(call, call.Range(0)), call.OutputElement(0));
  Interval result = Increasing([](double x) { return std::log(x); }, PartAbove(sum, 0));
  result = Loosen(result, kKernelUnits * std::max(EpsilonOfType(call.OutputElement(0)), 0x1p-52));
  result = Inexact(result, call.OutputElement(0), kKernelUnits);
  result.nan = sum.nan || (!IsEmpty(sum) && sum.low < 0);
  Finish(call, result, outputs);
}

// Between the greatest element and that and log n.
void ReduceLogSumExpRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const Terms terms = ReducedTerms(call);
  Interval result = NoElement();
  result.nan = x.nan || MayBeInfinite(x);
  if (terms.least == 0) result = Join(result, Point(-kInfinity));
  if (!IsEmpty(x) && terms.most > 0) {
    Interval sum =
        Between(x.low + std::log(std::max(terms.least, 1.0)), x.high + std::log(terms.most));
    const double epsilon = std::max(EpsilonOfType(call.OutputElement(0)), 0x1p-52);
    const double error = MagnitudeOf(x) + std::log(std::min(terms.most, kLargestTensor)) + 1;
    if (std::isfinite(error)) sum = Loosen(sum, 2 * kKernelUnits * epsilon * error);
    result = Join(result, sum);
  }
  Finish(call, result, outputs);
}

// Products of up to so many numbers.
Interval ProductOf(const Interval& x, const Terms& terms) {
  if (terms.most == 0) return Point(1);
  if (IsEmpty(x)) return terms.least == 0 ? Join(x, Point(1)) : x;
  if (terms.most == 1) return terms.least == 0 ? Join(x, Point(1)) : x;
  const Interval magnitude = Absolute(x);
  Interval product = NoElement();
  for (const double count : {std::max(terms.least, 1.0), terms.most}) {
    product.low = std::min(product.low, std::pow(magnitude.low, count));
    product.high = std::max(product.high, std::pow(magnitude.high, count));
  }
  if (terms.least == 0) product = Join(product, Point(1));
  // Numbers on both sides of 1 give more than their own powers only beyond both.
  if (x.low < 0) product = Join(product, Negate(product));
  product.nan = x.nan || (MayBeInfinite(x) && MayBeZero(x));
  product.integer = x.integer;
  product.nonzero = false;
  return product;
}

Interval ProductOver(const Call& call, const Terms& terms) {
  const Interval product = ProductOf(call.Range(0), terms);
  if (terms.most <= 1) return product;
  const double factors = std::min(terms.most, 1024.0);
  Interval rounded = Inexact(product, call.OutputElement(0), factors + 1);
  // Infinite on the way, and then times 0.
  if (IsFloatingType(call.OutputElement(0)) &&
      MagnitudeOf(product) > LargestOfType(call.OutputElement(0)) && MayBeZero(call.Range(0))) {
    rounded.nan = true;
  }
  return rounded;
}

void ReduceProdRange(const Call& call, std::span<Interval> outputs) {
  Finish(call, ProductOver(call, ReducedTerms(call)), outputs);
}

// The extreme of no element is the least (greatest) number of the type.
template <bool greatest>
void ReduceExtremeRange(const Call& call, std::span<Interval> outputs) {
  Interval result = call.Range(0);
  const Terms terms = ReducedTerms(call);
  if (terms.least == 0) {
    const Interval numbers = NumbersOfType(call.Element(0));
    const double limit = IsFloatingType(call.Element(0)) ? kInfinity
                         : greatest                      ? -numbers.low
                                                         : numbers.high;
    const Interval none = Point(greatest ? -limit : limit);
    result = terms.most == 0 ? none : Join(result, none);
  }
  outputs[0] = result;
}

void ArgRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = IndexBelow(AxisLength(call, 0, call.Int("axis", 0)));
}

Terms RunningTerms(const Call& call) {
  Terms terms;
  const auto* axis = call.Elements(1);
  if (axis != nullptr && axis->size() == 1 && std::abs(axis->front()) < 1024) {
    const auto length = AxisLength(call, 0, static_cast<std::int64_t>(axis->front()));
    if (length) terms.most = *length;
  } else if (const auto* shape = call.Shape(0)) {
    terms.most = 1;
    for (const ir::Dimension& dimension : *shape) {
      terms.most =
          std::max(terms.most, dimension.size ? static_cast<double>(*dimension.size) : kInfinity);
    }
  }
  if (call.Int("exclusive", 0) != 0) {
    terms.least = 0;
    terms.most = std::max(terms.most - 1, 0.0);
  }
  return terms;
}

void CumSumRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = SumOfTerms(call.Range(0), RunningTerms(call), call.OutputElement(0));
}

void CumProdRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = ProductOver(call, RunningTerms(call));
}

constexpr RangeOperator kReductions[] = {
    {"", "ArgMax", ArgRange, "indices within the axis"},
    {"", "ArgMin", ArgRange, "indices within the axis"},
    {"", "CumProd", CumProdRange, "powers of the bounds up to the axis' length"},
    {"", "CumSum", CumSumRange, "multiples of the bounds up to the axis' length"},
    {"", "ReduceL1", ReduceL1Range, "not negative; grows with the number of elements"},
    {"", "ReduceL2", ReduceL2Range, "not negative; grows with the number of elements"},
    {"", "ReduceLogSum", ReduceLogSumRange, "NaN where the sum may be negative"},
    {"", "ReduceLogSumExp", ReduceLogSumExpRange, "within log n of the greatest element"},
    {"", "ReduceMax", ReduceExtremeRange<true>, "elements of the input; of none, the least number"},
    {"", "ReduceMean", ReduceMeanRange, "within the input; of none, NaN"},
    {"", "ReduceMin", ReduceExtremeRange<false>,
     "elements of the input; of none, the greatest number"},
    {"", "ReduceProd", ReduceProdRange, "powers of the bounds; of none, 1"},
    {"", "ReduceSum", ReduceSumRange, "multiples of the bounds; of none, 0"},
    {"", "ReduceSumSquare", ReduceSumSquareRange, "not negative; of none, 0"},
};

}  // namespace

std::span<const RangeOperator> ReductionRanges() { return kReductions; }

}  // namespace onnxcheck::facts
