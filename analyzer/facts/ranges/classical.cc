// ai.onnx.ml: what comes before and after classical models.
#include <algorithm>
#include <cmath>

#include "analyzer/facts/elements.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/ranges/common.h"

namespace onnxcheck::facts {
namespace {

// Hull of a list attribute; nothing where it is none of numbers.
std::optional<Interval> ListHull(const Call& call, std::string_view name) {
  const ir::Attribute* attribute = FindAttribute(call.node, name);
  if (attribute == nullptr) return std::nullopt;
  std::vector<double> numbers;
  if (const auto* floats = std::get_if<std::vector<float>>(&attribute->value)) {
    numbers.assign(floats->begin(), floats->end());
  } else if (const auto* ints = std::get_if<std::vector<std::int64_t>>(&attribute->value)) {
    for (const std::int64_t number : *ints) numbers.push_back(static_cast<double>(number));
  } else if (const auto* tensor = std::get_if<ir::Tensor>(&attribute->value)) {
    if (!tensor->elements) return std::nullopt;
    auto elements = DecodeElements(tensor->element, *tensor->elements);
    if (!elements) return std::nullopt;
    numbers = std::move(*elements);
  } else {
    return std::nullopt;
  }
  return HullOf(numbers);
}

void BinarizerRange(const Call&, std::span<Interval> outputs) { outputs[0] = Whole(0, 1); }

// The values, and the default for what no key matches.
void LabelRange(const Call& call, std::span<Interval> outputs) {
  Interval otherwise = NoElement();
  std::optional<Interval> values;
  if ((values = ListHull(call, "values_floats"))) {
    otherwise = Point(call.Float("default_float", 0));
  } else if ((values = ListHull(call, "values_int64s"))) {
    otherwise = Point(static_cast<double>(call.Int("default_int64", -1)));
  } else if ((values = ListHull(call, "values_tensor"))) {
    const bool floating = IsFloatingType(call.OutputElement(0));
    otherwise = ListHull(call, "default_tensor").value_or(Point(floating ? 0 : -1));
  }
  if (values) outputs[0] = Join(*values, otherwise);
}

// The greatest magnitude, the sum or the norm of a row becomes 1.
void NormalizerRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  outputs[0] =
      Inexact(Between(!IsEmpty(x) && x.low < 0 ? -1.25 : 0, 1.25), ir::ElementType::kFloat, 1024);
  // MAX divides by the greatest element, not magnitude.
  if (call.String("norm", "MAX") == "MAX" && (IsEmpty(x) || x.low < 0)) outputs[0] = Interval();
  outputs[0].nan = x.nan || MayBeInfinite(x) || MayBeZero(x);
}

// (x - offset) * scale.
void ScalerRange(const Call& call, std::span<Interval> outputs) {
  const auto offset = ListHull(call, "offset");
  const auto scale = ListHull(call, "scale");
  const Interval centred = Subtract(call.Range(0), offset.value_or(Point(0)));
  outputs[0] =
      Inexact(Multiply(FitToType(centred, ir::ElementType::kFloat), scale.value_or(Point(1))),
              ir::ElementType::kFloat, 4);
}

// A number in place of those that are missing (NaN or another).
void ImputerRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  auto imputed = ListHull(call, "imputed_value_floats");
  if (!imputed) imputed = ListHull(call, "imputed_value_int64s");
  if (!imputed) return;
  outputs[0] = Join(x, *imputed);
  const bool replaces = std::isnan(call.Float("replaced_value_float", 0));
  outputs[0].nan = imputed->nan || (x.nan && !replaces);
}

constexpr RangeOperator kClassical[] = {
    {"ai.onnx.ml", "Binarizer", BinarizerRange, "0 or 1"},
    {"ai.onnx.ml", "Imputer", ImputerRange, "the input and the values imputed"},
    {"ai.onnx.ml", "LabelEncoder", LabelRange, "the values and the default"},
    {"ai.onnx.ml", "Normalizer", NormalizerRange, "-1 to 1, but for what rounds to 0"},
    {"ai.onnx.ml", "OneHotEncoder", BinarizerRange, "0 or 1"},
    {"ai.onnx.ml", "Scaler", ScalerRange, "(x - offset) scale"},
};

}  // namespace

std::span<const RangeOperator> ClassicalRanges() { return kClassical; }

}  // namespace onnxcheck::facts
