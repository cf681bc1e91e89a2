// Normalisation over batches, groups, layers and neighbours.
#include <algorithm>
#include <cmath>

#include "analyzer/facts/ranges/common.h"

namespace onnxcheck::facts {
namespace {

Interval ReciprocalRoot(const Interval& x) { return Divide(Point(1), SquareRoot(x)); }

// Variances of numbers in x: at most a quarter of the squared width (Popoviciu).
Interval VarianceOf(const Interval& x) {
  if (IsEmpty(x)) return x;
  const double half = (x.high - x.low) / 2;
  Interval variance = Between(0, half * half);
  variance.nan = x.nan || MayBeInfinite(x);
  return variance;
}

// (x - mean) / sqrt(variance + epsilon) over n elements. A deviation is no more
// than the root of the sum of all squared ones, also from a mean that was
// rounded: sqrt(n). Nor is it more than the width over sqrt(epsilon).
Interval Standardised(const Interval& x, double least_magnitude, const Terms& terms, double epsilon,
                      ir::ElementType type) {
  if (IsEmpty(x)) return x;
  const double by_count = std::sqrt(terms.most);
  const double by_epsilon = epsilon > 0 ? least_magnitude / std::sqrt(epsilon) : kInfinity;
  // Without an epsilon, 0 / 0 of equal elements, and what rounding makes of it.
  const double bound = epsilon > 0 ? std::min(by_count, by_epsilon) : kInfinity;
  Interval result = Between(-bound, bound);
  const bool overflows = std::isinf(terms.most) ? MagnitudeOf(x) > std::sqrt(LargestOfType(type))
                                                : MagnitudeOf(x) * terms.most > LargestOfType(type);
  result.nan = x.nan || MayBeInfinite(x) || overflows || epsilon <= 0;
  const double added = std::min(terms.most, 65536.0);
  return Inexact(result, type, 4 * kKernelUnits + added);
}

Interval Centred(const Interval& x, const Terms& terms, double epsilon, ir::ElementType type) {
  double width = IsEmpty(x) ? 0 : x.high - x.low;
  width += 64 * std::max(EpsilonOfType(type), 0x1p-52) * MagnitudeOf(x);
  return Standardised(x, width, terms, epsilon, type);
}

// x / sqrt(mean(x^2) + epsilon): the sign is that of x.
Interval RootMeanSquared(const Interval& x, const Terms& terms, double epsilon,
                         ir::ElementType type) {
  Interval result = Standardised(x, MagnitudeOf(x), terms, epsilon, type);
  if (!IsEmpty(x) && x.low >= 0) result.low = std::max(result.low, 0.0);
  if (!IsEmpty(x) && x.high <= 0) result.high = std::min(result.high, 0.0);
  return result;
}

// times scale plus bias, where these inputs are there.
Interval Affine(const Call& call, const Interval& x, std::size_t scale, std::size_t bias) {
  Interval result = call.Has(scale) ? Multiply(x, call.Range(scale)) : x;
  if (call.Has(bias)) result = Add(result, call.Range(bias));
  return Inexact(result, call.OutputElement(0), kKernelUnits);
}

Interval InverseDeviation(const Interval& variance, double epsilon, ir::ElementType type) {
  Interval result = ReciprocalRoot(Add(variance, Point(epsilon)));
  result.nan = variance.nan;
  return Inexact(result, type, 8 * kKernelUnits);
}

// One channel: kernels fold scale * (x - mean) * r + bias into x * s + b, so
// that errors are those of the terms, not of the result.
Interval NormalisedChannel(const Call& call, const Interval& scale, const Interval& bias,
                           const Interval& mean, const Interval& variance) {
  const ir::ElementType type = call.OutputElement(0);
  const Interval deviation = SquareRoot(Add(variance, Point(call.Float("epsilon", 1e-5F))));
  const Interval factor = Divide(scale, deviation);
  const Interval result = Add(Multiply(Subtract(call.Range(0), mean), factor), bias);
  const double terms =
      (MagnitudeOf(call.Range(0)) + MagnitudeOf(mean)) * MagnitudeOf(factor) + MagnitudeOf(bias);
  const double epsilon = std::max(EpsilonOfType(type), 0x1p-52);
  if (!(terms <= LargestOfType(type))) return Interval();  // inf - inf of the folded terms
  return Loosen(result, 4 * kKernelUnits * epsilon * terms);
}

// x, scale, bias, mean, variance.
void BatchNormRange(const Call& call, std::span<Interval> outputs) {
  const ir::ElementType type = call.OutputElement(0);
  const bool older = call.opset > 0 && call.opset < 14;
  const bool training = older ? outputs.size() > 1 : call.Int("training_mode", 0) != 0;
  if (!training) {
    const auto* scale = call.Elements(1);
    const auto* bias = call.Elements(2);
    const auto* mean = call.Elements(3);
    const auto* variance = call.Elements(4);
    const bool known = scale != nullptr && bias != nullptr && mean != nullptr &&
                       variance != nullptr && scale->size() == bias->size() &&
                       scale->size() == mean->size() && scale->size() == variance->size();
    if (!known) {
      outputs[0] =
          NormalisedChannel(call, call.Range(1), call.Range(2), call.Range(3), call.Range(4));
      return;
    }
    outputs[0] = NoElement();
    for (std::size_t i = 0; i < scale->size(); ++i) {
      outputs[0] = Join(outputs[0], NormalisedChannel(call, Point((*scale)[i]), Point((*bias)[i]),
                                                      Point((*mean)[i]), Point((*variance)[i])));
    }
    outputs[0].nonzero = false;
    return;
  }
  const Interval x = call.Range(0);
  const Terms channels = TermsOver(call.Shape(0), 1, 2);
  Terms terms = TermsFrom(call, 0, 0);
  if (std::isfinite(terms.most) && channels.most > 0) terms.most /= channels.least;
  outputs[0] = Affine(call, Centred(x, terms, call.Float("epsilon", 1e-5F), type), 1, 2);
  // Running statistics move towards those of the batch; the unbiased variance
  // of older opsets is at most twice the other.
  const auto moved = [&](const Interval& before, const Interval& now) {
    return Loosen(Join(before, now),
                  64 * EpsilonOfType(type) * std::min(MagnitudeOf(Join(before, now)), 1e30));
  };
  if (outputs.size() > 1) outputs[1] = moved(call.Range(3), x);
  if (outputs.size() > 2) {
    outputs[2] = moved(call.Range(4), Multiply(VarianceOf(x), Between(1, 2)));
  }
}

void InstanceNormRange(const Call& call, std::span<Interval> outputs) {
  const double epsilon = call.Float("epsilon", 1e-5F);
  const Interval x = Centred(call.Range(0), TermsFrom(call, 0, 2), epsilon, call.OutputElement(0));
  outputs[0] = Affine(call, x, 1, 2);
}

void GroupNormRange(const Call& call, std::span<Interval> outputs) {
  Terms terms = TermsFrom(call, 0, 1);
  const auto groups = static_cast<double>(call.Int("num_groups", 1));
  if (groups >= 1) terms.most /= groups;
  const double epsilon = call.Float("epsilon", 1e-5F);
  outputs[0] = Affine(call, Centred(call.Range(0), terms, epsilon, call.OutputElement(0)), 1, 2);
}

// The elements that are normalised together: from `axis` on; where the shape
// is not known, the scale's own.
Terms LayerTerms(const Call& call, std::size_t scale) {
  const Terms terms = TermsFrom(call, 0, call.Int("axis", -1));
  if (std::isfinite(terms.most)) return terms;
  const bool last = call.Int("axis", -1) == -1;
  const auto count = call.InputCount(scale);
  return last && count && RankOf(call, scale) == std::size_t{1} ? Terms{*count, *count} : terms;
}

// x, scale, bias; mean and inverse deviation besides.
void LayerNormRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const ir::ElementType type = call.OutputElement(0);
  const double epsilon = call.Float("epsilon", 1e-5F);
  const Terms terms = LayerTerms(call, 1);
  outputs[0] = Affine(call, Centred(x, terms, epsilon, type), 1, 2);
  if (outputs.size() > 1) outputs[1] = MeanOfTerms(x, terms, type);
  if (outputs.size() > 2) outputs[2] = InverseDeviation(VarianceOf(x), epsilon, type);
}

void RmsNormRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const ir::ElementType type = call.OutputElement(0);
  const double epsilon = call.Float("epsilon", 1e-5F);
  const Interval unit = RootMeanSquared(x, LayerTerms(call, 1), epsilon, type);
  outputs[0] = Affine(call, unit, 1, call.inputs.size());
  if (outputs.size() > 1) outputs[1] = InverseDeviation(Square(x), epsilon, type);
}

// com.microsoft: input, skip, gamma, [beta,] bias; output 3 is their sum.
template <bool centred>
void SkipNormRange(const Call& call, std::span<Interval> outputs) {
  constexpr std::size_t kBias = centred ? 4 : 3;
  Interval x = Add(call.Range(0), call.Range(1));
  if (call.Has(kBias)) x = Add(x, call.Range(kBias));
  const ir::ElementType type = call.Element(0);
  const double epsilon = call.Float("epsilon", centred ? 1e-12 : 1e-6);
  const Terms terms = LayerTerms(call, 2);
  const Interval unit =
      centred ? Centred(x, terms, epsilon, type) : RootMeanSquared(x, terms, epsilon, type);
  outputs[0] = Affine(call, unit, 2, centred ? 3 : call.inputs.size());
  // Outputs 1 and 2 (mean, inverse deviation) are left unwritten by some kernels.
  if (outputs.size() > 3) outputs[3] = Inexact(x, type, kKernelUnits);
}

// com.microsoft: ids, segment ids, word, position and segment embeddings, gamma, beta.
void EmbedNormRange(const Call& call, std::span<Interval> outputs) {
  Interval x = Add(call.Range(2), call.Range(3));
  if (call.Has(4)) x = Add(x, call.Range(4));
  const auto count = call.InputCount(5);
  const Terms terms = count ? Terms{*count, *count} : Terms{};
  const ir::ElementType type = call.Element(2);
  outputs[0] = Affine(call, Centred(x, terms, call.Float("epsilon", 1e-12), type), 5, 6);
  if (outputs.size() > 1) outputs[1] = Whole(0, kLongestAxis);
  if (outputs.size() > 2) outputs[2] = Inexact(x, type, kKernelUnits);
}

void LpNormalizationRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  if (IsEmpty(x)) {
    outputs[0] = x;
    return;
  }
  const ir::ElementType type = call.OutputElement(0);
  // A square that underflows is rounded to the least number from two thirds
  // of it on: a norm is then too small by up to sqrt(1.5).
  const double least = x.low > 0 ? x.low : x.high < 0 ? -x.high : 0;
  const bool underflows =
      call.Int("p", 2) == 2 && least * least < SmallestNormalOfType(type) / EpsilonOfType(type);
  const double most = underflows ? std::sqrt(1.5) : 1;
  Interval result = Inexact(Between(x.low < 0 ? -most : 0, x.high > 0 ? most : 0), type, 1024);
  // Of zeros alone: 0, or NaN before opset 22.
  const bool zero = MayBeZero(x) && !(call.opset >= 22);
  result.nan = x.nan || MayBeInfinite(x) || zero;
  outputs[0] = result;
}

// (x - mean) / (sqrt(mean(x^2) - mean(x)^2) + 1e-9), as ONNX defines it: of
// nearly equal elements the difference is anything, and NaN where it is negative.
void MeanVarianceRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  if (!IsBounded(x) || IsEmpty(x)) return;
  const double bound = 1.01e9 * (x.high - x.low + 1e-5 * MagnitudeOf(x));
  outputs[0] = Between(-bound, bound);
  outputs[0].nan = true;
}

// x / (bias + alpha / size * sum of up to `size` squares)^beta.
void LrnRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const ir::ElementType type = call.OutputElement(0);
  const auto size = static_cast<double>(call.Int("size", 1));
  if (size < 1) return;
  const Interval squares = SumOfTerms(FitToType(Square(x), type), {1, size}, type);
  const Interval base = Add(Point(call.Float("bias", 1)),
                            Multiply(Point(call.Float("alpha", 1e-4F) / size), squares));
  const double beta = call.Float("beta", 0.75);
  if (beta < 0 || IsEmpty(base) || base.low <= 0) return;
  // Kernels carry the sum along the channels, and lose what is small beside its greatest.
  if (base.low <= 8 * EpsilonOfType(type) * base.high) return;
  const double lost = 8 * EpsilonOfType(type) * base.high;
  const Interval divisor =
      Between(std::pow(base.low - lost, beta), std::pow(base.high + lost, beta));
  outputs[0] = Inexact(Divide(x, divisor), type, 8 * kKernelUnits + size);
  outputs[0].nan = x.nan || base.nan || MayBeInfinite(x);
}

constexpr std::string_view kMicrosoft = "com.microsoft";
constexpr std::string_view kRoot = "sqrt(n) |scale| + |bias|, or less for a narrow input";
constexpr std::string_view kRootAlone = "sqrt(n) |scale|, or less for a narrow input";

constexpr RangeOperator kNormalizations[] = {
    {"", "BatchNormalization", BatchNormRange, "each channel, with its statistics"},
    {"", "GroupNormalization", GroupNormRange, kRoot},
    {"", "InstanceNormalization", InstanceNormRange, kRoot},
    {"", "LRN", LrnRange, "the input over the power of what its squares come to"},
    {"", "LayerNormalization", LayerNormRange, kRoot},
    {"", "LpNormalization", LpNormalizationRange, "-1 to 1; NaN where the norm may be 0"},
    {"", "MeanVarianceNormalization", MeanVarianceRange, "width / 1e-9; NaN for equal elements"},
    {"", "RMSNormalization", RmsNormRange, kRootAlone},
    {"", "SimplifiedLayerNormalization", RmsNormRange, kRootAlone},
    {kMicrosoft, "EmbedLayerNormalization", EmbedNormRange, kRoot},
    {kMicrosoft, "SkipLayerNormalization", SkipNormRange<true>, kRoot},
    {kMicrosoft, "SkipSimplifiedLayerNormalization", SkipNormRange<false>, kRootAlone},
};

}  // namespace

std::span<const RangeOperator> NormalizationRanges() { return kNormalizations; }

}  // namespace onnxcheck::facts
