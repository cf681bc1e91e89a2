// Operators that make numbers: constants, shapes, indices, random numbers, windows, losses.
#include <algorithm>
#include <cmath>

#include "analyzer/facts/elements.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/ranges/common.h"

namespace onnxcheck::facts {
namespace {

Interval HullOfTensor(const ir::Tensor& tensor) {
  if (!tensor.elements) return Interval();
  const auto elements = DecodeElements(tensor.element, *tensor.elements);
  return elements ? HullOf(*elements) : Interval();
}

// Constant nodes whose elements are not known are large tensors.
void ConstantRange(const Call& call, std::span<Interval> outputs) {
  const ir::Attribute* value = FindAttribute(call.node, "value");
  const auto* tensor = value == nullptr ? nullptr : std::get_if<ir::Tensor>(&value->value);
  if (tensor != nullptr) outputs[0] = HullOfTensor(*tensor);
}

void ConstantOfShapeRange(const Call& call, std::span<Interval> outputs) {
  const ir::Attribute* value = FindAttribute(call.node, "value");
  const auto* tensor = value == nullptr ? nullptr : std::get_if<ir::Tensor>(&value->value);
  outputs[0] = tensor == nullptr ? Point(0) : HullOfTensor(*tensor);
}

template <int low, int high>
void WholeRange(const Call&, std::span<Interval> outputs) {
  outputs[0] = Whole(low, high);
}

// Window functions and weights. What rounding makes of 0 may be below it.
void UnitRange(const Call& call, std::span<Interval> outputs) {
  const double error = 8 * std::max(EpsilonOfType(call.OutputElement(0)), 0x1p-24);
  outputs[0] = Between(-error, 1 + error);
}

// start, limit, delta: from start, up to but without the limit.
void RangeRange(const Call& call, std::span<Interval> outputs) {
  const Interval start = call.Range(0);
  const Interval limit = call.Range(1);
  const Interval delta = call.Range(2);
  outputs[0] = NoElement();
  if (IsEmpty(start) || IsEmpty(limit) || IsEmpty(delta)) return;
  const bool integer = start.integer && delta.integer;
  const double inside = integer && limit.integer ? 1 : 0;
  Interval result = start;
  if (delta.high > 0) result.high = std::max(start.high, limit.high - inside);
  if (delta.low < 0) result.low = std::min(start.low, limit.low + inside);
  result.nan = start.nan || delta.nan || limit.nan;
  result.nonzero = false;
  if (!integer) {
    // A last element that rounding lets slip past the limit.
    const double error = 16 * EpsilonOfType(call.OutputElement(0)) * MagnitudeOf(result);
    if (std::isfinite(error)) result = Loosen(result, error);
  }
  result.integer = integer;
  outputs[0] = result;
}

// A sum of lengths may be asked of all axes from `start` to `end`.
void ShapeRange(const Call& call, std::span<Interval> outputs) {
  const auto* shape = call.Shape(0);
  if (shape == nullptr) {
    outputs[0] = Whole(0, kLongestAxis);
    return;
  }
  const auto rank = static_cast<std::int64_t>(shape->size());
  const auto placed = [&](std::int64_t axis) {
    return std::clamp<std::int64_t>(axis < 0 ? axis + rank : axis, 0, rank);
  };
  const std::int64_t end = placed(call.Int("end", rank));
  outputs[0] = NoElement();
  for (std::int64_t i = placed(call.Int("start", 0)); i < end; ++i) {
    const auto& size = (*shape)[static_cast<std::size_t>(i)].size;
    // An axis of unknown length may have any, also none.
    const bool known = size && *size >= 0;
    outputs[0] =
        Join(outputs[0], known ? Point(static_cast<double>(*size)) : Whole(0, kLongestAxis));
  }
}

void SizeRange(const Call& call, std::span<Interval> outputs) {
  const auto count = call.InputCount(0);
  outputs[0] = count ? Point(*count) : Whole(0, kLargestTensor);
}

std::optional<double> LongestAxis(const Call& call, std::size_t input) {
  const auto* shape = call.Shape(input);
  if (shape == nullptr) return std::nullopt;
  double longest = 0;
  for (const ir::Dimension& dimension : *shape) {
    if (!dimension.size || *dimension.size < 0) return std::nullopt;
    longest = std::max(longest, static_cast<double>(*dimension.size));
  }
  return longest;
}

void NonZeroRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = IndexBelow(LongestAxis(call, 0));
}

// Batch, class and box of each.
void SuppressionRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = IndexBelow(LongestAxis(call, 1));
}

void UniformRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Between(call.Float("low", 0), call.Float("high", 1));
}

// sqrt(-2 ln u) with u of at least 2^-64 is below 9.5; ziggurats stay below, too.
void NormalRange(const Call& call, std::span<Interval> outputs) {
  constexpr double kFarthest = 16;
  const double mean = call.Float("mean", 0);
  const double width = kFarthest * std::abs(call.Float("scale", 1));
  outputs[0] = Between(mean - width, mean + width);
}

void MultinomialRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = IndexBelow(AxisLength(call, 0, 1));
}

void ImageRange(const Call&, std::span<Interval> outputs) {
  outputs[0] = NumbersOfType(ir::ElementType::kUint8);
}

// Counts of n-grams, 0 or 1 in mode IDF; weighted but for mode TF.
void TfIdfRange(const Call& call, std::span<Interval> outputs) {
  const std::string_view mode = call.String("mode", "TF");
  const double count = mode == "IDF" ? 1 : call.InputCount(0).value_or(kLargestTensor);
  Interval result = Whole(0, count);
  const ir::Attribute* weights = FindAttribute(call.node, "weights");
  const auto* values =
      weights == nullptr ? nullptr : std::get_if<std::vector<float>>(&weights->value);
  if (mode != "TF" && values != nullptr) {
    const std::vector<double> numbers(values->begin(), values->end());
    result = Inexact(Multiply(result, HullOf(numbers)), ir::ElementType::kFloat, 2);
  }
  // Skips count an n-gram once for each of them.
  const double skips =
      1 + static_cast<double>(std::max<std::int64_t>(call.Int("max_skip_count", 0), 0));
  outputs[0] = mode == "IDF" ? result : Join(result, Multiply(result, Point(skips)));
}

// Reduces the losses of elements: 0 for a target that is ignored.
Interval ReducedLoss(const Call& call, const Interval& loss, std::size_t weights) {
  const ir::ElementType type = call.OutputElement(0);
  const bool weighted = call.Has(weights);
  const bool ignores = FindAttribute(call.node, "ignore_index") != nullptr;
  const Interval weight = weighted ? call.Range(weights) : Point(1);
  Interval each = Inexact(Multiply(loss, weight), type, 4);
  if (ignores) each = Join(each, Point(0));
  const std::string_view reduction = call.String("reduction", "mean");
  if (reduction == "none") return each;
  const auto targets = call.InputCount(1);
  const Terms terms = targets ? Terms{*targets, *targets} : Terms{};
  if (reduction == "sum") return SumOfTerms(each, terms, type);
  // Means with weights of one sign; 0 / 0 where none counts.
  if (weight.low < 0) return Interval();
  Interval mean = MeanOfTerms(loss, terms, type);
  mean = Inexact(mean, type, 4 * kKernelUnits + std::min(terms.most, 65536.0));
  mean.nan = mean.nan || ignores || (weighted && MayBeZero(weight));
  return mean;
}

// log-probabilities, targets, weights.
void NegativeLogLikelihoodRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = ReducedLoss(call, Negate(call.Range(0)), 2);
}

// scores, targets, weights; log-probabilities besides.
void CrossEntropyRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const double classes = AxisLength(call, 0, 1).value_or(kLongestAxis);
  Interval loss = NoElement();
  loss.nan = x.nan || MayBeInfinite(x);
  if (!IsEmpty(x)) {
    const double epsilon = std::max(EpsilonOfType(call.OutputElement(0)), 0x1p-52);
    const double most = x.high - x.low + std::log(std::max(classes, 1.0));
    loss.low = 0;
    loss.high = most + 8 * kKernelUnits * epsilon * (1 + most);
    // Kernels take the logarithm of a softmax, which may be 0, or rounds to above 0.
    if (most > -std::log(SmallestNormalOfType(call.OutputElement(0)))) loss.high = kInfinity;
    loss.low = -8 * kKernelUnits * epsilon;
  }
  outputs[0] = ReducedLoss(call, loss, 2);
  if (outputs.size() > 1) outputs[1] = Negate(loss);
}

constexpr RangeOperator kGenerators[] = {
    {"", "Bernoulli", WholeRange<0, 1>, "0 or 1"},
    {"", "BlackmanWindow", UnitRange, "0 to 1"},
    {"", "Constant", ConstantRange, "its elements"},
    {"", "ConstantOfShape", ConstantOfShapeRange, "the value"},
    {"", "EyeLike", WholeRange<0, 1>, "0 or 1"},
    {"", "HammingWindow", UnitRange, "0 to 1"},
    {"", "HannWindow", UnitRange, "0 to 1"},
    {"", "ImageDecoder", ImageRange, "0 to 255"},
    {"", "MelWeightMatrix", UnitRange, "0 to 1"},
    {"", "Multinomial", MultinomialRange, "indices of classes"},
    {"", "NegativeLogLikelihoodLoss", NegativeLogLikelihoodRange, "the negated input, reduced"},
    {"", "NonMaxSuppression", SuppressionRange, "indices within the scores"},
    {"", "NonZero", NonZeroRange, "indices within the longest axis"},
    {"", "RandomNormal", NormalRange, "within 16 deviations"},
    {"", "RandomNormalLike", NormalRange, "within 16 deviations"},
    {"", "RandomUniform", UniformRange, "low to high"},
    {"", "RandomUniformLike", UniformRange, "low to high"},
    {"", "Range", RangeRange, "start to limit, whole for whole steps"},
    {"", "Shape", ShapeRange, "lengths of the axes"},
    {"", "Size", SizeRange, "number of elements"},
    {"", "SoftmaxCrossEntropyLoss", CrossEntropyRange,
     "not negative; bounded by the spread of the scores, reduced"},
    {"", "TfIdfVectorizer", TfIdfRange, "counts, weighted"},
    {"com.microsoft", "Range", RangeRange, "start to limit, whole for whole steps"},
};

}  // namespace

std::span<const RangeOperator> GeneratorRanges() { return kGenerators; }

}  // namespace onnxcheck::facts
