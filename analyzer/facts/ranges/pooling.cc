// Pooling, sampling and resizing: elements and weighted means of them.
#include <algorithm>
#include <cmath>

#include "analyzer/facts/ranges/common.h"

namespace onnxcheck::facts {
namespace {

bool MayPad(const Call& call) {
  const std::string_view automatic = call.String("auto_pad", "NOTSET");
  if (automatic != "NOTSET" && automatic != "VALID") return true;
  const auto* pads = call.Ints("pads");
  return pads != nullptr &&
         std::any_of(pads->begin(), pads->end(), [](std::int64_t pad) { return pad != 0; });
}

Terms KernelTerms(const Call& call) {
  Terms terms{1, 1};
  const auto* kernel = call.Ints("kernel_shape");
  if (kernel == nullptr) return {};
  for (const std::int64_t size : *kernel)
    terms.most *= std::max<double>(static_cast<double>(size), 1);
  return terms;
}

void AveragePoolRange(const Call& call, std::span<Interval> outputs) {
  Interval x = call.Range(0);
  if (call.Int("count_include_pad", 0) != 0 && MayPad(call)) x = Join(x, Point(0));
  outputs[0] = MeanOfTerms(x, KernelTerms(call), call.OutputElement(0));
}

void MaxPoolRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = call.Range(0);
  // Kernels start from the least number, and pass over NaN.
  if (call.Range(0).nan) outputs[0] = Join(outputs[0], Point(-kInfinity));
  if (outputs.size() > 1) outputs[1] = IndexBelow(call.InputCount(0).value_or(kLargestTensor));
}

// (sum |x|^p)^(1/p).
Interval LpNorm(const Call& call, const Terms& terms, bool padded) {
  Interval magnitude = Absolute(call.Range(0));
  if (padded) magnitude = Join(magnitude, Point(0));
  const ir::ElementType type = call.OutputElement(0);
  const double p = static_cast<double>(call.Int("p", 2));
  if (p < 1 || IsEmpty(magnitude)) return Interval();
  Interval result = Between(magnitude.low * std::pow(std::max(terms.least, 1.0), 1 / p),
                            magnitude.high == 0 ? 0 : magnitude.high * std::pow(terms.most, 1 / p));
  result.nan = magnitude.nan;
  // Overflows on the way.
  if (p * std::log(MagnitudeOf(magnitude)) + std::log(terms.most) > std::log(LargestOfType(type))) {
    result.high = kInfinity;
  }
  if (std::isnan(result.low)) result.low = 0;
  // So do small powers underflow.
  if (magnitude.low > 0 && p * std::log(magnitude.low) < std::log(SmallestNormalOfType(type))) {
    result.low = 0;
  }
  const double units = std::min(terms.most, 65536.0) + 4 * kKernelUnits * p;
  return Inexact(result, type, units);
}

void LpPoolRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = LpNorm(call, KernelTerms(call), MayPad(call));
}

void GlobalAverageRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = MeanOfTerms(call.Range(0), TermsFrom(call, 0, 2), call.OutputElement(0));
}

void GlobalMaxRange(const Call& call, std::span<Interval> outputs) { outputs[0] = call.Range(0); }

void GlobalLpRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = LpNorm(call, TermsFrom(call, 0, 2), false);
}

// Weights that add up to 1 and whose magnitudes add up to `spread`.
Interval Interpolated(const Interval& x, double spread, ir::ElementType type) {
  if (IsEmpty(x)) return x;
  // Weighted terms may overflow on the way.
  if (!IsBounded(x) || 16 * spread * MagnitudeOf(x) > LargestOfType(type)) {
    Interval result =
        Between(x.low < 0 || spread > 1 ? -kInfinity : 0, x.high > 0 || spread > 1 ? kInfinity : 0);
    result.nan = true;  // 0 * inf, inf - inf
    return result;
  }
  const double center = x.low + (x.high - x.low) / 2;
  const double radius = (x.high - center) * spread;
  Interval result = spread > 1 ? Between(center - radius, center + radius) : x;
  result.integer = x.integer && spread == 1 && IsIntegerType(type);
  result.nan = x.nan;
  const double error = 4 * kKernelUnits * spread * EpsilonOfType(type) * MagnitudeOf(x);
  return spread > 1 ? Loosen(result, error) : LoosenWithinSign(result, error);
}

// Magnitudes of the four weights of the cubic kernel with coefficient a
// (Keys, Cubic convolution interpolation for digital image processing, 1981):
// the outer two have the sign of a and add up to a t (1 - t).
double CubicSpread(double a) {
  if (a <= 0 && a >= -1) return 1 - a / 2;
  return std::abs(a) / 4 + 2 * (std::abs(a + 2) + std::abs(a + 3) + 1);
}

// Axes that are resized; an upper bound.
double ResizedAxes(const Call& call) {
  const auto rank = static_cast<double>(RankOf(call, 0).value_or(8));
  const std::size_t input = call.opset > 0 && call.opset < 11 ? 1 : 2;
  const auto* scales = call.Elements(input);
  if (scales == nullptr || scales->empty()) {
    const auto* axes = call.Ints("axes");
    return axes == nullptr ? rank : static_cast<double>(axes->size());
  }
  return static_cast<double>(
      std::count_if(scales->begin(), scales->end(), [](double scale) { return scale != 1; }));
}

void ResizeRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const std::string_view mode = call.String("mode", "nearest");
  const ir::ElementType type = call.OutputElement(0);
  if (mode == "nearest") {
    outputs[0] = x;
  } else if (mode == "linear") {
    outputs[0] = Interpolated(x, 1, type);
  } else if (call.Int("exclude_outside", 0) == 0 && call.Int("antialias", 0) == 0) {
    const double spread = CubicSpread(call.Float("cubic_coeff_a", -0.75));
    outputs[0] = Interpolated(x, std::pow(spread, ResizedAxes(call)), type);
    if (IsIntegerType(type)) outputs[0] = Interval();
  } else {
    return;
  }
  if (call.String("coordinate_transformation_mode", "") == "tf_crop_and_resize") {
    outputs[0] = Join(outputs[0], Point(call.Float("extrapolation_value", 0)));
  }
}

void UpsampleRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Interpolated(call.Range(0), 1, call.OutputElement(0));
}

void GridSampleRange(const Call& call, std::span<Interval> outputs) {
  const std::string_view mode = call.String("mode", "linear");
  const bool cubic = mode == "cubic" || mode == "bicubic";
  Interval x = call.Range(0);
  if (call.String("padding_mode", "zeros") == "zeros") x = Join(x, Point(0));
  const double axes = static_cast<double>(RankOf(call, 0).value_or(8)) - 2;
  const double spread = cubic ? std::pow(CubicSpread(-0.75), axes) : 1;
  outputs[0] = Interpolated(x, spread, call.OutputElement(0));
}

// Samples outside of the image are 0.
void RoiRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Interpolated(Join(call.Range(0), Point(0)), 1, call.OutputElement(0));
}

void CropAndResizeRange(const Call& call, std::span<Interval> outputs) {
  const Interval outside = Point(call.Float("extrapolation_value", 0));
  outputs[0] = Interpolated(Join(call.Range(0), outside), 1, call.OutputElement(0));
}

// Rows of theta times (x, y, [z,] 1), with coordinates from -1 to 1.
void AffineGridRange(const Call& call, std::span<Interval> outputs) {
  const Interval term = Multiply(call.Range(0), Between(-1, 1));
  outputs[0] =
      SumOfTerms(Inexact(term, call.OutputElement(0), kKernelUnits), {3, 4}, call.OutputElement(0));
}

constexpr std::string_view kMicrosoft = "com.microsoft";

constexpr RangeOperator kPooling[] = {
    {"", "AffineGrid", AffineGridRange, "sums of three or four elements of theta"},
    {"", "AveragePool", AveragePoolRange, "within the input; and 0 where padding is counted"},
    {"", "GlobalAveragePool", GlobalAverageRange, "within the input"},
    {"", "GlobalLpPool", GlobalLpRange, "not negative; grows with the number of elements"},
    {"", "GlobalMaxPool", GlobalMaxRange, "elements of the input"},
    {"", "GridSample", GridSampleRange, "within the input and 0; beyond it for cubic"},
    {"", "LpPool", LpPoolRange, "not negative; grows with the kernel"},
    {"", "MaxPool", MaxPoolRange, "elements of the input"},
    {"", "MaxRoiPool", RoiRange, "within the input and 0"},
    {"", "Resize", ResizeRange, "within the input; cubic beyond it by its negative weights"},
    {"", "RoiAlign", RoiRange, "within the input and 0"},
    {"", "Upsample", UpsampleRange, "within the input"},
    {kMicrosoft, "CropAndResize", CropAndResizeRange, "within the input and the value outside"},
    {kMicrosoft, "NhwcMaxPool", GlobalMaxRange, "elements of the input"},
};

}  // namespace

std::span<const RangeOperator> PoolingRanges() { return kPooling; }

}  // namespace onnxcheck::facts
